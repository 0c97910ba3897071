import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../scripts/process.ts';
import type { Benchmark, Figure } from './benchmark.ts';

const CHILD = join(import.meta.dirname, 'trees-child.ts');
const NODE_MODULES = join(import.meta.dirname, '..', 'node_modules');

/** What the child measures, in its order: by name, what it is called in the table. */
const STEPS = {
  walk: 'walk and lstat, for comparison',
  import: 'import, the first time',
  importAgain: 'import again',
  importUncached: 'import again, every file read',
  export: 'export to an empty folder',
  exportAgain: 'export again',
  exportUncached: 'export again, every file read',
} as const;

/** Brings this project's own `node_modules` into a store and out again. */
export const trees: Benchmark = {
  description: 'importTree and exportTree, with node_modules of this project',
  run: async ({ quick, rounds, dir }) => {
    const source = quick ? join(NODE_MODULES, '@babel') : NODE_MODULES;
    const measured: Readonly<Record<string, number>>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const place = join(dir, String(round));
      const args = [CHILD, join(place, 'cache'), source, join(place, 'target')];
      const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname });
      measured.push(JSON.parse(stdout) as Readonly<Record<string, number>>);
      rmSync(place, { recursive: true });
    }
    const valuesOf = (name: string): number[] => measured.map((round) => round[name] ?? NaN);
    const files = valuesOf('files')[0] ?? NaN;
    return [
      ...Object.entries(STEPS).map(([name, text]): Figure => ({
        name: `${text} (${files.toLocaleString('en')} files)`,
        unit: 's',
        values: valuesOf(name),
      })),
      { name: 'most memory', unit: 'MB', values: valuesOf('peak') },
    ];
  },
};
