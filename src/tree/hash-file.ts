import type { BigIntStats } from 'node:fs';

import { type Digest, Digester } from '../digest.ts';
import { hasCode } from '../errors.ts';
import type { FilePath } from '../names.ts';
import { readFileChunks } from './read.ts';

/** What reading a regular file gave. */
export interface HashedFile {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** Of the file as it was when its last byte was read. */
  readonly stats: BigIntStats;
}

/**
 * Hashes a regular file, or knows its digest already.
 *
 * @param file for system calls
 * @param path relative to the folder that is being looked at
 * @param stats what `lstat` just said of it
 * @throws CafsError as {@link hashFile} does
 */
export type HashFile = (file: FilePath, path: string, stats: BigIntStats) => HashedFile;

/**
 * Hashes a file in bounded memory. One that changes while it is read is read once more.
 *
 * @param read what reads a file's bytes
 * @throws CafsError `CHANGED` when it changed again, or is gone; `INVALID_INPUT` when it may not be
 *   read
 */
export function hashFile(file: FilePath, read: typeof readFileChunks = readFileChunks): HashedFile {
  return retryChanged(() => {
    const digester = new Digester();
    const chunks = read(file);
    let next = chunks.next();
    for (; !next.done; next = chunks.next()) digester.update(next.value);
    return { digest: digester.digest(), size: digester.size, stats: next.value };
  });
}

/** Reads once more what changed while it was read. */
function retryChanged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!hasCode(error, 'CHANGED')) throw error;
    return read();
  }
}
