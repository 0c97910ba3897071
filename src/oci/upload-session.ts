import { type Digest, isDigest } from '../digest.ts';
import { CafsError, IntegrityError } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { responseError } from './errors.ts';
import { type HttpRequest, type HttpResponse, headerValue, isPage } from './http.ts';
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
    await assertStored(request, response, digest);
    return undefined;
  }
  if (response.status !== 202) throw await responseError(request, response);
  await response.body.discard();
  return uploadAt(response, digest);
}

/**
 * Reads an answer that says that a blob is stored.
 *
 * @throws CafsError `REMOTE` where it is a page, which a login or a proxy has written; `INTEGRITY` where it is
 *   about another blob
 */
export async function assertStored(
  request: HttpRequest,
  response: HttpResponse,
  digest: Digest,
): Promise<void> {
  if (isPage(response)) throw await responseError(request, response);
  await response.body.discard();
  const told = headerValue(response, 'docker-content-digest');
  if (isDigest(told) && told !== digest) {
    throw new IntegrityError(`The blob ${digest} arrived with another digest: ${told}.`);
  }
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
