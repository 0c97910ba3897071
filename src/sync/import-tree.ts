import { setImmediate } from 'node:timers/promises';

import { hasCode } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import type { Store } from '../store/store.ts';
import { readWantedMeta } from '../tree/meta.ts';
import { keyBelow, pathBelow, treePrefix } from '../tree/paths.ts';
import { type Selection, walk } from '../tree/walk.ts';
import { FileReader } from './file-reader.ts';
import { EntryImporter, type ImportedEntry, type Target } from './import-entry.ts';
import {
  openStatCache,
  realFolder,
  saveStatCache,
  selectionOf,
  threadsFor,
  type TreeOptions,
} from './tree-options.ts';

/** How a tree is imported. */
export interface ImportOptions extends TreeOptions {
  /**
   * Whether entries under the prefix are deleted that the patterns select and the folder does not
   * have (any more), by whomever they were put. Default `true`: the prefix is the folder's image,
   * and has its hash.
   */
  readonly removeMissing?: boolean | undefined;
  /** Hears of what cannot be kept, with what it is: a socket, say. */
  readonly onSkip?: ((path: string, why: string) => void) | undefined;
}

/** What an import came to. */
export interface Imported {
  /** Files and symlinks that the folder has, as far as they were selected. */
  readonly files: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Files that had to be read. */
  readonly hashed: number;
  /** Entries that stayed as they were. */
  readonly unchanged: number;
  /** Entries that were deleted. */
  readonly removed: number;
}

/** Files that are looked at before others get their turn. */
const TURN = 64;

/**
 * Brings a folder, with all that lies in it, under a prefix of a store: regular files, symlinks (never
 * followed) and empty folders, with modes and modification times. New content is stored while it is
 * hashed.
 *
 * A path becomes a key by {@link keyBelow}'s rules: nearly always the prefix and the path, while
 * names that no key may hold are escaped. An entry whose content, mode and kind are as before is
 * left alone, old modification time included: writing the same bytes again is no change.
 *
 * After an error the store holds some of what is new, and nothing has been deleted; run it again.
 * The index is in memory until `store.sync()`.
 *
 * @param dir a folder; a symlink to one is followed
 * @param prefix `''` for the whole store
 * @throws CafsError `INVALID_INPUT` for a folder, a prefix or patterns that cannot be used, and for a
 *   file that may not be read; `CHANGED` for one that is written to all the time; `INVALID_KEY`,
 *   `RESERVED_KEY` for the prefix; `NO_SPACE`, `UNWRITABLE`; the signal's reason
 *
 * @example
 * const { hashed, bytes } = await importTree(store, 'dist', 'build/dist', { patterns: ['**', '!**\/*.map'] });
 * store.hash('build/dist'); // changes when, and only when, something in dist does
 */
export async function importTree(
  store: Store,
  dir: string,
  prefix: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const start = treePrefix(prefix);
  const base = realFolder(dir, store);
  const selection = selectionOf(base, store, options);
  const cache = openStatCache(base, store, options);
  const importer = new EntryImporter(store, base, { cache, signal: options.signal });
  const seen = new Set<string>();
  try {
    const threading = { cacheDir: store.cacheDir, threads: threadsFor(options) };
    const tree = { base, prefix: start, selection, seen };
    const totals = await bringAll(importer, tree, options, threading);
    const removes = options.removeMissing !== false;
    const removed = removes ? removeMissing(store, { prefix: start, selection, seen }, options) : 0;
    return { ...totals, removed };
  } finally {
    saveStatCache(cache, options);
  }
}

/** What is imported to where. */
interface Tree {
  readonly prefix: string;
  readonly selection: Selection;
  /** The keys of all that was found. */
  readonly seen: Set<string>;
}

async function bringAll(
  importer: EntryImporter,
  { base, prefix, selection, seen }: Tree & { readonly base: string },
  { signal, observer, onSkip }: ImportOptions,
  threading: { readonly cacheDir: string; readonly threads: number },
): Promise<Omit<Imported, 'removed'>> {
  const totals = { files: 0, bytes: 0, hashed: 0, unchanged: 0 };
  const count = ({ found }: Target, { size, isRead, isKept }: ImportedEntry): void => {
    totals.bytes += size;
    if (found.kind !== 'folder') totals.files += 1;
    if (isRead) totals.hashed += 1;
    if (isKept) totals.unchanged += 1;
    observer?.({ kind: 'hash', done: totals.files, bytes: totals.bytes });
  };
  await using reader = new FileReader(importer, count, threading);
  for (const found of walk(base, { ...selection, ...(onSkip === undefined ? {} : { onSkip }) })) {
    signal?.throwIfAborted();
    const at = keyBelow(prefix, found.path);
    seen.add(at.key);
    const target = importer.target(found, at);
    const brought = await importer.bringUnread(target);
    if (brought === undefined) await reader.add(target);
    else count(target, brought);
    if (seen.size % TURN === 0) await setImmediate();
  }
  await reader.end();
  return totals;
}

/** Deletes the entries of what was not found; gives how many. */
function removeMissing(
  store: Store,
  { prefix, selection, seen }: Tree,
  { patterns }: ImportOptions,
): number {
  let removed = 0;
  for (const [name, entry] of store.list(prefix)) {
    const key = prefix + name;
    if (seen.has(key)) continue;
    const path = pathIfAny(prefix, key, entry);
    // A key that stands for no path is that of nothing on disk; no pattern names it.
    if (path === undefined ? patterns !== undefined : !selection.select(path, 'file')) continue;
    store.delete(key);
    removed += 1;
  }
  return removed;
}

function pathIfAny(prefix: string, key: string, { meta }: Entry): string | undefined {
  try {
    return pathBelow(prefix, key, readWantedMeta(meta));
  } catch (error) {
    if (hasCode(error, 'MALFORMED') || hasCode(error, 'CONTAINMENT')) return undefined;
    throw error;
  }
}
