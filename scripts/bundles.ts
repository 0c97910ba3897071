import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from './process.ts';

/** The project's root folder. Every path in an output is relative to it. */
export const root = join(import.meta.dirname, '..');

interface Bundle {
  /** Compiled module that the bundle starts from, relative to the root. */
  readonly entry: string;
  /** Folder of the bundle inside `dist/`. */
  readonly folder: string;
  /** Whether a shell runs it directly. */
  readonly executable: boolean;
}

const BUNDLES: readonly Bundle[] = [
  { entry: 'lib/action/steps.js', folder: 'action', executable: false },
  { entry: 'lib/cli/bin.js', folder: 'cli', executable: true },
];

/** What the three action.yml name, with the function that each runs: two lines each, as the steps share all their code. */
const STEPS = { restore: 'restore', 'restore-only': 'restoreOnly', save: 'save' } as const;

/** Compiles `src/` into `lib/`: JavaScript and declarations. */
export async function compile(): Promise<void> {
  await rm(join(root, 'lib'), { recursive: true, force: true });
  await runTool('typescript/bin/tsc', '-p', 'tsconfig.build.json');
}

/** Bundles one entry. ncc is given JavaScript: its own TypeScript would be another one. */
async function bundle(dist: string, { entry, folder, executable }: Bundle): Promise<void> {
  const out = join(dist, folder);
  await runTool(
    ...['@vercel/ncc/dist/ncc/cli.js', 'build', entry, '--out', out, '--target', 'es2022'],
    ...['--license', 'licenses.txt', '--no-cache', '--quiet'],
  );
  await chmod(join(out, 'index.js'), executable ? 0o755 : 0o644);
}

async function writeStep(dist: string, folder: string, step: string): Promise<void> {
  const out = join(dist, folder);
  await mkdir(out, { recursive: true });
  const code = `import { ${step} } from '../action/index.js';\nawait ${step}();\n`;
  await writeFile(join(out, 'index.js'), code);
  await writeFile(join(out, 'package.json'), '{\n  "type": "module"\n}\n');
}

async function runTool(script: string, ...args: string[]): Promise<void> {
  const path = join(root, 'node_modules', script);
  await run(process.execPath, [path, ...args], { cwd: root });
}

/**
 * Compiles the sources and writes every bundle into `dist`, which must not hold anything yet.
 * Two calls write equal bytes, wherever the project and `dist` lie.
 */
export async function buildInto(dist: string): Promise<void> {
  await mkdir(dist, { recursive: true });
  await compile();
  for (const each of BUNDLES) await bundle(dist, each);
  for (const [folder, step] of Object.entries(STEPS)) await writeStep(dist, folder, step);
}
