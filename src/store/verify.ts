import { setImmediate } from 'node:timers/promises';

import { type Digest, Digester } from '../digest.ts';
import { hasCode } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { BlobFile } from './blob-file.ts';
import { listBlobs } from './blob-list.ts';
import type { Layout } from './layout.ts';
import { readPieces } from './pieces.ts';

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
  for (const shard of listBlobs(layout)) {
    strangers.push(...shard.strangers);
    for (const { digest } of shard.blobs) {
      await setImmediate();
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

/** The digest of what a blob holds; undefined where it is gone by now. */
async function readBlob(
  layout: Layout,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<{ readonly found: Digest; readonly size: number } | undefined> {
  using file = openBlob(layout, digest);
  if (file === undefined) return undefined;
  const digester = new Digester();
  for await (const piece of readPieces(file.fd, signal)) digester.update(piece);
  const { size } = digester;
  const found = digester.digest();
  if (found !== digest) file.damaged(found);
  return { found, size };
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
