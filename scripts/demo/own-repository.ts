import { appendFile, lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../bundles.ts';
import { run } from '../process.ts';
import { commitAll, git } from './git.ts';
import { mostNeededFirst } from './packages.ts';
import type { Change, Subject, Subtree } from './subject.ts';

/** A repository of the caller's, and how it is built. */
export interface OwnRepository {
  readonly repo: string;
  /** Globs, relative to the repository. */
  readonly subtrees: readonly string[];
  /** Globs, relative to each subtree. */
  readonly outputs: readonly string[];
  /** Command line that builds a subtree, run in its folder. */
  readonly build: string;
  /** Command line that makes a checkout ready, run once in its root. */
  readonly install: string | undefined;
}

/** Clones the caller's repository, so that nothing is ever written to it. */
export async function cloneOwnRepository(temp: string, own: OwnRepository): Promise<Subject> {
  const origin = join(temp, 'origin');
  await git(temp, 'clone', '--quiet', '--no-hardlinks', own.repo, origin);
  // A clone of a detached HEAD is detached too, and CI runs on a branch.
  await git(origin, 'checkout', '--quiet', '-B', 'main');
  const { install } = own;
  return {
    title: `a clone of ${own.repo} (its last commit; uncommitted changes are left out)`,
    origin,
    inputs: { subtrees: own.subtrees.join('\n'), outputs: own.outputs.join('\n') },
    outputs: own.outputs,
    reproducible: false,
    install: async (checkout) => {
      if (install !== undefined) await shell(install, checkout);
    },
    build: (checkout, { name, path }) => shell(own.build, join(checkout, path), { SUBTREE: name }),
    change: (subtrees) => changeSource(origin, subtrees),
  };
}

/** Runs a command line of the caller's in the caller's environment: without what npm added to it. */
async function shell(
  line: string,
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const ours = join(root, 'node_modules', '.bin');
  const separator = process.platform === 'win32' ? ';' : ':';
  const env = Object.fromEntries(
    Object.entries(process.env)
      .filter(([name]) => !name.startsWith('npm_') && name !== 'INIT_CWD')
      .map(([name, value]) => [
        name,
        name.toUpperCase() === 'PATH'
          ? value
              ?.split(separator)
              .filter((folder) => folder !== ours)
              .join(separator)
          : value,
      ]),
  );
  await run(line, [], { cwd, env: { ...env, ...more }, shell: true });
}

const SLASHES =
  'ts tsx mts cts js jsx mjs cjs go rs java kt c h cc cpp hpp cs swift scala php dart';
const HASHES = 'py rb sh pl r ex exs yml yaml toml';

/** A comment in the language of a file, or undefined. */
function commentFor(file: string): string | undefined {
  const extension = /\.([^./]+)$/.exec(file)?.[1] ?? '';
  if (SLASHES.split(' ').includes(extension)) return '// A line that the demo added.\n';
  if (HASHES.split(' ').includes(extension)) return '# A line that the demo added.\n';
  return undefined;
}

/** Sources first, then tests and settings, then what has no comments. */
function rank(file: string): number {
  if (commentFor(file) === undefined) return 2;
  return /(^|\/)(src|lib)\/(?!.*test)/.test(file) ? 0 : 1;
}

async function changeSource(origin: string, subtrees: readonly Subtree[]): Promise<Change> {
  for (const { name, path } of await mostNeededFirst(origin, subtrees)) {
    const files = (await git(origin, 'ls-files', '-z', '--', path)).split('\0').filter(Boolean);
    for (const file of [...files].sort((a, b) => rank(a) - rank(b))) {
      const target = join(origin, file);
      // A symlink may lead out of the clone, and a submodule is a folder.
      if (!(await lstat(target)).isFile()) continue;
      const content = await readFile(target);
      if (content.includes(0)) continue;
      const start = content.length === 0 || content.at(-1) === 10 ? '' : '\n';
      await appendFile(target, start + (commentFor(file) ?? '\n'));
      await commitAll(origin, `Change ${file}`);
      return { what: `a line was added to ${file}`, subtree: name };
    }
  }
  throw new Error('No subtree has a tracked text file, so there is nothing to change.');
}
