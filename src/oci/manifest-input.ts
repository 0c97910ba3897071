import { CafsError } from '../errors.ts';
import { isMediaType } from './descriptor-schema.ts';
import { contradictionIn, parseObject, shownType } from './manifest-type.ts';
import { MAX_MANIFEST_WRITTEN, tooLarge } from './manifest.ts';

/**
 * Checks what is to be stored as a manifest, as far as that holds for all of them: a registry, or a tool
 * that reads a layout, may go by the type that it was given or by the one that is inside.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 * @throws CafsError `INVALID_INPUT` where it is too large or no JSON object, and where it could be taken
 *   for something else
 */
export function assertManifest(bytes: Uint8Array, mediaType: string): void {
  if (bytes.byteLength > MAX_MANIFEST_WRITTEN) throw tooLarge(bytes.byteLength);
  if (!isMediaType(mediaType)) throw invalid(`its type ${shownType(mediaType)} is no media type`);
  const body = parseObject(bytes);
  if (body === undefined) throw invalid('it is no JSON object');
  const contradiction = contradictionIn(body, mediaType);
  if (contradiction !== undefined) throw invalid(contradiction);
}

function invalid(why: string): CafsError {
  return new CafsError('INVALID_INPUT', `The manifest cannot be stored: ${why}.`);
}
