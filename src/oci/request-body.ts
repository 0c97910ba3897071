import { type Digest, Digester, digestOf } from '../digest.ts';
import { CafsError, IntegrityError } from '../errors.ts';
import { formatSeconds } from '../format.ts';
import type { BlobContent, BlobSource } from './remote.ts';
import { untilAborted } from '../until-aborted.ts';

/** Bytes that a body has. */
export function bodySize(body: BlobContent | undefined): number {
  if (body === undefined) return 0;
  return body instanceof Uint8Array ? body.byteLength : body.size;
}

/** No piece is larger: whether the other side still takes some shows between them. In bytes. */
export const SLICE_BYTES = 256 * 1024;

/**
 * A body's pieces, in order, none of them empty or large.
 *
 * @throws CafsError `INTEGRITY` where a source has more or fewer bytes than it says
 */
export async function* bodyPieces(body: BlobContent): AsyncGenerator<Uint8Array, void, void> {
  if (body instanceof Uint8Array) {
    yield* slices(body);
    return;
  }
  let given = 0;
  for await (const piece of body.open()) {
    given += piece.byteLength;
    if (given > body.size) break;
    yield* slices(piece);
  }
  if (given !== body.size) {
    const found = given > body.size ? 'more' : String(given);
    throw new IntegrityError(
      `A source said that it has ${String(body.size)} bytes; it has ${found}.`,
    );
  }
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.byteLength; at += SLICE_BYTES) {
    yield bytes.subarray(at, at + SLICE_BYTES);
  }
}

/**
 * Pieces that tell what they could not be read for, and not what their reader gave them up for: a file
 * that cannot be read is no broken connection.
 */
export async function* reporting(
  pieces: AsyncIterable<Uint8Array>,
  report: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, void> {
  let isReading = true;
  try {
    for await (const piece of pieces) {
      isReading = false;
      yield piece;
      isReading = true;
    }
  } catch (error) {
    if (isReading) report(error);
    throw error;
  }
}

/** How long a source is waited for. */
export interface SourcePatience {
  /** How long it may give nothing, in milliseconds. Default: a minute. */
  readonly sourceMs?: number | undefined;
  /** Ends all waiting. */
  readonly signal?: AbortSignal | undefined;
}

const SOURCE_MS = 60_000;

/**
 * A source that gives its last piece only when all of it had the digest: what is wrong is never sent to
 * its end, and so never stored.
 *
 * @param patience after how long without a piece a source is given up with `TIMEOUT`
 */
export function verified(
  content: BlobContent,
  digest: Digest,
  patience: SourcePatience = {},
): BlobSource {
  const patient = content instanceof Uint8Array ? content : unstalled(content, digest, patience);
  return { size: bodySize(content), open: () => verifiedPieces(patient, digest) };
}

/** The same source, given up where it gives nothing for so long: nobody else would notice. */
function unstalled(
  source: BlobSource,
  digest: Digest,
  { sourceMs = SOURCE_MS, signal }: SourcePatience,
): BlobSource {
  return {
    size: source.size,
    async *open() {
      const stalled = new AbortController();
      const ends = AbortSignal.any([stalled.signal, ...(signal === undefined ? [] : [signal])]);
      const wait = (): NodeJS.Timeout =>
        setTimeout(() => {
          stalled.abort(sourceStalled(digest, sourceMs));
        }, sourceMs);
      let timer = wait();
      try {
        for await (const piece of untilAborted(source.open(), ends)) {
          if (piece.byteLength === 0) continue;
          clearTimeout(timer);
          yield piece;
          timer = wait();
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function sourceStalled(digest: Digest, sourceMs: number): CafsError {
  return new CafsError(
    'TIMEOUT',
    `The source of the blob ${digest} gave nothing for ${formatSeconds(sourceMs)}; it is not stored.`,
    { hint: 'What it reads from (a disk, a pipe, another process) may hang.' },
  );
}

async function* verifiedPieces(
  content: BlobContent,
  digest: Digest,
): AsyncGenerator<Uint8Array, void, void> {
  const digester = new Digester();
  let last: Uint8Array | undefined;
  for await (const piece of bodyPieces(content)) {
    digester.update(piece);
    if (last !== undefined) yield last;
    last = piece;
  }
  assertDigest(digester.digest(), digest);
  if (last !== undefined) yield last;
}

/** @throws CafsError `INTEGRITY` where no bytes at all do not have this digest */
export function assertEmpty(digest: Digest): void {
  assertDigest(digestOf(new Uint8Array()), digest);
}

function assertDigest(found: Digest, digest: Digest): void {
  if (found === digest) return;
  throw new IntegrityError(`The bytes to store as ${digest} have another digest: ${found}.`, {
    hint: 'They may have changed while they were read; try again.',
  });
}
