import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { systemCode } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { explainDisk } from '../disk-error.ts';

/** Names of temporary files: the process that writes, and what no other name has. */
export const TEMP_NAME = /^\d+-[0-9a-f]{16}$/;

/** A file that has no name of its own yet. */
export interface TempFile {
  readonly path: string;
  /** Open for writing; whoever made the file closes it. */
  readonly fd: number;
}

/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for
 * every other process: bytes go to a file of another name, to the disk, and only then in place.
 *
 * @param tempDir a folder on the same file system; made where it does not exist
 * @throws CafsError `NO_SPACE`, `UNWRITABLE`: what was there before is still there
 */
export function writeFileAtomic(path: string, tempDir: string, chunks: Iterable<Uint8Array>): void {
  try {
    const temp = writeTemp(tempDir, chunks, fsyncSync);
    try {
      moveInPlace(temp, path);
    } catch (error) {
      dropFile(temp);
      throw error;
    }
  } catch (error) {
    throw explainDisk(error, path);
  }
}

/**
 * Writes a file that has yet to be moved in place; where that fails, it is gone.
 *
 * @param finish what to do with the descriptor before it is closed
 */
export function writeTemp(
  tempDir: string,
  chunks: Iterable<Uint8Array>,
  finish?: (fd: number) => void,
): string {
  const { path, fd } = openTemp(tempDir);
  try {
    try {
      for (const chunk of chunks) writeFully(fd, chunk);
      finish?.(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    dropFile(path);
    throw error;
  }
  return path;
}

/** A name for a temporary file that nobody else has. */
export function tempPath(tempDir: string): string {
  return join(tempDir, `${String(process.pid)}-${randomBytes(8).toString('hex')}`);
}

/** Makes an empty file under a name that nobody else has. */
export function openTemp(tempDir: string): TempFile {
  const path = tempPath(tempDir);
  const fd = makingFolder(tempDir, () => openSync(path, 'wx', 0o644));
  return { path, fd };
}

/** `writeSync` may write less than it was given. */
export function writeFully(fd: number, chunk: Uint8Array): void {
  let done = 0;
  while (done < chunk.byteLength) done += writeSync(fd, chunk, done);
}

/** Gives a file its name, in place of one that has it, and makes the folder where need be. */
export function moveInPlace(temp: string, path: string): void {
  makingFolder(dirname(path), () => {
    renameSync(temp, path);
  });
}

/** Removes a file while another error is on its way: a failure here would hide it. */
export function dropFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Garbage collection removes what stays.
  }
}

/** Folders are there nearly always: to look before each file would cost more than to try again. */
function makingFolder<T>(dir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    makeFolder(dir);
    return work();
  }
}
