import type { Digest } from '../digest.ts';
import { blobExists } from './blob-exists.ts';
import type { Endpoint } from './endpoint.ts';
import { ResponseError, isTransient, responseError } from './errors.ts';
import type { HttpRequest } from './http.ts';
import type { Address } from './address.ts';
import type { BlobContent, PutBlobOptions } from './remote.ts';
import { assertEmpty, bodySize, verified } from './request-body.ts';
import { retrying } from './retry.ts';
import { assertStored, mountOrStart, startUpload } from './upload-session.ts';

/**
 * Uploads a blob: POST, then one PUT with all of it. Pieces (PATCH) are what registries agree on
 * least. After a failure the blob starts over with a new session, unless it turns out to be there:
 * a PUT that was done but whose answer was lost must not be sent again.
 *
 * The bytes are hashed on their way: others than those of the digest are not sent to their end, whether
 * or not the registry would notice.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 */
export async function uploadBlob(
  endpoint: Endpoint,
  digest: Digest,
  content: BlobContent,
  { signal, mayExist = false, mountFrom }: PutBlobOptions = {},
): Promise<void> {
  if (bodySize(content) === 0) assertEmpty(digest);
  if (mayExist && (await isThere(endpoint, digest, signal))) return;
  const body = verified(content, digest, { sourceMs: endpoint.sourceMs, signal });
  let from = mountFrom;
  const upload = async (): Promise<void> => {
    const mounted = from;
    // What could not be mounted once will not be at the next try.
    from = undefined;
    const place = await begin(endpoint, digest, mounted, signal);
    if (place === undefined) return;
    try {
      await finishUpload(endpoint, place, digest, body, signal);
    } catch (error) {
      if (!isUnsure(error) || !(await turnsOutToExist(endpoint, digest, signal))) throw error;
    }
  };
  await retrying(endpoint.policy, signal, upload, { passes: isUnsure });
}

/** Whether the blob is there, as far as the registry can tell. */
async function isThere(
  endpoint: Endpoint,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return await blobExists(endpoint, digest, { signal });
  } catch (error) {
    // To look only saves time. A registry that cannot say it may still take the blob.
    if (error instanceof ResponseError && !isTransient(error)) return false;
    throw error;
  }
}

/** Starts an upload; undefined where none is needed, since another repository had the blob. */
async function begin(
  endpoint: Endpoint,
  digest: Digest,
  from: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Address | undefined> {
  if (from === undefined) return startUpload(endpoint, digest, signal);
  try {
    const mount = (): Promise<Address | undefined> => mountOrStart(endpoint, digest, from, signal);
    return await retrying(endpoint.policy, signal, mount, { passes: asksToWait });
  } catch {
    signal?.throwIfAborted();
    // To mount only saves time. Where it fails, for whatever reason, the bytes are sent.
    return startUpload(endpoint, digest, signal);
  }
}

/** Whether a registry wants to be asked later: by an upload at once it would be asked still more. */
function asksToWait(error: unknown): boolean {
  if (!(error instanceof ResponseError) || !isTransient(error)) return false;
  return error.status === 429 || error.status === 503 || error.retryAfterMs !== undefined;
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

async function finishUpload(
  { transport }: Endpoint,
  place: Address,
  digest: Digest,
  body: BlobContent,
  signal: AbortSignal | undefined,
): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  const request: HttpRequest = { method: 'PUT', ...place, headers, body, signal, replay: false };
  const response = await transport(request);
  if (response.status !== 201 && response.status !== 204) {
    throw await responseError(request, response);
  }
  await assertStored(request, response, digest);
}
