import { join } from 'node:path';

import { run } from '../scripts/process.ts';
import type { BenchOptions, Benchmark, Figure } from './benchmark.ts';
import { measureLargeFile } from './large-file.ts';

const CHILD = join(import.meta.dirname, 'store-child.ts');

export const store: Benchmark = {
  description: 'an index of a million entries, and a file of 4 GiB',
  async run(options: BenchOptions): Promise<readonly Figure[]> {
    return [...(await measureIndex(options)), ...(await measureLargeFile(options))];
  },
};

/** Writes a large index once, then opens and hashes it, each time in a process of its own. */
async function measureIndex({ quick, rounds, dir }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 100_000 : 1_000_000;
  const written = await child('write', dir, String(count));
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await child('open', dir));
  const all = (name: string): number[] => measured.map((values) => valueOf(values, name));
  const once = (name: string): number[] => [valueOf(written, name)];
  const folders = Math.max(...all('folders'));
  return [
    { name: `open ${String(count)} entries`, unit: 's', values: all('opened'), target: 1.5 },
    { name: 'most memory, opened', unit: 'MB', values: all('openPeak'), target: 500 },
    { name: `hash all ${String(folders)} folders`, unit: 's', values: all('hashes'), target: 5 },
    { name: 'most memory, hashed', unit: 'MB', values: all('hashPeak'), target: 500 },
    { name: 'most memory before, of Node and modules', unit: 'MB', values: all('before') },
    { name: 'list all', unit: 's', values: all('list') },
    { name: '100000 lookups', unit: 's', values: all('stat') },
    { name: `set ${String(count)} entries, in order`, unit: 's', values: once('set') },
    { name: 'encode and write', unit: 's', values: once('save') },
    {
      name: 'index file, bytes an entry',
      unit: 'B',
      values: once('bytes').map((bytes) => bytes / count),
    },
  ];
}

type Measured = Readonly<Record<string, unknown>>;

async function child(...args: string[]): Promise<Measured> {
  const { stdout } = await run(process.execPath, [CHILD, ...args], { cwd: import.meta.dirname });
  return JSON.parse(stdout) as Measured;
}

function valueOf(measured: Measured, name: string): number {
  const value = measured[name];
  if (typeof value === 'number') return value;
  throw new Error(`The process did not measure ${JSON.stringify(name)}.`);
}
