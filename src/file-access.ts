import { type Dirent, readdirSync } from 'node:fs';

import { CafsError, systemCode } from './errors.ts';
import { decodeName, encodePath, type FilePath, showPath, takesAnyBytes } from './names.ts';

/** Something in a folder: its name as text, whatever its bytes, and what it is. */
export type NamedDirent = Pick<
  Dirent,
  'name' | 'isDirectory' | 'isFIFO' | 'isFile' | 'isSocket' | 'isSymbolicLink'
>;

/**
 * What lies in a folder, in no particular order.
 *
 * @throws the system's own errors
 */
export function listFolder(folder: FilePath): readonly NamedDirent[] {
  const path = encodePath(folder);
  // Names as text are several times faster than as bytes. With a path of bytes, Node could not ask
  // for the kind of what it lists where a disk does not tell it along with the name.
  if (typeof path === 'string') {
    const children = readdirSync(path, { withFileTypes: true });
    if (!children.some(({ name }) => name.includes('\uFFFD'))) return children;
  }
  return readdirSync(path, { withFileTypes: true, encoding: 'buffer' }).map((child) =>
    Object.assign(child, { name: decodeName(child.name) }),
  );
}

/**
 * What lies in a folder, in no particular order. A folder that is gone is empty.
 *
 * @throws CafsError `INVALID_INPUT` for a folder that may not be read
 */
export function readFolder(folder: string): readonly NamedDirent[] {
  try {
    return listFolder(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw explainUnreadable(error, folder);
  }
}

/**
 * Checks that this system could give something its name back.
 *
 * @throws CafsError `INVALID_INPUT` for a name on Windows or macOS that is no valid Unicode
 */
export function requireNameable(path: string, platform: NodeJS.Platform = process.platform): void {
  if (takesAnyBytes(platform) || path.isWellFormed()) return;
  throw new CafsError('INVALID_INPUT', `The name of ${showPath(path)} is not valid Unicode.`, {
    hint: 'Rename it, or exclude it.',
  });
}

/** Turns a refusal by the file system into an error that says what to do; others stay as they are. */
export function explainUnreadable(error: unknown, path: FilePath): unknown {
  if (!isRefused(error)) return error;
  return new CafsError('INVALID_INPUT', `No permission to read ${showPath(path)}.`, {
    hint: 'Make it readable for this user, or exclude it.',
    cause: error,
  });
}

/** Whether a system call failed for lack of permission. */
export function isRefused(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'EACCES' || code === 'EPERM';
}

/** Whether a system call failed because its file or one of the folders above it is not there. */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
