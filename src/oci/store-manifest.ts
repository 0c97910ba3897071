import { isDigest } from '../digest.ts';
import { MOVE_WINDOW_MS } from './deadline.ts';
import { type Endpoint, manifestUrl } from './endpoint.ts';
import { isTransient, responseError } from './errors.ts';
import { type HttpRequest, headerValue, isPage } from './http.ts';
import { assertComplete, isPartUnknown } from './manifest-parts.ts';
import { otherDigest, resolveManifest } from './manifests.ts';
import type { PutManifestOptions, TagOrDigest } from './remote.ts';
import { retrying } from './retry.ts';
import type { Descriptor } from './types.ts';

/**
 * Stores a manifest under a tag or its digest.
 *
 * @param bytes checked by `assertManifest`
 * @param options.notAfter see {@link PutManifestOptions}
 */
export async function storeManifest(
  endpoint: Endpoint,
  reference: TagOrDigest,
  bytes: Uint8Array,
  descriptor: Descriptor,
  { signal, notAfter: given }: PutManifestOptions = {},
): Promise<void> {
  const notAfter = given ?? endpoint.policy.clock.monotonic() + MOVE_WINDOW_MS;
  const request: HttpRequest = {
    method: 'PUT',
    url: manifestUrl(endpoint, reference),
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
    signal,
    replay: false,
    notAfter,
  };
  const sent = { bytes, mediaType: descriptor.mediaType };
  let isUnsure = false;
  const put = async (): Promise<void> => {
    try {
      const response = await endpoint.transport(request);
      if (response.status < 200 || response.status > 299 || isPage(response)) {
        throw await responseError(request, response);
      }
      await response.body.discard();
      const told = headerValue(response, 'docker-content-digest');
      if (isDigest(told) && told !== descriptor.digest) {
        throw otherDigest(endpoint, reference, told);
      }
    } catch (error) {
      if (isPartUnknown(error)) await assertComplete(endpoint, sent, error, signal);
      isUnsure ||= isTransient(error);
      if (!isUnsure || !(await pointsTo(endpoint, reference, descriptor, signal))) {
        throw error;
      }
    }
  };
  await retrying(endpoint.policy, signal, put, {
    notAfter,
    passes: (error) => isTransient(error) || isPartUnknown(error),
  });
}

/** Whether a PUT went through whose answer was lost. */
async function pointsTo(
  endpoint: Endpoint,
  reference: TagOrDigest,
  { digest }: Descriptor,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const found = await resolveManifest(endpoint, reference, signal, { replay: false });
    return found?.digest === digest;
  } catch {
    return false;
  }
}
