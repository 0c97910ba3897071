import { setImmediate } from 'node:timers/promises';

import { type Digest, Digester, digestOf } from '../digest.ts';
import { hasCode, messageOf } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { BlobFile, isUnreadable, setAside, statsAt } from './blob-file.ts';
import { listBlobs } from './blob-list.ts';
import type { Layout } from './layout.ts';

/** Blobs up to this size, in bytes, are read at once: that takes less than a millisecond. */
const SMALL_BYTES = 512 * 1024;

/** For how long, in milliseconds, nobody else has to get a turn. */
const TURN_MS = 10;

/** A blob that does not hold what its name says, or cannot be read. It was set aside, if it could be. */
export interface DamagedBlob {
  readonly digest: Digest;
  /** The digest of what was found; absent where it cannot be read. */
  readonly found?: Digest;
  /** What is wrong, in words. */
  readonly reason: string;
}

/** What the blobs on disk turned out to be. */
export interface VerifiedBlobs {
  /** Blobs that were read, the damaged ones too. */
  readonly checked: number;
  /** Of those, as far as they could be read. */
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
 * content heals them. What cannot be read (no permission, a failing disk) counts as damaged. What
 * others write or remove meanwhile does not matter.
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
    for (const path of shard.strangers) strangers.push(path);
    for (const { digest } of shard.blobs) {
      if (performance.now() - turn > TURN_MS) {
        await setImmediate();
        turn = performance.now();
      }
      signal?.throwIfAborted();
      const read = await readBlob(layout, digest, signal);
      if (read === undefined) continue;
      if (read.damage !== undefined) damaged.push({ digest, ...read.damage });
      checked += 1;
      bytes += read.size;
      observer?.({ kind: 'hash', done: checked, bytes });
    }
  }
  return { checked, bytes, damaged, strangers };
}

/** What was found in a file. */
interface Hashed {
  readonly found: Digest;
  readonly size: number;
}

/** What reading a blob came to. */
interface Read {
  readonly size: number;
  /** undefined: it is as it must be */
  readonly damage?: Omit<DamagedBlob, 'digest'>;
}

/** What is wrong with a blob; undefined where it is gone by now. */
async function readBlob(
  layout: Layout,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<Read | undefined> {
  const path = layout.blob(digest);
  const seen = statsAt(path);
  try {
    using file = BlobFile.open(layout, digest);
    if (file === undefined) return undefined;
    const { found, size } =
      file.size > SMALL_BYTES ? await hashPieces(file, signal) : hashWhole(file);
    if (found === digest) return { size };
    return { size, damage: { found, reason: file.damaged(found).message } };
  } catch (error) {
    if (isUnreadable(error)) {
      if (seen !== undefined) setAside(layout, digest, path, seen);
      return { size: 0, damage: { reason: messageOf(error) } };
    }
    // It was a file when it was listed.
    if (hasCode(error, 'INTEGRITY')) return undefined;
    throw error;
  }
}

function hashWhole(file: BlobFile): Hashed {
  const bytes = file.whole();
  return { found: digestOf(bytes), size: bytes.length };
}

async function hashPieces(file: BlobFile, signal: AbortSignal | undefined): Promise<Hashed> {
  const digester = new Digester();
  for await (const piece of file.pieces(signal)) digester.update(piece);
  const { size } = digester;
  return { found: digester.digest(), size };
}
