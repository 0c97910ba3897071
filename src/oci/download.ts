import { CafsError } from '../errors.ts';
import { blobName, mayStillCome, requestBlob } from './blob-request.ts';
import { streamBlob } from './blob-stream.ts';
import { readExactly, readSlice } from './body.ts';
import type { Endpoint } from './endpoint.ts';
import type { ByteRange } from './remote.ts';
import { retrying } from './retry.ts';
import type { BlobRef } from './types.ts';

/** The most that a blob may have to be read into memory as a whole, in bytes. */
const MAX_BUFFERED = 2 ** 30;

/** Reads a whole blob and checks it. */
export async function downloadBlob(
  endpoint: Endpoint,
  blob: BlobRef,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  assertBufferable(blob.size, blob);
  let buffer: Buffer | undefined;
  let filled = 0;
  for await (const piece of streamBlob(endpoint, blob, signal)) {
    // Not before there is an answer that may be right.
    buffer ??= Buffer.allocUnsafe(blob.size);
    buffer.set(piece, filled);
    filled += piece.byteLength;
  }
  return buffer ?? Buffer.alloc(0);
}

/**
 * Reads a run of a blob's bytes by a Range request.
 *
 * A proxy may answer with the whole blob: then it is read and checked as a whole, and cut.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
export async function downloadRange(
  endpoint: Endpoint,
  blob: BlobRef,
  range: ByteRange,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  assertInside(range, blob);
  assertBufferable(range.length, blob);
  const run = { start: range.offset, end: range.offset + range.length - 1 };
  const what = blobName(blob);
  const part = `range ${String(run.start)}-${String(run.end)} of ${what}`;
  const read = async (): Promise<Buffer> => {
    const response = await requestBlob(endpoint, blob, run, signal);
    return response.status === 200
      ? readSlice(response, { what, ...blob }, range)
      : readExactly(response, { what: part, size: range.length });
  };
  return retrying(endpoint.policy, signal, read, { passes: mayStillCome });
}

/** @throws CafsError `INVALID_INPUT` where a range is empty or not inside its blob */
export function assertInside({ offset, length }: ByteRange, { digest, size }: BlobRef): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (valid && offset >= 0 && length >= 1 && offset + length <= size) return;
  throw new CafsError(
    'INVALID_INPUT',
    `There are no ${String(length)} bytes at ${String(offset)} in blob ${digest} of ${String(size)} bytes.`,
  );
}

/** @throws CafsError `INVALID_INPUT` where so much is not to be held in memory */
export function assertBufferable(size: number, { digest }: BlobRef): void {
  if (Number.isSafeInteger(size) && size >= 0 && size <= MAX_BUFFERED) return;
  throw new CafsError(
    'INVALID_INPUT',
    `${String(size)} bytes of blob ${digest} are more than are read into memory at once (${String(MAX_BUFFERED)}).`,
  );
}
