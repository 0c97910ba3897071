import { lstatSync, renameSync, rmSync } from 'node:fs';

import type { FilePath } from '../names.ts';
import { childOf, parentOf } from './ancestors.ts';
import type { ParentGuard } from './parent-guard.ts';
import { temporaryName } from './staged-file.ts';

/** Something that was moved out of the way. */
export interface Aside {
  /** Takes its place again, in place of what was written there. */
  putBack(): void;
  drop(): void;
}

/**
 * Moves a file or a symlink to another name in its folder, so that it can come back.
 *
 * @returns undefined where nothing, or a folder, is there
 */
export function moveAside(path: string, guard: ParentGuard): Aside | undefined {
  if (!guard.check(path)) return undefined;
  const file = guard.fileAt(path);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return undefined;
  const folder = parentOf(path);
  const temp = guard.fileAt(childOf(folder, temporaryName()));
  const move = (from: FilePath, to: FilePath): void => {
    guard.locks.attempt(folder, () => {
      renameSync(from, to);
    });
  };
  move(file, temp);
  return {
    putBack: () => {
      move(temp, file);
    },
    drop: () => {
      guard.locks.attempt(folder, () => {
        rmSync(temp, { force: true });
      });
    },
  };
}
