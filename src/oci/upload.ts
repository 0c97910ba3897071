import { type Digest, isDigest } from '../digest.ts';
import { CafsError, IntegrityError } from '../errors.ts';
import { type Endpoint, blobUrl } from './endpoint.ts';
import { ResponseError, isTransient, responseError } from './errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { headerValue } from './http.ts';
import { isSafe, shownUrl } from './origin.ts';
import { retrying } from './retry.ts';

/** Whether a registry has a blob, by HEAD. */
export async function blobExists(
  endpoint: Endpoint,
  digest: Digest,
  options: { readonly signal?: AbortSignal | undefined; readonly replay?: boolean } = {},
): Promise<boolean> {
  const request: HttpRequest = { method: 'HEAD', url: blobUrl(endpoint, digest), ...options };
  const response = await endpoint.transport(request);
  if (response.status !== 200 && response.status !== 404) {
    throw await responseError(request, response);
  }
  await response.body.discard();
  return response.status === 200;
}

/**
 * Uploads a blob: POST, then one PUT with all of it. Pieces (PATCH) are what registries agree on
 * least. After a failure the blob starts over with a new session, unless it turns out to be there:
 * a PUT that was done but whose answer was lost must not be sent again.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 */
export async function uploadBlob(
  endpoint: Endpoint,
  digest: Digest,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const upload = async (): Promise<void> => {
    const url = await startUpload(endpoint, digest, signal);
    try {
      await finishUpload(endpoint, url, digest, bytes, signal);
    } catch (error) {
      if (!isUnsure(error) || !(await turnsOutToExist(endpoint, digest, signal))) throw error;
    }
  };
  await retrying(endpoint.policy, signal, upload, { passes: isUnsure });
}

/** Whether the blob may be there all the same, or the session is gone: a new one may do better. */
function isUnsure(error: unknown): boolean {
  return (
    isTransient(error) || (error instanceof ResponseError && error.names('BLOB_UPLOAD_UNKNOWN'))
  );
}

async function turnsOutToExist(
  endpoint: Endpoint,
  digest: Digest,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    return await blobExists(endpoint, digest, { signal, replay: false });
  } catch {
    // What counts is why the upload failed.
    return false;
  }
}

async function startUpload(
  { base, transport }: Endpoint,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<URL> {
  const request: HttpRequest = {
    method: 'POST',
    url: new URL('blobs/uploads/', base),
    signal,
    replay: false,
  };
  const response = await transport(request);
  if (response.status !== 202) throw await responseError(request, response);
  await response.body.discard();
  return uploadUrl(response, digest);
}

/**
 * The address that a session gave, with the digest behind its query. Nothing else of it changes:
 * it may be signed.
 */
function uploadUrl(response: HttpResponse, digest: Digest): URL {
  const location = headerValue(response, 'location');
  const url = location === undefined ? null : URL.parse(location, response.url.href);
  if (url === null) {
    throw new CafsError(
      'MALFORMED',
      `${response.url.host} started an upload but did not say where it goes on.`,
    );
  }
  if (!isSafe(url) || (response.url.protocol === 'https:' && url.protocol !== 'https:')) {
    throw new CafsError(
      'REMOTE',
      `${response.url.host} wants an upload to go to ${shownUrl(url)}, in the clear.`,
      { hint: 'A proxy before the registry should set X-Forwarded-Proto: https.' },
    );
  }
  url.hash = '';
  const separator = url.search === '' ? '?' : '&';
  const bare = url.href.replace(/\?$/, '');
  return new URL(`${bare}${separator}digest=${encodeURIComponent(digest)}`);
}

async function finishUpload(
  { transport }: Endpoint,
  url: URL,
  digest: Digest,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const request: HttpRequest = {
    method: 'PUT',
    url,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    signal,
    replay: false,
  };
  const response = await transport(request);
  if (response.status !== 201 && response.status !== 204) {
    throw await responseError(request, response);
  }
  await response.body.discard();
  const told = headerValue(response, 'docker-content-digest');
  if (isDigest(told) && told !== digest) {
    throw new IntegrityError(`The blob ${digest} arrived with another digest: ${told}.`);
  }
}
