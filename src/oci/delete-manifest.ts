import { isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { type Endpoint, manifestUrl } from './endpoint.ts';
import { type ResponseError, isTransient, responseError } from './errors.ts';
import { type HttpRequest, isPage } from './http.ts';
import { resolveManifest } from './manifests.ts';
import type { TagOrDigest } from './remote.ts';
import { retrying } from './retry.ts';

/** 202 is what the specification says. */
const DELETED: ReadonlySet<number> = new Set([200, 202, 204]);

/**
 * Deletes a tag or a manifest.
 *
 * A tag alone, or nothing: where a registry deletes by digest only, as distribution 2 does, that would
 * take all the other tags of the manifest with it, which nobody has asked for. Nor a blob that is no
 * manifest: distribution 2 takes any digest, and the blob is lost to the manifests that need it.
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
  // Asked once: distribution 2 answers 500 where a digest is that of a blob, each time.
  const isManifest = async (): Promise<boolean> =>
    (await resolveManifest(endpoint, reference, signal, { replay: false })) !== undefined;
  if (isDigest(reference) && !(await isManifest())) return false;
  let isUnsure = false;
  return retrying(endpoint.policy, signal, async () => {
    try {
      const response = await endpoint.transport(request);
      if (response.status === 404) {
        await response.body.discard();
        // It may be gone because a try before has been heard, whose answer was lost.
        return isUnsure;
      }
      if (response.status === 400) {
        const refusal = await responseError(request, response);
        // A rule forbids it; the registry could.
        if (refusal.code === 'DENIED') throw refusal;
        if (await isAbsentTag(endpoint, reference, signal)) return isUnsure;
        throw unsupported(endpoint, reference, refusal);
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

/** Registries that do not delete tags say so of tags that are not there as well. */
async function isAbsentTag(
  endpoint: Endpoint,
  reference: TagOrDigest,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (isDigest(reference)) return false;
  // Tried again by who deletes.
  return (await resolveManifest(endpoint, reference, signal, { replay: false })) === undefined;
}

/** Distribution 2 finds that a tag is an invalid digest: what it means is that it wants a digest. */
function unsupported(endpoint: Endpoint, reference: TagOrDigest, cause: ResponseError): CafsError {
  const { host } = endpoint.base;
  if (isDigest(reference)) {
    return new CafsError('UNSUPPORTED', `${host} does not delete a manifest: ${cause.message}`, {
      cause,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    });
  }
  return new CafsError('UNSUPPORTED', `${host} does not delete a tag: ${cause.message}`, {
    cause,
    hint: 'Delete the manifest by its digest, if all the tags that point to it may go.',
  });
}
