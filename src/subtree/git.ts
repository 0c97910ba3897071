import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';

import { CafsError, systemCode } from '../errors.ts';
import { encodePath } from '../names.ts';

/** A folder of a git work tree. */
export interface WorkTree {
  /** Absolute path of the folder that has `.git` in it. */
  readonly top: string;
  /** Absolute path of the folder that is asked about: the top, or below it. */
  readonly folder: string;
}

/** Bytes of a failed command's stderr that an error shows. */
const MAX_STDERR = 4096;

/** The work tree that a folder belongs to, if any: whether `.git` is in it or above. */
export function findWorkTree(folder: string): WorkTree | undefined {
  for (let top = folder; ; top = dirname(top)) {
    if (isTop(top)) return { top, folder };
    if (dirname(top) === top) return undefined;
  }
}

/** Whether a folder is the top of a work tree. */
export function isTop(folder: string): boolean {
  return existsSync(encodePath(join(folder, '.git')));
}

/** Whether a folder is the top of a work tree whose repository is there: a copy may have left that behind. */
export function isCheckout(folder: string): boolean {
  const path = join(folder, '.git');
  const stats = statSync(encodePath(path), { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return existsSync(encodePath(join(path, 'HEAD')));
  const elsewhere = /^gitdir: (.+)$/m.exec(readFileSync(encodePath(path), 'utf8'))?.[1];
  return elsewhere !== undefined && existsSync(encodePath(resolve(folder, elsewhere, 'HEAD')));
}

/**
 * Tracked files, and, where all are asked for, untracked ones that are not ignored: paths as git prints them, relative to
 * the folder, as bytes, in no particular order and perhaps twice. A repository in the work tree
 * is one path, with `/` at the end where it is no submodule. Tracked files may not be on disk.
 *
 * @see https://git-scm.com/docs/git-ls-files
 * @throws CafsError `COMMAND_FAILED` with what git wrote
 */
export async function* gitFiles(
  workTree: WorkTree,
  which: 'tracked' | 'all',
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const untracked = which === 'all' ? ['--others', '--exclude-standard'] : [];
  const args = ['ls-files', '-z', '--cached', ...untracked];
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of runGit(workTree, args, [0], signal)) {
    let bytes = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0)) {
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
}

/**
 * Whether git ignores the folder itself, and so all that is in it and not tracked.
 *
 * @see https://git-scm.com/docs/git-check-ignore
 */
export async function isIgnored(workTree: WorkTree, signal?: AbortSignal): Promise<boolean> {
  if (workTree.folder === workTree.top) return false;
  const output = runGit(workTree, ['check-ignore', '.'], [0, 1], signal);
  for await (const chunk of output) if (chunk.byteLength > 0) return true;
  return false;
}

/** Runs git, without a shell, and gives its output as it comes. */
async function* runGit(
  { top, folder }: WorkTree,
  args: readonly string[],
  expected: readonly number[],
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  const up = relative(folder, top);
  const child = spawnGit(folder, signal, [
    // Named, they go before `GIT_DIR` and the like of a hook that may have started us, and git
    // does not care who owns them (`safe.directory`): in containers, often another user. Relative,
    // they are text even where the name of the work tree is none.
    `--git-dir=${join(up, '.git')}`,
    `--work-tree=${up || '.'}`,
    // The one setting that would have `ls-files` run a program that the repository names.
    '-c',
    'core.fsmonitor=false',
    ...args,
  ]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(0, MAX_STDERR);
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  // Awaited only after the output has ended.
  closed.catch(() => undefined);
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const code = await closed;
    if (code === null || !expected.includes(code)) {
      throw failed(args, `it ended with ${String(code ?? child.signalCode)}: ${stderr.trim()}`);
    }
  } catch (error) {
    signal?.throwIfAborted();
    const cause = await closed.then(
      () => error,
      (reason: unknown) => reason,
    );
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw failed(args, 'the command "git" was not found', cause);
  } finally {
    child.kill();
  }
}

function spawnGit(
  folder: string,
  signal: AbortSignal | undefined,
  args: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> {
  const start = (cwd: string): ChildProcessByStdio<null, Readable, Readable> =>
    spawn('git', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, signal });
  const path = encodePath(folder);
  if (typeof path === 'string') return start(path);
  // Node has no other way to start a program in a folder whose name is bytes.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return start(`/proc/self/fd/${String(descriptor)}`);
  } finally {
    closeSync(descriptor);
  }
}

function failed(args: readonly string[], what: string, cause?: unknown): CafsError {
  return new CafsError('COMMAND_FAILED', `git ${args[0] ?? ''} failed: ${what}.`, {
    hint: 'The workspace is in a git work tree, and git must tell which of its files are ignored: make git work there, or remove ".git".',
    cause,
  });
}
