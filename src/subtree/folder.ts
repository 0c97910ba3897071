import { type NamedDirent, readFolder, requireNameable } from '../file-access.ts';

/** Part of a workspace. Paths are POSIX, relative to it. */
export interface Area {
  /** Whether this path itself is meant. */
  has(path: string): boolean;
  /** Whether anything below this folder may be. */
  mayContain(folder: string): boolean;
}

/** Something in a folder: what it is, and its path. A symlink is not followed. */
export interface Child {
  readonly path: string;
  readonly dirent: NamedDirent;
}

/**
 * What lies in a folder and in an area, in no particular order. A folder that is gone is empty.
 *
 * @param base absolute path of what `folder` is relative to
 * @param folder POSIX path; empty: the base itself
 * @throws CafsError `INVALID_INPUT` for a folder that may not be read, and for a name in the area
 *   that {@link requireNameable} refuses
 */
export function childrenIn(base: string, folder: string, area: Area): Child[] {
  const children = readFolder(folder === '' ? base : `${base}/${folder}`);
  const wanted = children
    .map((dirent) => ({ path: joinPath(folder, dirent.name), dirent }))
    .filter(({ path, dirent }) =>
      dirent.isDirectory() ? area.has(path) || area.mayContain(path) : area.has(path),
    );
  for (const { path } of wanted) requireNameable(path);
  return wanted;
}

/** A child's path. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
