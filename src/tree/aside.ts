import { lstatSync, renameSync, rmSync } from 'node:fs';

import type { FilePath } from '../names.ts';
import { childOf, parentOf } from './ancestors.ts';
import { removeFolder, requireRemovable } from './clear-folder.ts';
import type { ParentGuard } from './parent-guard.ts';
import { temporaryName } from './staged-file.ts';

/** Something that was moved out of the way. */
export interface Aside {
  /** Takes its place again, in place of what was written there. */
  putBack(): void;
  /** Removes it. */
  drop(): void;
}

/**
 * Moves something to another name in its folder, so that it can come back.
 *
 * @param removable whether what lies in a folder may go with it
 * @returns undefined where nothing is there
 * @throws CafsError `CONTAINMENT` that names what lies in the folder and may not be removed
 */
export function moveAside(
  path: string,
  guard: ParentGuard,
  removable: (path: string) => boolean,
): Aside | undefined {
  if (guard.examine(path).state !== 'real') return undefined;
  const file = guard.fileAt(path);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const isFolder = stats.isDirectory();
  if (isFolder) requireRemovable(path, guard, removable);
  const folder = parentOf(path);
  const aside = childOf(folder, temporaryName());
  const move = (from: FilePath, to: FilePath): void => {
    guard.locks.attempt(folder, () => {
      renameSync(from, to);
    });
  };
  move(file, guard.fileAt(aside));
  if (isFolder) {
    guard.forget(path);
    guard.locks.own(aside);
  }
  return {
    putBack: () => {
      move(guard.fileAt(aside), file);
    },
    drop: () => {
      if (isFolder) removeFolder(aside, guard);
      else {
        guard.locks.attempt(folder, () => {
          rmSync(guard.fileAt(aside), { force: true });
        });
      }
    },
  };
}
