import { futimesSync, lutimesSync } from 'node:fs';

import type { FilePath } from '../names.ts';

/** Sets a file's modification time, if one is given, through its descriptor; the access time becomes now. */
export function setOpenFileTime(descriptor: number, mtimeMs: number | undefined): void {
  if (mtimeMs === undefined) return;
  futimesSync(descriptor, Date.now() / 1000, toSeconds(mtimeMs));
}

/** Sets a modification time, if one is given, of a symlink itself too; the access time becomes now. */
export function setTime(file: FilePath, mtimeMs: number | undefined): void {
  if (mtimeMs === undefined) return;
  lutimesSync(file, Date.now() / 1000, toSeconds(mtimeMs));
}

/** Whether two modes are the same as far as this platform knows modes. */
export function isSameMode(
  a: number,
  b: number,
  platform: NodeJS.Platform = process.platform,
): boolean {
  return platform === 'win32' ? ((a ^ b) & 0o200) === 0 : a === b;
}

/** Whether two modification times, in milliseconds, are the same to a microsecond. */
export function isSameTime(a: number, b: number): boolean {
  return Math.abs(Math.round(a * 1000) - Math.round(b * 1000)) <= 1;
}

/**
 * Seconds as Node takes them.
 *
 * Until 2038, time in seconds has steps of 0.24 microseconds as a double. A quarter of a microsecond
 * more makes sure that what reaches the disk rounds down, too, to the microsecond that was meant.
 * Node takes a negative number for "now", but not negative text.
 */
function toSeconds(mtimeMs: number): number | string {
  const microseconds = Math.round(mtimeMs * 1000);
  const seconds = microseconds / 1e6;
  const isBiased = !Number.isInteger(seconds) && Math.abs(seconds) < 2 ** 31;
  const exact = isBiased ? (microseconds + 0.25) / 1e6 : seconds;
  return exact < 0 ? String(exact) : exact;
}
