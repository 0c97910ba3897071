import { lstatSync } from 'node:fs';

import { digestOf } from '../digest.ts';
import { hasCode } from '../errors.ts';
import { isMissing, isRefused } from '../file-access.ts';
import type { FilePath } from '../names.ts';
import { addWithParents, parentOf } from './ancestors.ts';
import { isSameMode, isSameTime } from './attributes.ts';
import { type HashFile, hashFile } from './hash-file.ts';
import { type WantedInfo, fileMetaFrom, kindOf } from './meta.ts';
import { ParentGuard } from './parent-guard.ts';
import { readTarget } from './read.ts';
import { type Found, type Selection, walk } from './walk.ts';

/**
 * How what is on disk differs from what is wanted: not at all; in mode or modification time
 * alone; in content, which what is of another kind does too; or nothing is there.
 */
export type Difference = 'same' | 'attributes' | 'content' | 'missing';

/**
 * Compares wanted entries with what is on disk, in the order of the map. Files of the right size
 * are read and hashed. What cannot be read differs in content: it is to be replaced.
 *
 * @param base an existing folder
 * @param wanted by POSIX path relative to the base
 * @param hash hashes files; default: by reading them
 * @throws CafsError `CONTAINMENT` for a path that leaves the base
 */
export function* differences(
  base: string,
  wanted: ReadonlyMap<string, WantedInfo>,
  hash: HashFile = (file) => hashFile(file),
): Generator<[path: string, difference: Difference], void, undefined> {
  const guard = new ParentGuard(base);
  for (const [path, info] of wanted) {
    yield [path, differenceAt(guard, path, info, hash)];
  }
}

/**
 * What is on disk, is selected, and is not wanted: to be removed before anything is written.
 *
 * @throws CafsError as {@link walk} does
 */
export function* staleFiles(
  base: string,
  selection: Selection,
  wanted: ReadonlyMap<string, unknown>,
): Generator<Found, void, undefined> {
  const folders = new Set<string>();
  for (const path of wanted.keys()) addWithParents(folders, parentOf(path));
  for (const found of walk(base, selection)) {
    if (wanted.has(found.path)) continue;
    // A folder on the way to something wanted stays; it was found because of its mode.
    if (found.kind === 'folder' && folders.has(found.path)) continue;
    yield found;
  }
}

function differenceAt(
  guard: ParentGuard,
  path: string,
  info: WantedInfo,
  hash: HashFile,
): Difference {
  try {
    // A symlink above it means: not there. What lies behind the link is not looked at.
    const { state } = guard.examine(path);
    if (state === 'missing') return 'missing';
    return state === 'real' ? compare(guard.fileAt(path), path, info, hash) : 'content';
  } catch (error) {
    if (isUnreadable(error)) return 'content';
    throw error;
  }
}

function compare(file: FilePath, path: string, info: WantedInfo, hash: HashFile): Difference {
  const { meta } = info;
  const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  if (kindOf(stats) !== (meta.kind ?? 'file')) return 'content';
  const hasContent = (): boolean => {
    if (meta.kind === 'folder') return true;
    if (meta.kind === 'symlink') return digestOf(readTarget(file)) === info.digest;
    return Number(stats.size) === info.size && hash(file, path, stats).digest === info.digest;
  };
  if (!hasContent()) return 'content';
  const found = fileMetaFrom(stats);
  const isSame =
    (meta.mtimeMs === undefined || isSameTime(found.mtimeMs, meta.mtimeMs)) &&
    (meta.kind === 'symlink' || isSameMode(found.mode, meta.mode));
  return isSame ? 'same' : 'attributes';
}

/** Whether looking at a file failed because of the file: forbidden, gone, or just being written. */
function isUnreadable(error: unknown): boolean {
  // INVALID_INPUT is what reading makes of a lack of permission.
  const isExplained = hasCode(error, 'CHANGED') || hasCode(error, 'INVALID_INPUT');
  return isExplained || isMissing(error) || isRefused(error);
}
