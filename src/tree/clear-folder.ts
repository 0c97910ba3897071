import { rmdirSync, unlinkSync } from 'node:fs';

import { CafsError } from '../errors.ts';
import { listFolder } from '../file-access.ts';
import { showPath } from '../names.ts';
import { parentOf } from './ancestors.ts';
import type { ParentGuard } from './parent-guard.ts';

interface Item {
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * Checks that a folder that stands where a file must be may be removed, with everything in it.
 *
 * @param folder verified to be a real folder
 * @throws CafsError `CONTAINMENT` that names what may not be removed
 */
export function requireRemovable(
  folder: string,
  guard: ParentGuard,
  removable: (path: string) => boolean,
): void {
  const kept = listBelow(folder, guard).find((item) => !removable(item.path));
  if (kept !== undefined) {
    throw new CafsError(
      'CONTAINMENT',
      `${showPath(folder)} is not written: a folder stands there, and holds ` +
        `${showPath(kept.path)}, which is not to be removed.`,
      { hint: 'Remove that folder.' },
    );
  }
}

/**
 * Removes a folder with everything in it.
 *
 * @param folder verified to be a real folder
 */
export function removeFolder(folder: string, guard: ParentGuard): void {
  const items = listBelow(folder, guard);
  for (const { path, isFolder } of [...items.reverse(), { path: folder, isFolder: true }]) {
    const file = guard.fileAt(path);
    guard.locks.attempt(parentOf(path), () => {
      if (isFolder) rmdirSync(file);
      else unlinkSync(file);
    });
  }
  guard.forget(folder);
}

/** Everything below a folder, each folder before what it holds. */
function listBelow(folder: string, guard: ParentGuard): Item[] {
  const items: Item[] = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const parent = next;
    const children = guard.locks.attempt(parent, () => listFolder(guard.fileAt(parent)));
    for (const child of children) {
      const path = `${parent}/${child.name}`;
      const isFolder = child.isDirectory();
      items.push({ path, isFolder });
      if (isFolder) pending.push(path);
    }
  }
  return items;
}
