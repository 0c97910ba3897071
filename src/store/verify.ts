import { setImmediate } from 'node:timers/promises';

import { type Digest, Digester, digestOf } from '../digest.ts';
import { hasCode } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { BlobFile } from './blob-file.ts';
import { listBlobs } from './blob-list.ts';
import type { Layout } from './layout.ts';
import { readPieces, readWhole } from './pieces.ts';

/** Blobs up to this size, in bytes, are read at once: that takes less than a millisecond. */
const SMALL_BYTES = 512 * 1024;

/** For how long, in milliseconds, nobody else has to get a turn. */
const TURN_MS = 10;

/** A blob that did not hold what its name says. It was set aside. */
export interface DamagedBlob {
  readonly digest: Digest;
  /** The digest of what was found. */
  readonly found: Digest;
}

/** What the blobs on disk turned out to be. */
export interface VerifiedBlobs {
  /** Blobs that were read, the damaged ones too. */
  readonly checked: number;
  /** Of those. */
  readonly bytes: number;
  readonly damaged: readonly DamagedBlob[];
  /** Paths among the blobs of what is none: nobody uses it, and nobody removes it. */
  readonly strangers: readonly string[];
}

/** How blobs are verified. */
export interface VerifyOptions {
  readonly observer?: Observer | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads all blobs of a cache folder, and sets aside those that are damaged: the next `put` of the same
 * content heals them. What others write or remove meanwhile does not matter.
 *
 * @throws the signal's reason
 */
export async function verifyBlobs(
  layout: Layout,
  { observer, signal }: VerifyOptions = {},
): Promise<VerifiedBlobs> {
  const damaged: DamagedBlob[] = [];
  const strangers: string[] = [];
  let checked = 0;
  let bytes = 0;
  let turn = performance.now();
  for (const shard of listBlobs(layout)) {
    strangers.push(...shard.strangers);
    for (const { digest } of shard.blobs) {
      if (performance.now() - turn > TURN_MS) {
        await setImmediate();
        turn = performance.now();
      }
      signal?.throwIfAborted();
      const read = await readBlob(layout, digest, signal);
      if (read === undefined) continue;
      if (read.found !== digest) damaged.push({ digest, found: read.found });
      checked += 1;
      bytes += read.size;
      observer?.({ kind: 'hash', done: checked, bytes });
    }
  }
  return { checked, bytes, damaged, strangers };
}

/** What was found in a file. */
interface Read {
  readonly found: Digest;
  readonly size: number;
}

/** The digest of what a blob holds; undefined where it is gone by now. */
async function readBlob(
  layout: Layout,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<Read | undefined> {
  using file = openBlob(layout, digest);
  if (file === undefined) return undefined;
  const read = file.size > SMALL_BYTES ? await hashPieces(file.fd, signal) : hashWhole(file);
  if (read.found !== digest) file.damaged(read.found);
  return read;
}

function hashWhole({ fd, size }: BlobFile): Read {
  const bytes = readWhole(fd, size);
  return { found: digestOf(bytes), size: bytes.length };
}

async function hashPieces(fd: number, signal: AbortSignal | undefined): Promise<Read> {
  const digester = new Digester();
  for await (const piece of readPieces(fd, signal)) digester.update(piece);
  const { size } = digester;
  return { found: digester.digest(), size };
}

function openBlob(layout: Layout, digest: Digest): BlobFile | undefined {
  try {
    return BlobFile.open(layout, digest);
  } catch (error) {
    // It was a file when it was listed.
    if (hasCode(error, 'INTEGRITY')) return undefined;
    throw error;
  }
}
