import type { BigIntStats } from 'node:fs';

import { type Digest, digestOf } from '../digest.ts';
import { Blobs } from '../store/blobs.ts';
import { readSameFile } from '../tree/read.ts';

/*
 * What worker threads do. A task never fails: what it could not do is undefined in its result, and is
 * done by whoever asked, in the ordinary way, with the ordinary error. It holds no locks either: those
 * belong to the process.
 */

/** What tells whether a file is still the one that was seen. */
export type FileStamp = Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

/** A file whose content a store is to keep. */
export interface FileToStore {
  /** Absolute, as in `names.ts`. */
  readonly file: string;
  readonly stamp: FileStamp;
  /** The digest of a content that need not be kept again: a file that was touched mostly has it still. */
  readonly before: Digest | undefined;
}

/** A task, as it crosses to a thread. */
export type Task =
  | { readonly kind: 'store'; readonly cacheDir: string; readonly files: readonly FileToStore[] }
  | { readonly kind: 'read'; readonly cacheDir: string; readonly digests: readonly Digest[] };

/**
 * Hashes files and keeps their contents.
 *
 * @returns the digest of each; undefined for one that changed, or that could not be read or kept
 */
export function storeFiles(
  cacheDir: string,
  files: readonly FileToStore[],
): (Digest | undefined)[] {
  const blobs = Blobs.open(cacheDir);
  return attempt(files, ({ file, stamp, before }) => {
    const bytes = Buffer.concat([...readSameFile(file, stamp)]);
    return before !== undefined && digestOf(bytes) === before ? before : blobs.put(bytes);
  });
}

/**
 * Reads blobs.
 *
 * @returns the bytes of each, verified; undefined for one that is not there, or is damaged
 */
export function readBlobs(
  cacheDir: string,
  digests: readonly Digest[],
): (Uint8Array | undefined)[] {
  const blobs = Blobs.open(cacheDir);
  return attempt(digests, (digest) => blobs.peek(digest));
}

function attempt<T, R>(items: readonly T[], work: (item: T) => R): (R | undefined)[] {
  return items.map((item) => {
    try {
      return work(item);
    } catch {
      return undefined;
    }
  });
}
