import type { Digest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { responseError } from './errors.ts';
import { type HttpRequest, type HttpResponse, headerValue } from './http.ts';
import { type Address, parseAddress } from './address.ts';
import { mayGoOn, shownUrl } from './origin.ts';
import { maskOf } from './secrets.ts';

/**
 * Starts an upload.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 * @returns where the blob is to be sent
 */
export async function startUpload(
  endpoint: Endpoint,
  digest: Digest,
  signal?: AbortSignal,
): Promise<Address> {
  const request: HttpRequest = { ...postTo(endpoint), signal };
  const response = await endpoint.transport(request);
  if (response.status !== 202) throw await responseError(request, response);
  await response.body.discard();
  return uploadAt(response, digest);
}

/**
 * Asks a registry to take a blob from another of its repositories, or else to start an upload.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository
 * @param from the other repository's name
 * @returns undefined where the blob is there now; else where it is to be sent
 */
export async function mountOrStart(
  endpoint: Endpoint,
  digest: Digest,
  from: string,
  signal?: AbortSignal,
): Promise<Address | undefined> {
  const request = { ...postTo(endpoint), signal, alsoPullFrom: from };
  request.url.searchParams.set('mount', digest);
  request.url.searchParams.set('from', from);
  const response = await endpoint.transport(request);
  if (response.status === 201) {
    await response.body.discard();
    return undefined;
  }
  if (response.status !== 202) throw await responseError(request, response);
  await response.body.discard();
  return uploadAt(response, digest);
}

/** Never sent again by itself: each one starts another upload. */
function postTo({ base }: Endpoint): HttpRequest {
  return { method: 'POST', url: new URL('blobs/uploads/', base), replay: false };
}

/** The address that a registry gave, with the digest behind its query. Nothing else of it changes. */
function uploadAt(response: HttpResponse, digest: Digest): Address {
  const location = headerValue(response, 'location');
  const found = location === undefined ? undefined : parseAddress(location, response.url);
  if (found === undefined) {
    throw new CafsError(
      'MALFORMED',
      `${response.url.host} started an upload but did not say where it goes on.`,
    );
  }
  if (!mayGoOn(response.url, found.url)) {
    throw new CafsError(
      'REMOTE',
      `${response.url.host} wants an upload to go to ${maskOf({}, response)(shownUrl(found.url))}, in the clear.`,
      { hint: 'A proxy before the registry should set X-Forwarded-Proto: https.' },
    );
  }
  const target = found.target.replace(/\?$/, '');
  const separator = target.includes('?') ? '&' : '?';
  return { ...found, target: `${target}${separator}digest=${encodeURIComponent(digest)}` };
}
