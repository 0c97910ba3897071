import { IntegrityError } from '../errors.ts';
import { TruncatedError, assertIdentity, wrongSize } from './body.ts';
import { parseContentRange } from './content-range.ts';
import { type Endpoint, blobUrl } from './endpoint.ts';
import { isTransient, responseError } from './errors.ts';
import { type HttpRequest, type HttpResponse, headerValue } from './http.ts';
import { shownHeader } from './shown-header.ts';
import type { BlobRef } from './types.ts';

/** A run of a blob's bytes, both ends included, as HTTP counts. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** What errors call a blob. */
export function blobName({ digest }: BlobRef): string {
  return `blob ${digest}`;
}

/**
 * Asks for a blob, or for a run of it. Tries once; who reads the body decides about more, since it may
 * break off.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 * @returns 206 with exactly that run, or 200 with the whole blob: some proxies know no ranges
 * @throws CafsError `NOT_FOUND`; `INTEGRITY` where the registry says that it has another blob or gives
 *   another run
 */
export async function requestBlob(
  endpoint: Endpoint,
  blob: BlobRef,
  run: Run | undefined,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const headers = run && { range: `bytes=${String(run.start)}-${String(run.end)}` };
  const request: HttpRequest = {
    method: 'GET',
    url: blobUrl(endpoint, blob.digest),
    ...(headers === undefined ? {} : { headers }),
    signal,
    replay: false,
  };
  const response = await endpoint.transport(request);
  if (response.status === 416) {
    await response.body.discard();
    throw wrongSize({ what: blobName(blob), size: blob.size }, 'has fewer');
  }
  if (response.status !== 200 && (response.status !== 206 || run === undefined)) {
    throw await responseError(request, response);
  }
  // Not before: of an error, a proxy may compress the words.
  await assertIdentity(response, blobName(blob));
  if (response.status === 206 && run !== undefined) await assertRun(response, blob, run);
  return response;
}

/** Whether the bytes that have not come may come at another try: also those of a body cut short. */
export function mayStillCome(error: unknown): boolean {
  return isTransient(error) || error instanceof TruncatedError;
}

/** Checks that a 206 brings the run that was asked for. */
async function assertRun(
  response: HttpResponse,
  { digest, size }: BlobRef,
  run: Run,
): Promise<void> {
  const found = parseContentRange(headerValue(response, 'content-range') ?? '');
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
