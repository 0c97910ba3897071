import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';
import type { Observer } from '../observe.ts';
import type { Remote } from '../oci/remote.ts';
import type { Content } from '../pack/content.ts';
import { type PackOptions, packContents } from '../pack/packer.ts';

/** How contents are uploaded. */
export interface UploadOptions extends PackOptions {
  /** Packs that are uploaded at the same time; each is held in memory. Default 3. */
  readonly concurrency?: number;
  readonly observer?: Observer | undefined;
}

/**
 * Packs contents and uploads the packs while more is being packed.
 *
 * @returns where each content lies. Nothing names the packs yet: a registry forgets them unless a
 * manifest does soon.
 */
export async function uploadContents(
  remote: Remote,
  contents: AsyncIterable<Content> | Iterable<Content>,
  options: UploadOptions = {},
): Promise<Map<Digest, Location>> {
  const locations = new Map<Digest, Location>();
  let done = 0;
  let bytes = 0;
  await pMap(
    packContents(contents, options),
    async (pack) => {
      // A push that was killed may have brought it there: equal contents make equal packs.
      const how = { mayExist: true, signal: options.signal };
      await remote.putBlob(pack.ref.digest, pack.bytes, how);
      for (const [digest, location] of pack.contents) locations.set(digest, location);
      done += 1;
      bytes += pack.ref.size;
      options.observer?.({ kind: 'upload', done, bytes });
    },
    {
      concurrency: options.concurrency ?? 3,
      ...(options.signal ? { signal: options.signal } : {}),
    },
  );
  return locations;
}
