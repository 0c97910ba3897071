import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../bundles.ts';
import { run } from '../process.ts';
import { commitAll, git } from './git.ts';
import { readPackage } from './packages.ts';
import type { Change, Subject, Subtree } from './subject.ts';

/** A copy of `examples/monorepo`: npm workspaces, each built by the TypeScript compiler. */
export async function createSample(temp: string): Promise<Subject> {
  const origin = join(temp, 'origin');
  const generated = /[/\\](node_modules|dist)$/;
  await cp(join(root, 'examples', 'monorepo'), origin, {
    recursive: true,
    filter: (path) => !generated.test(path),
  });
  await git(origin, 'init', '--quiet', '--initial-branch=main');
  await commitAll(origin, 'Begin');
  return {
    title: 'examples/monorepo, an npm workspace of TypeScript packages',
    origin,
    inputs: {
      subtrees: 'packages/*',
      outputs: 'dist/**',
      'shared-inputs': 'package.json\ntsconfig.base.json',
    },
    outputs: ['dist/**'],
    reproducible: true,
    install: linkPackages,
    build: compile,
    change: () => changeCore(origin),
  };
}

/** Makes the links that `npm install` would, to the compiler of this project: no network needed. */
async function linkPackages(checkout: string): Promise<void> {
  const modules = join(checkout, 'node_modules');
  await mkdir(modules);
  await link(join(root, 'node_modules', 'typescript'), join(modules, 'typescript'));
  for (const folder of await readdir(join(checkout, 'packages'))) {
    const target = join(checkout, 'packages', folder);
    const { name = folder } = await readPackage(target);
    await mkdir(join(modules, name, '..'), { recursive: true });
    await link(target, join(modules, name));
  }
}

async function link(target: string, path: string): Promise<void> {
  await symlink(target, path, 'junction');
}

async function compile(checkout: string, { path }: Subtree): Promise<void> {
  const folder = join(checkout, path);
  const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [compiler, '-p', '.'], { cwd: folder });
  // npm makes the programs of a package executable; here it makes a mode that a restore must keep.
  for (const program of (await readPackage(folder)).programs) {
    await chmod(join(folder, program), 0o755);
  }
}

async function changeCore(origin: string): Promise<Change> {
  const file = 'packages/core/src/assert-never.ts';
  const source = await readFile(join(origin, file), 'utf8');
  const changed = source.replace('No case for', 'Unexpected value:');
  if (changed === source) throw new Error(`${file} does not hold what the demo changes in it.`);
  await writeFile(join(origin, file), changed);
  await commitAll(origin, 'Say "unexpected value"');
  const stale = ['app', 'core', 'strings'].map((folder) => `packages/${folder}`);
  return { what: `${file} changed`, subtree: 'packages/core', stale };
}
