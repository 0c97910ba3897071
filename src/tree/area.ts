import { CafsError } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import { type FileMetaJson, type Kind, type WantedInfo, parseFileMeta } from './meta.ts';
import { type Place, type RootName, pathOf } from './paths.ts';
import type { Selection } from './walk.ts';

/** A part of a disk: what is saved and restored as a whole. */
export interface Area extends Selection {
  /** What the keys of its entries begin with, and its paths are relative to. */
  readonly root: RootName;
  /** The absolute path of that root on this machine. */
  readonly base: string;
}

/** Where an entry of a tree lies, and what it is. */
export interface Placed extends Place {
  readonly meta: FileMetaJson;
}

/**
 * Reads an entry's key and metadata, which come from outside.
 *
 * @throws CafsError `MALFORMED`, or `CONTAINMENT` for a path that would leave its root
 */
export function placeOf(key: string, { meta }: Entry): Placed {
  const parsed = parseFileMeta(meta);
  return { ...pathOf(key, parsed), meta: parsed };
}

/** Whether something lies in an area. */
export function isIn(area: Area, { root, path, meta }: Placed): boolean {
  const kind: Kind = meta.kind ?? 'file';
  return root === area.root && area.select(path, kind);
}

/** Whether an entry lies in an area. */
export function holdsEntry(area: Area, [key, entry]: readonly [string, Entry]): boolean {
  return isIn(area, placeOf(key, entry));
}

/** An entry whose metadata has been read. */
export type TreeEntry = Entry & WantedInfo;

/**
 * Entries below the root of an area, by path.
 *
 * @throws CafsError `CONTAINMENT` for one that lies elsewhere, or as {@link placeOf}
 */
export function entriesByPath(
  area: Area,
  entries: Iterable<readonly [string, Entry]>,
): Map<string, TreeEntry> {
  const byPath = new Map<string, TreeEntry>();
  for (const [key, entry] of entries) {
    const { root, path, meta } = placeOf(key, entry);
    if (root !== area.root) {
      throw new CafsError(
        'CONTAINMENT',
        `The entry ${JSON.stringify(key)} lies outside the named outputs.`,
      );
    }
    byPath.set(path, { ...entry, meta });
  }
  return byPath;
}

/** Whether a path is nobody's to save or restore: {@link isGits}, {@link isLeftover}. */
export function isNobodys(path: string): boolean {
  return isGits(path) || isLeftover(path);
}

/** Whether a path is git's own, `.git`, which holds credentials; in any case, as a disk may ignore it. */
export function isGits(path: string): boolean {
  return /(?:^|\/)\.git(?:\/|$)/i.test(path);
}

/** Whether a path is what a restore left behind that was killed. */
export function isLeftover(path: string): boolean {
  return /(?:^|\/)\.cafs-[0-9a-f]{16}\.tmp(?:\/|$)/i.test(path);
}
