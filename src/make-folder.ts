import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { systemCode } from './errors.ts';

/**
 * Makes a folder and those above it, where they do not exist.
 *
 * Node's own `recursive` says `ENOENT` on a read-only disk; this says what the system said (`EROFS`).
 */
export function makeFolder(dir: string): void {
  try {
    makeOne(dir);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(dir) === dir) throw error;
    makeFolder(dirname(dir));
    makeOne(dir);
  }
}

function makeOne(dir: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    // Some systems refuse to make what is there (`EROFS`, `EPERM`) before they see that it is.
    if (!isFolder(dir)) throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
