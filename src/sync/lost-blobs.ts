import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import type { CallOptions, Remote } from '../oci/remote.ts';
import type { Manifest } from '../oci/types.ts';

/** Requests at the same time that ask whether a blob is there. */
const LOOKS = 8;

/** The blobs of snapshots that a remote does not have, or has with another size. */
export async function findLostBlobs(
  remote: Remote,
  manifests: Iterable<Manifest>,
  options: CallOptions = {},
): Promise<ReadonlySet<Digest>> {
  const named = new Map<Digest, number>();
  for (const { config, layers } of manifests) {
    for (const { digest, size } of [config, ...layers]) named.set(digest, size);
  }
  const lost = new Set<Digest>();
  await pMap(
    named,
    async ([digest, size]) => {
      if (!(await remote.hasBlob(digest, { ...options, size }))) lost.add(digest);
    },
    { concurrency: LOOKS },
  );
  return lost;
}
