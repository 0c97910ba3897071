import { CafsError } from '../errors.ts';
import { isMediaType } from './descriptor-schema.ts';
import { MAX_MANIFEST_WRITTEN, tooLarge } from './manifest.ts';
import { plainText } from './plain-text.ts';

/**
 * Checks what is to be stored as a manifest, as far as that holds for all of them: a registry, or a tool
 * that reads a layout, may go by the type that it was given or by the one that is inside.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 * @throws CafsError `INVALID_INPUT` where it is too large or no JSON object, and where its `mediaType` is
 *   another one
 */
export function assertManifest(bytes: Uint8Array, mediaType: string): void {
  if (bytes.byteLength > MAX_MANIFEST_WRITTEN) throw tooLarge(bytes.byteLength);
  if (!isMediaType(mediaType)) throw invalid(`its type ${shown(mediaType)} is no media type`);
  const body = parseObject(bytes);
  if (body === undefined) throw invalid('it is no JSON object');
  if ('mediaType' in body && body.mediaType !== mediaType) {
    throw invalid(
      `it is to be stored as ${mediaType} and says that it is ${shown(body.mediaType)}`,
    );
  }
}

function parseObject(bytes: Uint8Array): object | undefined {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const body: unknown = JSON.parse(decoder.decode(bytes));
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(plainText(value)) : `a ${typeof value}`;
}

function invalid(why: string): CafsError {
  return new CafsError('INVALID_INPUT', `The manifest cannot be stored: ${why}.`);
}
