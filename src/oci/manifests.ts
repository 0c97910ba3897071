import { digestOf, isDigest } from '../digest.ts';
import { CafsError, IntegrityError } from '../errors.ts';
import { announcedSize, assertIdentity, isIdentity, readLimited } from './body.ts';
import { type Endpoint, manifestUrl } from './endpoint.ts';
import { assertAbsent, responseError } from './errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { headerValue } from './http.ts';
import { assertUnambiguous } from './manifest-type.ts';
import { MAX_MANIFEST_READ } from './manifest.ts';
import type { FetchedManifest, TagOrDigest } from './remote.ts';
import { retrying } from './retry.ts';
import { shownHeader } from './shown-header.ts';
import {
  type Descriptor,
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_DOCKER_MANIFEST,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
} from './types.ts';

/**
 * Always all of them: distribution 2.8.2 answers 404 for a manifest whose type is not named here.
 */
const ACCEPT = [
  MEDIA_TYPE_MANIFEST,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_DOCKER_MANIFEST,
  MEDIA_TYPE_DOCKER_INDEX,
].join(', ');

/** `replay: false`: each request is sent once, since the caller tries again. Default `true`. */
type Tries = Pick<HttpRequest, 'replay'>;

/** What a tag points to, by HEAD; by GET where the registry does not say enough without a body. */
export async function resolveManifest(
  endpoint: Endpoint,
  reference: TagOrDigest,
  signal?: AbortSignal,
  tries: Tries = {},
): Promise<Descriptor | undefined> {
  const request = { ...manifestRequest(endpoint, 'HEAD', reference, signal), ...tries };
  const response = await endpoint.transport(request);
  if (response.status !== 200 && response.status !== 404 && response.status !== 405) {
    throw await responseError(request, response);
  }
  await response.body.discard();
  if (response.status === 404 && !isWorded(response)) return undefined;
  const descriptor = response.status === 200 ? announced(response) : undefined;
  if (descriptor === undefined) {
    return (await fetchManifest(endpoint, reference, signal, tries))?.descriptor;
  }
  if (isDigest(reference) && descriptor.digest !== reference) {
    throw otherDigest(endpoint, reference, descriptor.digest);
  }
  return descriptor;
}

/** A manifest's bytes, whose digest is computed here and not believed. */
export async function fetchManifest(
  endpoint: Endpoint,
  reference: TagOrDigest,
  signal?: AbortSignal,
  { replay = true }: Tries = {},
): Promise<FetchedManifest | undefined> {
  const request = { ...manifestRequest(endpoint, 'GET', reference, signal), replay: false };
  const fetch = async (): Promise<FetchedManifest | undefined> => {
    const response = await endpoint.transport(request);
    if (response.status === 404) {
      await assertAbsent(request, response);
      return undefined;
    }
    if (response.status !== 200) throw await responseError(request, response);
    const mediaType = await manifestType(endpoint, reference, response);
    const what = `manifest ${endpoint.name}:${reference}`;
    await assertIdentity(response, what);
    const bytes = await readLimited(response, what, MAX_MANIFEST_READ);
    const digest = digestOf(bytes);
    const told = headerValue(response, 'docker-content-digest');
    const expected = isDigest(reference) ? reference : told;
    if (isDigest(expected) && expected !== digest) throw otherDigest(endpoint, reference, digest);
    assertUnambiguous(bytes, mediaType, what);
    return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes };
  };
  return replay ? retrying(endpoint.policy, signal, fetch) : fetch();
}

function manifestRequest(
  endpoint: Endpoint,
  method: 'HEAD' | 'GET',
  reference: TagOrDigest,
  signal: AbortSignal | undefined,
): HttpRequest {
  return { method, url: manifestUrl(endpoint, reference), headers: { accept: ACCEPT }, signal };
}

function announced(response: HttpResponse): Descriptor | undefined {
  const digest = headerValue(response, 'docker-content-digest');
  const size = announcedSize(response);
  const mediaType = contentType(response);
  // The size of what a proxy has compressed is none.
  if (!isIdentity(response)) return undefined;
  if (!isDigest(digest) || size === undefined || mediaType === undefined) return undefined;
  return { mediaType, digest, size };
}

/** Whether there is a text behind the headers of a HEAD, of which GET may tell that it is no registry's. */
function isWorded(response: HttpResponse): boolean {
  return headerValue(response, 'content-type') !== undefined && contentType(response) === undefined;
}

/** Only JSON can be a manifest: some servers, and many proxies, answer 200 with a page. */
function contentType(response: HttpResponse): string | undefined {
  const [type = ''] = (headerValue(response, 'content-type') ?? '').split(';');
  const mediaType = type.trim().toLowerCase();
  return /^application\/(?:[\w.+-]+\+)?(?:json|prettyjws)$/.test(mediaType) ? mediaType : undefined;
}

async function manifestType(
  { name, base }: Endpoint,
  reference: TagOrDigest,
  response: HttpResponse,
): Promise<string> {
  const mediaType = contentType(response);
  if (mediaType !== undefined) return mediaType;
  await response.body.discard();
  throw new CafsError(
    'REMOTE',
    `The registry answered with something else than a manifest for ${name}:${reference} (Content-Type: ${shownHeader(response, 'content-type')}).`,
    {
      hint: `Check that ${base.host} is a registry, and that no proxy or login page is before it.`,
    },
  );
}

/** The error where a manifest is another one than asked for, or than was sent. */
export function otherDigest({ name }: Endpoint, reference: TagOrDigest, found: string): CafsError {
  return new IntegrityError(
    `The manifest ${name}:${reference} does not have the digest that it should have: the registry gave ${found}.`,
  );
}
