import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import { CafsError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import type { Repository } from '../oci/reference.ts';

/** Whether there is a folder, behind a symlink or not. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Checks that a folder is there or can be made.
 *
 * @throws CafsError `INVALID_INPUT` where it, or what it is to lie in, is something else
 */
export function assertFolderPossible(folder: string): void {
  const found = nearest(resolve(folder));
  if (isFolder(found)) return;
  throw new CafsError('INVALID_INPUT', `${quoted(found)} is no folder, but a file or the like.`, {
    hint: 'A snapshot is written into a folder, which is made where there is none: name one, or move what is there away.',
  });
}

/**
 * Checks that an image layout and a folder have nothing in common: what is written into the one would
 * be taken for a part of the other, or removed from it.
 *
 * @throws CafsError `INVALID_INPUT`
 */
export function assertApart(repository: Repository, folder: string): void {
  if (repository.kind !== 'layout') return;
  const [layout, other] = [realPath(repository.folder), realPath(folder)];
  if (!holds(layout, other) && !holds(other, layout)) return;
  const how = layout === other ? 'is' : holds(layout, other) ? 'lies in' : 'holds';
  throw new CafsError(
    'INVALID_INPUT',
    `The folder ${quoted(folder)} ${how} the image layout oci:${repository.folder} itself.`,
    { hint: 'Name a folder that has nothing to do with the layout: neither may lie in the other.' },
  );
}

function holds(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way);
}

/** A path without symlinks, as far as there is something. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync.native(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(realPath(parent), basename(whole));
  }
}

/** A path, or else the nearest above it where there is something. */
function nearest(path: string): string {
  try {
    lstatSync(path);
    return path;
  } catch {
    const parent = dirname(path);
    return parent === path ? path : nearest(parent);
  }
}
