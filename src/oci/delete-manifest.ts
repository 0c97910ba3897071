import { type Endpoint, manifestUrl } from './endpoint.ts';
import { isTransient, responseError } from './errors.ts';
import type { HttpRequest } from './http.ts';
import type { TagOrDigest } from './remote.ts';
import { retrying } from './retry.ts';

/**
 * Deletes a tag or a manifest.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#content-management
 * @returns whether it was there
 * @throws CafsError `UNSUPPORTED`
 */
export async function deleteManifest(
  endpoint: Endpoint,
  reference: TagOrDigest,
  signal?: AbortSignal,
): Promise<boolean> {
  const request: HttpRequest = {
    method: 'DELETE',
    url: manifestUrl(endpoint, reference),
    signal,
    replay: false,
  };
  let isUnsure = false;
  return retrying(endpoint.policy, signal, async () => {
    try {
      const response = await endpoint.transport(request);
      if (response.status === 404) {
        await response.body.discard();
        // It may be gone because a try before has been heard, whose answer was lost.
        return isUnsure;
      }
      if (response.status !== 200 && response.status !== 202 && response.status !== 204) {
        throw await responseError(request, response);
      }
      await response.body.discard();
      return true;
    } catch (error) {
      isUnsure ||= isTransient(error);
      throw error;
    }
  });
}
