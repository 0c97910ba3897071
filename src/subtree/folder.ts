import { isUtf8 } from 'node:buffer';
import { type Dirent, readdirSync } from 'node:fs';

import { CafsError } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';

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
  readonly dirent: Dirent;
}

/**
 * What lies in a folder and in an area, in no particular order. A folder that is gone is empty.
 *
 * @param base absolute path of what `folder` is relative to
 * @param folder POSIX path; empty: the base itself
 * @throws CafsError `INVALID_INPUT` for a folder that may not be read, and for a name in the area
 *   that is not UTF-8
 */
export function readFolder(base: string, folder: string, area: Area): Child[] {
  const absolute = folder === '' ? base : `${base}/${folder}`;
  const dirents = readDirents(absolute);
  const children = dirents.map((dirent) => ({ path: joinPath(folder, dirent.name), dirent }));
  const wanted = children.filter(({ path, dirent }) =>
    dirent.isDirectory() ? area.has(path) || area.mayContain(path) : area.has(path),
  );
  // What is no UTF-8 arrives with U+FFFD in it, but a name may really hold that character.
  if (wanted.some(({ dirent }) => dirent.name.includes('\uFFFD'))) {
    const names = new Set(wanted.map(({ dirent }) => dirent.name));
    for (const raw of readdirSync(absolute, { encoding: 'buffer' })) {
      if (names.has(raw.toString())) decodeName(raw, folder);
    }
  }
  return wanted;
}

/**
 * A path's text from the bytes that the system or git gave.
 *
 * @param folder what the path is relative to, for the message
 * @throws CafsError `INVALID_INPUT` where the bytes are not UTF-8
 */
export function decodeName(bytes: Buffer, folder = ''): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD') || isUtf8(bytes)) return text;
  throw new CafsError(
    'INVALID_INPUT',
    `The name of ${JSON.stringify(joinPath(folder, text))} is not valid UTF-8 (in hexadecimal: ${bytes.toString('hex')}).`,
    { hint: 'Rename it, or exclude it from the inputs.' },
  );
}

/** A child's path. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function readDirents(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw explainUnreadable(error, folder);
  }
}
