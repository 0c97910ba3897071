import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { systemCode } from './errors.ts';

/**
 * Makes a folder and those above it, where they do not exist.
 *
 * Node's own `recursive` says `ENOENT` on a read-only disk, where this says what the system said
 * (`EROFS`), and never returns where a folder can hold none, as in `/proc`.
 *
 * @returns the topmost folder that was made; undefined where there was nothing to make
 */
export function makeFolder(dir: string): string | undefined {
  try {
    return makeOne(dir) ? dir : undefined;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(dir) === dir) throw error;
    const top = makeFolder(dirname(dir));
    return makeOne(dir) ? (top ?? dir) : top;
  }
}

function makeOne(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    // Some systems refuse to make what is there (`EROFS`, `EPERM`) before they see that it is.
    if (!isFolder(dir)) throw error;
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
