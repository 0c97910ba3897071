import { CafsError, IntegrityError } from '../errors.ts';
import { assertRange, streamBlob } from './blob-stream.ts';
import { assertIdentity, readExactly, readSlice } from './body.ts';
import { type Endpoint, blobUrl } from './endpoint.ts';
import { responseError } from './errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { ByteRange } from './remote.ts';
import { retrying } from './retry.ts';
import type { Descriptor } from './types.ts';

type BlobRef = Pick<Descriptor, 'digest' | 'size'>;

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
  const last = range.offset + range.length - 1;
  const bytes = `${String(range.offset)}-${String(last)}`;
  const request = blobRequest(endpoint, blob, { range: `bytes=${bytes}` }, signal);
  return retrying(endpoint.policy, signal, async () => {
    const response = await endpoint.transport(request);
    const what = `blob ${blob.digest}`;
    if (response.status === 416) throw await unsatisfied(response, blob);
    if (response.status !== 200 && response.status !== 206) {
      throw await responseError(request, response);
    }
    // Not before: of an error, a proxy may compress the words.
    await assertIdentity(response, what);
    if (response.status === 200) return readSlice(response, { what, ...blob }, range);
    await assertRange(response, blob, { start: range.offset, end: last });
    return readExactly(response, { what: `range ${bytes} of ${what}`, size: range.length });
  });
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

function blobRequest(
  endpoint: Endpoint,
  blob: BlobRef,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): HttpRequest {
  // Tried again here and not below, since a body may break off after the transport is done.
  return { method: 'GET', url: blobUrl(endpoint, blob.digest), headers, signal, replay: false };
}

async function unsatisfied(response: HttpResponse, blob: BlobRef): Promise<CafsError> {
  await response.body.discard();
  return new IntegrityError(
    `The blob ${blob.digest} should have ${String(blob.size)} bytes, but the registry has fewer.`,
  );
}
