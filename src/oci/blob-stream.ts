import { type Digest, Digester } from '../digest.ts';
import { IntegrityError } from '../errors.ts';
import { announcedSize, assertIdentity } from './body.ts';
import { parseContentRange } from './content-range.ts';
import { type Endpoint, blobUrl } from './endpoint.ts';
import { responseError } from './errors.ts';
import { type HttpRequest, type HttpResponse, headerValue } from './http.ts';
import { Patience } from './retry.ts';
import { shownHeader } from './shown-header.ts';

interface BlobRef {
  readonly digest: Digest;
  readonly size: number;
}

/** As much as this must have come for a broken connection to count as the first one again, in bytes. */
const PROGRESS = 1024 * 1024;

/**
 * A whole blob, piece by piece. A connection that breaks or falls silent is replaced by another one that
 * goes on where it stopped. The last piece comes when all of it has been checked.
 *
 * @throws CafsError `INTEGRITY` where it is shorter, longer, or has another digest
 */
export async function* streamBlob(
  endpoint: Endpoint,
  blob: BlobRef,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const digester = new Digester();
  const patience = new Patience(endpoint.policy, signal);
  let last: Uint8Array | undefined;
  let renewedAt = 0;
  for (;;) {
    try {
      for await (const piece of piecesFrom(endpoint, blob, digester.size, signal)) {
        digester.update(piece);
        if (last !== undefined) yield last;
        last = piece;
      }
      break;
    } catch (error) {
      if (digester.size - renewedAt >= PROGRESS) {
        renewedAt = digester.size;
        patience.renew();
      }
      await patience.after(error);
    }
  }
  const found = digester.digest();
  if (found !== blob.digest) {
    throw new IntegrityError(`The blob ${blob.digest} came with other bytes: ${found}.`);
  }
  if (last !== undefined) yield last;
}

/** What one answer brings of a blob, from an offset to its end. */
async function* piecesFrom(
  endpoint: Endpoint,
  blob: BlobRef,
  offset: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  // The last try may have broken off behind the last byte.
  if (offset === blob.size && offset > 0) return;
  const response = await ask(endpoint, blob, offset, signal);
  // A proxy may answer with the whole blob: what has come before is passed over.
  let skip = response.status === 200 ? offset : 0;
  const expected = blob.size - offset + skip;
  const announced = announcedSize(response);
  if (announced !== undefined && announced !== expected) {
    await response.body.discard();
    throw wrongSize(blob, `announces ${String(announced)} where ${String(expected)} are to come`);
  }
  let seen = 0;
  for await (const chunk of response.body) {
    seen += chunk.byteLength;
    if (seen > expected) throw wrongSize(blob, 'sends more');
    const piece = chunk.subarray(Math.min(skip, chunk.byteLength));
    skip -= chunk.byteLength - piece.byteLength;
    if (piece.byteLength > 0) yield piece;
  }
  if (seen < expected) throw wrongSize(blob, `sends ${String(offset + seen)}`);
}

async function ask(
  endpoint: Endpoint,
  blob: BlobRef,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const last = blob.size - 1;
  const headers = offset === 0 ? {} : { range: `bytes=${String(offset)}-${String(last)}` };
  // Tried again here and not below, since a body may break off after the transport is done.
  const request: HttpRequest = {
    method: 'GET',
    url: blobUrl(endpoint, blob.digest),
    headers,
    signal,
    replay: false,
  };
  const response = await endpoint.transport(request);
  if (response.status === 206 && offset > 0) {
    await assertRange(response, blob, { start: offset, end: last });
  } else if (response.status === 416) {
    await response.body.discard();
    throw wrongSize(blob, 'has fewer');
  } else if (response.status !== 200) {
    throw await responseError(request, response);
  }
  await assertIdentity(response, `blob ${blob.digest}`);
  return response;
}

/**
 * Checks that a 206 brings the run that was asked for.
 *
 * @throws CafsError `INTEGRITY`
 */
export async function assertRange(
  response: HttpResponse,
  { digest, size }: BlobRef,
  run: { readonly start: number; readonly end: number },
): Promise<void> {
  const text = headerValue(response, 'content-range') ?? '';
  const found = parseContentRange(text);
  if (
    found?.start === run.start &&
    found.end === run.end &&
    (found.size === undefined || found.size === size)
  ) {
    return;
  }
  await response.body.discard();
  const asked = `${String(run.start)}-${String(run.end)}/${String(size)}`;
  throw new IntegrityError(
    `The registry was asked for bytes ${asked} of blob ${digest} and gave ${shownHeader(response, 'content-range')}.`,
  );
}

function wrongSize({ digest, size }: BlobRef, instead: string): IntegrityError {
  return new IntegrityError(
    `The blob ${digest} should have ${String(size)} bytes, but the registry ${instead}.`,
  );
}
