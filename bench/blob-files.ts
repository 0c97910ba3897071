import { createHash, randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Digest, parseDigest } from '../src/digest.ts';

/** A blob that lies in a file. */
export interface BlobFile {
  readonly path: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Makes files of random bytes, and a list of them as JSON; gives both. */
export function makeBlobFiles(
  dir: string,
  count: number,
  size: number,
): { readonly blobs: readonly BlobFile[]; readonly list: string } {
  const bytes = Buffer.allocUnsafe(size);
  const blobs = Array.from({ length: count }, (_, number): BlobFile => {
    const path = join(dir, `blob-${String(number)}`);
    randomFillSync(bytes);
    writeFileSync(path, bytes);
    const hex = createHash('sha256').update(bytes).digest('hex');
    return { path, digest: parseDigest(`sha256:${hex}`), size };
  });
  const list = join(dir, 'blobs.json');
  writeFileSync(list, JSON.stringify(blobs));
  return { blobs, list };
}
