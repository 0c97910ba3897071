import { CafsError, IntegrityError } from '../errors.ts';
import { readExactly, readSlice } from './body.ts';
import { type Endpoint, blobUrl } from './endpoint.ts';
import { responseError } from './errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { headerValue } from './http.ts';
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
  const request = blobRequest(endpoint, blob, {}, signal);
  return retrying(endpoint.policy, signal, async () => {
    const response = await endpoint.transport(request);
    if (response.status !== 200) throw await responseError(request, response);
    return readExactly(response, { what: `blob ${blob.digest}`, ...blob });
  });
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
    if (response.status === 200) return readSlice(response, { what, ...blob }, range);
    if (response.status === 416) throw await unsatisfied(response, blob);
    if (response.status !== 206) throw await responseError(request, response);
    await assertContentRange(response, bytes, blob);
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

async function assertContentRange(
  response: HttpResponse,
  bytes: string,
  { digest, size }: BlobRef,
): Promise<void> {
  const found = headerValue(response, 'content-range') ?? '';
  const [, unit, run, total] = /^(\w+)\s+([\d-]+)\/(\d+|\*)$/.exec(found.trim()) ?? [];
  if (
    unit?.toLowerCase() === 'bytes' &&
    run === bytes &&
    (total === '*' || total === String(size))
  ) {
    return;
  }
  await response.body.discard();
  throw new IntegrityError(
    `The registry was asked for bytes ${bytes}/${String(size)} of blob ${digest} and gave ${JSON.stringify(found.slice(0, 100))}.`,
  );
}

async function unsatisfied(response: HttpResponse, blob: BlobRef): Promise<CafsError> {
  await response.body.discard();
  return new IntegrityError(
    `The blob ${blob.digest} should have ${String(blob.size)} bytes, but the registry has fewer.`,
  );
}
