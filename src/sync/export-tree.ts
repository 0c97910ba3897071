import { lstatSync, realpathSync, rmdirSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';

import type { Digest } from '../digest.ts';
import { type OurFolder, explainDisk, makeOurFolder } from '../disk-error.ts';
import { CafsError, type ErrorCode, NotFoundError, describeError, hasCode } from '../errors.ts';
import { encodePath } from '../names.ts';
import { quoted } from '../quoted.ts';
import type { Receiver } from '../store/deliver.ts';
import { explainLost } from '../store/lost-content.ts';
import type { Store } from '../store/store.ts';
import { type TreeEntry, isGits, isLeftover } from '../tree/area.ts';
import { readWantedMeta } from '../tree/meta.ts';
import { pathBelow, treePrefix } from '../tree/paths.ts';
import type { Selection } from '../tree/walk.ts';
import { ContentReader } from './content-reader.ts';
import { type Restored, restoreAreas } from './restore-areas.ts';
import {
  openStatCache,
  realFolder,
  saveStatCache,
  selectionOf,
  threadsFor,
  type TreeOptions,
} from './tree-options.ts';

/** How a tree is exported. */
export interface ExportOptions extends TreeOptions {
  /**
   * Whether files are removed that the patterns select and the prefix does not have. Default `false`.
   * Without it, a file that stands where a folder must be is an error, as is a folder that is not
   * empty and stands where a file must be.
   */
  readonly removeStale?: boolean | undefined;
  /** Requests to the remote at the same time, for content that is not on this disk. Default 4. */
  readonly concurrency?: number | undefined;
}

/** What an export came to. */
export interface Exported {
  /** Files and symlinks that the prefix has, as far as they were selected. */
  readonly files: number;
  /** Files, symlinks and folders that were written: they were missing or had other content. */
  readonly written: number;
  /** Bytes written. */
  readonly bytes: number;
  /** Files, symlinks and folders that were removed. */
  readonly removed: number;
}

/**
 * Makes a folder hold what lies under a prefix of a store: regular files, symlinks and empty folders,
 * with modes and modification times. Only what differs is written; content that this disk does not
 * have comes from the store's remote. All bytes are verified.
 *
 * Entries that were put by hand, without a file's metadata, become regular files with mode 0644;
 * their time is not compared, and is that of writing for what is written.
 *
 * Nothing outside of the folder is written, whatever the store holds: a symlink in it is replaced,
 * not followed. After an error the folder is as it was.
 *
 * @param prefix `''` for the whole store
 * @param dir a folder, made where it does not exist; a symlink to one is followed
 * @throws NotFoundError where nothing lies under the prefix, before the folder is made
 * @throws CafsError `CONTENT_LOST` where a content is neither on this disk nor in the remote; `MALFORMED` for entries that cannot be a tree: keys that are no paths, metadata that
 *   is malformed, files with other files in them; `CONTAINMENT` for paths that lead out of the folder
 *   or into `.git`; `INVALID_INPUT` for a folder, a prefix or patterns that cannot be used;
 *   `INTEGRITY`; `UNWRITABLE` and `NO_SPACE` where the folder cannot be written to; the remote's own
 *   errors; the signal's reason
 *
 * @example
 * const { written, removed } = await exportTree(store, 'build/dist', 'dist', { removeStale: true });
 */
export async function exportTree(
  store: Store,
  prefix: string,
  dir: string,
  options: ExportOptions = {},
): Promise<Exported> {
  const entries = readEntries(store, treePrefix(prefix), options);
  if (entries.size === 0) throw nothingUnder(store, prefix);
  const unmake = makeTarget(dir);
  try {
    const base = realFolder(dir, store);
    const selection = selectionOf(base, store, options);
    const restored = await restore({ store, prefix }, base, selection, entries, options);
    if (restored.error !== undefined) throw restored.error as Error;
    const { files, written, bytes, removed } = restored;
    return { files, written, bytes, removed };
  } catch (error) {
    unmake();
    throw explainTarget(error, dir);
  }
}

/** A prefix that is mistyped must not look like an empty folder that was exported. */
function nothingUnder(store: Store, prefix: string): NotFoundError {
  const shown = JSON.stringify(prefix);
  const key = prefix.replace(/\/$/, '');
  if (key !== '' && store.exists(key)) {
    return new NotFoundError(`${quoted(key)} is an entry, not a prefix.`, {
      hint: 'Use get to read it, or name the prefix that it lies under.',
    });
  }
  return new NotFoundError(`There is nothing under ${shown} to export.`, {
    hint: 'Check the prefix, or pull first. To empty a folder, remove it.',
  });
}

async function restore(
  { store, prefix }: { readonly store: Store; readonly prefix: string },
  base: string,
  selection: Selection,
  entries: ReadonlyMap<string, TreeEntry>,
  options: ExportOptions,
): Promise<Restored> {
  const { concurrency, observer, signal, removeStale = false } = options;
  const cache = openStatCache(base, store, options);
  const wanted = new Map(
    [...entries].filter(([path, { meta }]) => selection.select(path, meta.kind ?? 'file')),
  );
  let done = 0;
  let bytes = 0;
  const request = {
    area: { base, ...selection },
    wanted: () => wanted,
    removes: () => removeStale,
    hash: cache?.hash,
    wrote: (path: string, { digest, size, meta }: TreeEntry): void => {
      done += 1;
      bytes += size;
      observer?.({ kind: 'restore', done, bytes });
      if (cache === undefined || meta.kind !== undefined || meta.mtimeMs === undefined) return;
      const stats = lstatSync(encodePath(`${base}/${path}`), {
        bigint: true,
        throwIfNoEntry: false,
      });
      if (stats !== undefined) cache.rememberWritten(path, stats, digest);
    },
  };
  await using contents = new ContentReader(store.cacheDir, threadsFor(options));
  const [restored] = await restoreAreas(
    (wantedEntries, receiver, how) => {
      const explaining: Receiver = {
        whole: (digest, content) => {
          receiver.whole(digest, content);
        },
        pieces: (digest, pieces) => receiver.pieces(digest, pieces),
        failed: (digest, error) => {
          receiver.failed(digest, explainLost(error, keyOf(store, prefix, digest)));
        },
      };
      return contents.deliver(store, wantedEntries, explaining, how);
    },
    [request],
    { observer, signal, ...(concurrency === undefined ? {} : { concurrency }) },
  );
  if (restored?.error === undefined) saveStatCache(cache, options);
  return restored ?? { files: 0, written: 0, bytes: 0, removed: 0, milliseconds: 0 };
}

/** The key of the first entry under a prefix that has a content. */
function keyOf(store: Store, prefix: string, content: Digest): string {
  const below = treePrefix(prefix);
  for (const [name, { digest }] of store.list(below)) if (digest === content) return below + name;
  return content;
}

/** Everything under a prefix by path, before anything is touched. */
function readEntries(
  store: Store,
  prefix: string,
  { git = false }: ExportOptions,
): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (const [name, entry] of store.list(prefix)) {
    const key = prefix + name;
    const meta = explained(key, () => readWantedMeta(entry.meta));
    const path = explained(key, () => pathBelow(prefix, key, meta));
    if (isLeftover(path) || (!git && isGits(path))) {
      const hint = isGits(path) ? { hint: 'Set "git" if it is to be written.' } : {};
      throw new CafsError(
        'CONTAINMENT',
        `The entry ${quoted(key)} is not exported: its name is not for files of users.`,
        hint,
      );
    }
    entries.set(path, { ...entry, meta });
  }
  return entries;
}

