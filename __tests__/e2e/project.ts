import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { FOLDER, writeTree } from '../support/files.ts';

/** A checkout of the workspace, as `actions/checkout` leaves it. */
export interface Checkout {
  readonly folder: string;
  /** The commit that is checked out. */
  readonly sha: string;
}

const FILES = {
  '.gitignore': 'dist/\nnode_modules/\n',
  'package.json': '{ "private": true, "workspaces": ["packages/*"] }\n',
  'base.json': '{ "strict": true }\n',
  'packages/a/package.json': '{ "name": "@demo/a" }\n',
  'packages/a/src/index.js': 'export const a = 1;\n',
  'packages/b/package.json': '{ "name": "@demo/b", "dependencies": { "@demo/a": "*" } }\n',
  'packages/b/src/index.js': "export { a } from '@demo/a';\n",
};

/** A small monorepo in git: packages `a` and `b`, of which `b` depends on `a`. */
export class Project {
  readonly #origin: string;
  readonly #tempDir: () => string;

  constructor(tempDir: () => string) {
    this.#tempDir = tempDir;
    this.#origin = join(tempDir(), 'origin');
    writeTree(this.#origin, FILES);
    git(this.#origin, 'init', '--quiet', '--initial-branch', 'main');
    this.commit({});
  }

  /** Commits changed files. */
  commit(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(this.#origin, path, '..'), { recursive: true });
      writeFileSync(join(this.#origin, path), text);
    }
    git(this.#origin, 'add', '--all');
    git(this.#origin, 'commit', '--quiet', '--allow-empty', '--message', 'change');
  }

  /** A fresh clone of the newest commit. */
  checkOut(): Checkout {
    const folder = join(this.#tempDir(), 'monorepo');
    git(this.#origin, 'clone', '--quiet', this.#origin, folder);
    return { folder, sha: git(folder, 'rev-parse', 'HEAD').trim() };
  }
}

/** The file that says what package `a` is. */
export const SOURCE_OF_A = 'packages/a/src/index.js';

/** Builds a package: its outputs depend on the sources of `a` and its own alone. */
export function build({ folder }: Checkout, name: string): void {
  const source = readFileSync(join(folder, name, 'src/index.js'), 'utf8');
  const dependency = readFileSync(join(folder, SOURCE_OF_A), 'utf8');
  const dist = join(folder, name, 'dist');
  rmSync(dist, { recursive: true, force: true });
  writeTree(dist, {
    'index.js': `// built\n${dependency}${source}`,
    'large.js': source.repeat(30_000),
    '[...slug]/page.js': 'odd',
    'bin/tool': { script: '#!/bin/sh\n' },
    latest: { link: 'index.js' },
    empty: FOLDER,
    'no bytes': '',
  });
  // Builds take their time, and restored files must have the times of the built ones.
  const now = Date.now() / 1000;
  utimesSync(join(dist, 'index.js'), now, now);
}

function git(folder: string, ...args: string[]): string {
  return execFileSync(
    'git',
    ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
      .concat(['-c', 'core.autocrlf=false'])
      .concat(args),
    // A project of its own, whatever git knows of this machine or of the project around.
    { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' } },
  );
}
