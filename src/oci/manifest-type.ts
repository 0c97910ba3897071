import { CafsError } from '../errors.ts';
import { isMediaType } from './descriptor-schema.ts';
import { plainText } from './plain-text.ts';
import {
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_DOCKER_MANIFEST,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
} from './types.ts';

/**
 * What a manifest says that it is; undefined where the bytes are none, or could be two things. The
 * type may be left out: then its fields tell an index from an image manifest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md#image-manifest-property-descriptions
 */
export function manifestTypeOf(bytes: Uint8Array): string | undefined {
  const body = parseObject(bytes);
  if (body === undefined || !('schemaVersion' in body)) return undefined;
  const mediaType = 'mediaType' in body ? body.mediaType : typeByFields(body);
  if (typeof mediaType !== 'string' || !isMediaType(mediaType)) return undefined;
  return contradictionIn(body, mediaType) === undefined ? mediaType : undefined;
}

function typeByFields(body: object): string | undefined {
  if ('layers' in body) return MEDIA_TYPE_MANIFEST;
  return 'manifests' in body ? MEDIA_TYPE_INDEX : undefined;
}

/** The JSON object that bytes are; undefined where they are none. */
export function parseObject(bytes: Uint8Array): object | undefined {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const body: unknown = JSON.parse(decoder.decode(bytes));
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Types of which it is known which fields they have. */
const IMAGES: ReadonlySet<string> = new Set([MEDIA_TYPE_MANIFEST, MEDIA_TYPE_DOCKER_MANIFEST]);
const INDEXES: ReadonlySet<string> = new Set([MEDIA_TYPE_INDEX, MEDIA_TYPE_DOCKER_INDEX]);

/**
 * Why a document is not to be taken for what it is given as: others may take it for something else, and
 * read what we do not.
 *
 * @param mediaType undefined: nobody has said it
 * @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 * @see https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
 */
export function contradictionIn(body: object, mediaType: string | undefined): string | undefined {
  const [isIndex, isImage] = [hasIndexFields(body), hasImageFields(body)];
  if (isIndex && isImage) return 'it could be an index as well as an image manifest';
  if (mediaType === undefined) return undefined;
  if ('mediaType' in body && !isSameType(body.mediaType, mediaType)) {
    return `it is given as ${mediaType} and says that it is ${shownType(body.mediaType)}`;
  }
  if (isIndex && IMAGES.has(mediaType)) return `it is given as ${mediaType} and is an index`;
  if (isImage && INDEXES.has(mediaType)) return `it is given as ${mediaType} and is an image's`;
  return undefined;
}

/** Upper and lower case are the same: https://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
function isSameType(found: unknown, mediaType: string): boolean {
  return typeof found === 'string' && found.toLowerCase() === mediaType.toLowerCase();
}

function hasIndexFields(body: object): boolean {
  return 'manifests' in body;
}

function hasImageFields(body: object): boolean {
  return 'layers' in body || 'config' in body || 'fsLayers' in body;
}

/** Says of a document that it is JSON, and not which. */
const ANY_JSON = 'application/json';

/**
 * Checks a manifest that came from outside as {@link contradictionIn} does. What is no JSON object is left
 * to those who read more of it.
 *
 * @param mediaType by a header, or in the index of a layout
 * @param what for the error
 * @throws CafsError `MALFORMED`
 */
export function assertUnambiguous(bytes: Uint8Array, mediaType: string, what: string): void {
  const body = parseObject(bytes);
  const why = body && contradictionIn(body, mediaType === ANY_JSON ? undefined : mediaType);
  if (why === undefined) return;
  throw new CafsError('MALFORMED', `The ${what} is not taken: ${why}.`, {
    hint: 'Two clients could read two things in it: whoever made it must say clearly which it is.',
  });
}

/** A media type out of a document, as errors show it. */
export function shownType(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(plainText(value)) : `a ${typeof value}`;
}
