import { type Endpoint, manifestUrl } from './endpoint.ts';
import { isTransient, responseError } from './errors.ts';
import { type HttpRequest, isPage } from './http.ts';
import type { TagOrDigest } from './remote.ts';
import { retrying } from './retry.ts';

/** 202 is what the specification says. */
const DELETED: ReadonlySet<number> = new Set([200, 202, 204]);

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
      if (!DELETED.has(response.status) || isPage(response)) {
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
