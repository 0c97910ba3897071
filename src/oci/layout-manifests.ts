import { NotFoundError } from '../errors.ts';
import { findBlob } from './layout-blobs.ts';
import type { LayoutFolder } from './layout-folder.ts';
import { parseManifest } from './manifest.ts';
import { MEDIA_TYPE_INDEX, MEDIA_TYPE_MANIFEST } from './types.ts';

/**
 * Checks that all blobs of an image manifest are in a layout, with the sizes that it names.
 *
 * @throws CafsError `NOT_FOUND`, `MALFORMED`
 */
export async function assertComplete(folder: LayoutFolder, bytes: Uint8Array): Promise<void> {
  const { config, layers } = parseManifest(bytes);
  for (const { digest, size } of [config, ...layers]) {
    if ((await findBlob(folder.blob(digest))) === size) continue;
    throw new NotFoundError(
      `The manifest names the blob ${digest} of ${String(size)} bytes, which is not in ${folder.path}.`,
    );
  }
}

/** A manifest's own word for what it is; undefined where the bytes are no manifest. */
export function manifestTypeOf(bytes: Uint8Array): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null || !('schemaVersion' in body)) return undefined;
  if ('mediaType' in body && typeof body.mediaType === 'string') return body.mediaType;
  if ('layers' in body) return MEDIA_TYPE_MANIFEST;
  return 'manifests' in body ? MEDIA_TYPE_INDEX : undefined;
}
