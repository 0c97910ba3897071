import { realpathSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, sep } from 'node:path';

import { CafsError, describeError } from '../errors.ts';
import { showPath } from '../names.ts';
import type { Observer } from '../observe.ts';
import type { Store } from '../store/store.ts';
import { compileGlobs } from '../subtree/globs.ts';
import { isGits, isLeftover } from '../tree/area.ts';
import { StatCache } from '../tree/stat-cache.ts';
import type { Selection } from '../tree/walk.ts';

/** What importing and exporting a tree have in common. */
export interface TreeOptions {
  /**
   * Globs relative to the folder, read in order as `.gitignore` reads its own: the last that matches
   * decides, `!` takes away, and what matches is meant with everything in it. Default: everything.
   */
  readonly patterns?: readonly string[] | undefined;
  /**
   * Whether `.git` folders are part of the tree. Default `false`: their settings often hold
   * credentials, and their hooks are run.
   */
  readonly git?: boolean | undefined;
  /**
   * Whether digests of files are remembered in the cache folder, so that files which did not change
   * are not read again. Default `true`.
   */
  readonly statCache?: boolean | undefined;
  /**
   * Threads that read files and contents where there are many; 1: none but the caller's. Default: one for
   * each processor, and 8 at most.
   */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly observer?: Observer | undefined;
}

const MAX_THREADS = 8;

/**
 * How many threads are wanted.
 *
 * @throws CafsError `INVALID_INPUT`
 */
export function threadsFor({ threads }: TreeOptions): number {
  if (threads === undefined) return Math.min(availableParallelism(), MAX_THREADS);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 64) return threads;
  throw new CafsError('INVALID_INPUT', `"threads" is ${String(threads)}; it must be 1 to 64.`);
}

/**
 * The real path of a folder that is to be a tree.
 *
 * @throws CafsError `INVALID_INPUT` where it is no folder, or lies in the cache folder
 */
export function realFolder(dir: string, store: Store): string {
  let base: string;
  let isFolder: boolean;
  try {
    base = realpathSync(dir);
    isFolder = statSync(base).isDirectory();
  } catch (error) {
    throw noFolder(dir, error);
  }
  if (!isFolder) throw noFolder(dir);
  const own = below(realpathSync(store.cacheDir), base);
  if (own === undefined) return base;
  throw new CafsError('INVALID_INPUT', `The folder ${showPath(dir)} lies in the cache folder.`, {
    hint: 'Take another folder, or open the store with another cache folder.',
  });
}

/**
 * Which part of a folder is meant. The cache folder, where it lies in there, is not: a store must
 * not take itself for a file, nor remove itself.
 */
export function selectionOf(base: string, store: Store, options: TreeOptions): Selection {
  const { patterns, git = false } = options;
  const matcher = patterns === undefined ? undefined : compileGlobs(patterns);
  const own = below(base, realpathSync(store.cacheDir));
  const isOut = (path: string): boolean =>
    isLeftover(path) ||
    (!git && isGits(path)) ||
    (own !== undefined && (path === own || path.startsWith(`${own}/`)));
  return {
    enter: (path) => !isOut(path) && matcher?.mayContain(path) !== false,
    select: (path) => !isOut(path) && matcher?.matches(path) !== false,
  };
}

/** Opens the cache of a folder's digests, where one is wanted. */
export function openStatCache(
  base: string,
  store: Store,
  { statCache = true }: TreeOptions,
): StatCache | undefined {
  return statCache ? StatCache.open(base, store.cacheDir) : undefined;
}

/** Keeps a cache of digests. Where that fails, nothing is lost but time. */
export function saveStatCache(cache: StatCache | undefined, { observer }: TreeOptions): void {
  try {
    cache?.save();
  } catch (error) {
    const message = `Digests of files are not remembered: ${describeError(error)}`;
    observer?.({ kind: 'notice', message });
  }
}

/** A path relative to a folder, with `/`; empty for the folder itself, undefined outside of it. */
function below(folder: string, path: string): string | undefined {
  const way = relative(folder, path).replaceAll(sep, '/');
  return way === '..' || way.startsWith('../') || /^[A-Za-z]:/.test(way) ? undefined : way;
}

function noFolder(dir: string, cause?: unknown): CafsError {
  return new CafsError('INVALID_INPUT', `${showPath(dir)} is no folder.`, { cause });
}
