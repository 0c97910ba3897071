import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { fingerprintSubtrees, type FingerprintOptions } from '../../src/subtree/fingerprint.ts';

/** Writes a file, and the folders that it needs. */
export function write(root: string, path: string, content: string | Uint8Array = ''): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Runs git, free of what the machine's user has set. */
export function git(folder: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...identity, '-c', 'protocol.file.allow=always', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
}

/** Makes a folder a repository that tracks all that is in it. */
export function commitAll(folder: string): void {
  git(folder, 'init', '-q');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'All');
}

export const NAMES = ['packages/app', 'packages/core', 'packages/lib', 'packages/other'];

/** Four packages: app depends on lib, lib on core, other on nothing. */
export function writeMonorepo(root: string): void {
  write(root, '.gitignore', 'node_modules/\n*.log\ndist/\n');
  write(root, 'package.json', '{"private":true,"workspaces":["packages/*"]}\n');
  write(root, 'package-lock.json', '{"lockfileVersion":3}\n');
  write(root, 'README.md', 'About all\n');
  const uses = { app: 'lib', lib: 'core', core: undefined, other: undefined };
  for (const [name, used] of Object.entries(uses)) {
    const folder = `packages/${name}`;
    const dependencies = used === undefined ? {} : { [`@acme/${used}`]: '*' };
    write(
      root,
      `${folder}/package.json`,
      JSON.stringify({ name: `@acme/${name}`, version: '1.0.0', dependencies }),
    );
    write(root, `${folder}/src/a.ts`, `export const a = '${name}';\n`);
    write(root, `${folder}/src/b.ts`, `export const b = '${name}';\n`);
    write(root, `${folder}/lib/c.ts`, `export const c = '${name}';\n`);
    write(root, `${folder}/run.sh`, '#!/bin/sh\n');
    chmodSync(join(root, folder, 'run.sh'), 0o644);
    symlinkSync('src/a.ts', join(root, folder, 'link'));
    write(root, `${folder}/dist/a.js`, 'built');
    write(root, `${folder}/debug.log`, 'noise');
    write(root, `${folder}/node_modules/x/index.js`, 'installed');
  }
}

/** What the monorepo's fingerprints are asked with. */
export function optionsFor(
  workspace: string,
  changes: Partial<FingerprintOptions> & { inputs?: string[]; outputs?: string[] } = {},
): FingerprintOptions {
  const { inputs = ['**'], outputs = ['dist/**'], ...rest } = changes;
  return {
    workspace,
    subtrees: NAMES.map((name) => ({ name, inputs, outputs })),
    sharedInputs: ['package-lock.json'],
    env: new Map([['NODE_ENV', 'production']]),
    salt: '',
    platform: 'linux-x64',
    ...rest,
  };
}

/** Fingerprints by name. */
export async function fingerprintsOf(
  options: FingerprintOptions,
): Promise<Readonly<Record<string, string>>> {
  const found = await fingerprintSubtrees(options);
  return Object.fromEntries([...found].map(([name, { fingerprint }]) => [name, fingerprint]));
}
