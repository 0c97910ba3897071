import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { type Digest, isDigest } from '../digest.ts';
import { isMissing } from '../file-access.ts';
import type { Layout } from './layout.ts';

/** A part of the blobs: those whose digests begin with the same two digits. */
export interface Shard {
  readonly blobs: readonly { readonly digest: Digest; readonly path: string }[];
  /** Paths of what is no blob, by its name or because it is no file. */
  readonly strangers: readonly string[];
}

/** Lists all blobs, a part at a time: their number is not bounded. */
export function* listBlobs(layout: Layout): Generator<Shard, void, undefined> {
  for (const child of childrenOf(layout.blobsDir)) {
    const path = join(layout.blobsDir, child.name);
    if (!/^[0-9a-f]{2}$/.test(child.name)) yield { blobs: [], strangers: [path] };
    else yield shardAt(layout, path);
  }
}

function shardAt(layout: Layout, dir: string): Shard {
  const shard: { blobs: Shard['blobs'][number][]; strangers: string[] } = {
    blobs: [],
    strangers: [],
  };
  for (const child of childrenOf(dir)) {
    const path = join(dir, child.name);
    const digest = `sha256:${child.name}`;
    if (child.isFile() && isDigest(digest) && layout.blob(digest) === path) {
      shard.blobs.push({ digest, path });
    } else {
      shard.strangers.push(path);
    }
  }
  return shard;
}

/** What lies in a folder; nothing lies in one that is not there, or that is none. */
export function childrenOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
