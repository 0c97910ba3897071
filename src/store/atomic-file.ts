import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { systemCode } from '../errors.ts';

/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for
 * every other process: bytes go to a file of another name, to the disk, and only then in place.
 *
 * @param tempDir a folder on the same file system
 */
export function writeFileAtomic(path: string, tempDir: string, chunks: Iterable<Uint8Array>): void {
  const temp = join(tempDir, `${String(process.pid)}-${randomBytes(8).toString('hex')}`);
  const fd = openSync(temp, 'wx', 0o644);
  try {
    try {
      for (const chunk of chunks) writeFully(fd, chunk);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    moveInPlace(temp, path);
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
}

/** `writeSync` may write less than it was given. */
export function writeFully(fd: number, chunk: Uint8Array): void {
  let done = 0;
  while (done < chunk.byteLength) done += writeSync(fd, chunk, done);
}

function moveInPlace(temp: string, path: string): void {
  try {
    renameSync(temp, path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    renameSync(temp, path);
  }
}
