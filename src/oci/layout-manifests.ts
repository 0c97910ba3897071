import { NotFoundError } from '../errors.ts';
import { findBlob } from './layout-blobs.ts';
import type { LayoutFolder } from './layout-folder.ts';
import { namedBy } from './manifest.ts';

/**
 * Checks that all that a manifest or an index names is in a layout, with the sizes that it says. Of
 * manifests of other types it is not known what they name.
 *
 * @throws CafsError `NOT_FOUND`, `MALFORMED`
 */
export async function assertComplete(
  folder: LayoutFolder,
  bytes: Uint8Array,
  mediaType: string,
): Promise<void> {
  for (const { digest, size } of namedBy(bytes, mediaType)) {
    if ((await findBlob(folder.blob(digest))) === size) continue;
    throw new NotFoundError(
      `The manifest names the blob ${digest} of ${String(size)} bytes, which is not in ${folder.path}.`,
    );
  }
}
