import { isMediaType } from './descriptor-schema.ts';
import { MEDIA_TYPE_INDEX, MEDIA_TYPE_MANIFEST } from './types.ts';

/**
 * What a manifest says that it is; undefined where the bytes are none, or could be two things. The
 * type may be left out: then its fields tell an index from an image manifest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md#image-manifest-property-descriptions
 */
export function manifestTypeOf(bytes: Uint8Array): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null || !('schemaVersion' in body)) return undefined;
  if (isAmbiguous(body)) return undefined;
  if ('mediaType' in body) {
    const { mediaType } = body;
    return typeof mediaType === 'string' && isMediaType(mediaType) ? mediaType : undefined;
  }
  if ('layers' in body) return MEDIA_TYPE_MANIFEST;
  return 'manifests' in body ? MEDIA_TYPE_INDEX : undefined;
}

/**
 * Whether a document has the fields of an index and those of an image manifest: others may take it
 * for what we do not, so that nobody should take it for either.
 *
 * @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 */
export function isAmbiguous(body: object): boolean {
  return 'manifests' in body && ('layers' in body || 'config' in body || 'fsLayers' in body);
}
