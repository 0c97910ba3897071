import { NotFoundError } from '../errors.ts';
import { findBlob } from './layout-blobs.ts';
import type { LayoutFolder } from './layout-folder.ts';
import { parseManifest } from './manifest.ts';

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