/** What an entry can have wrong beside its form. */
const CODES: readonly ErrorCode[] = ['CONTAINMENT', 'INVALID_INPUT', 'INVALID_KEY', 'RESERVED_KEY'];

/** Says which entry it is that has an error. */
function explained<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const code = CODES.find((one) => hasCode(cause, one)) ?? 'MALFORMED';
    const message = `The entry ${quoted(key)} cannot be exported: ${describeError(cause)}`;
    throw new CafsError(code, message, { cause });
  }
}

const TARGET: OurFolder = 'folder that is exported to';

/**
 * Errors of writing files say what to do. An error without a path is one of writing to an open file;
 * those of the cache folder have been explained where they came from, or have its path.
 */
function explainTarget(error: unknown, dir: string): unknown {
  if (typeof error !== 'object' || error === null || !('syscall' in error)) return error;
  const path = 'path' in error ? error.path : undefined;
  if (path === undefined) return explainDisk(error, dir, TARGET);
  if (typeof path !== 'string') return error;
  const below = [resolve(dir), realpathOf(dir)];
  const isIn = below.some((base) => path === base || path.startsWith(base + sep));
  return isIn ? explainDisk(error, path, TARGET) : error;
}

function realpathOf(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    return resolve(dir);
  }
}

/**
 * Makes a folder and those above it.
 *
 * @returns what removes them again, as far as nothing has come to lie in them
 */
function makeTarget(dir: string): () => void {
  const top = makeOurFolder(resolve(dir), TARGET);
  if (top === undefined) return () => undefined;
  return () => {
    try {
      for (let folder = resolve(dir); ; folder = dirname(folder)) {
        rmdirSync(folder);
        if (folder === top) return;
      }
    } catch {
      // Somebody else has put something there.
    }
  };
}
