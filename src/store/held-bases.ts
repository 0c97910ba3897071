import { linkSync, utimesSync } from 'node:fs';

import { type Digest, digestOf } from '../digest.ts';
import { makeFolder } from '../make-folder.ts';
import { dropFile, tempPath } from './atomic-file.ts';
import { Index } from './entry-index.ts';
import { readIfExists } from './index-bytes.ts';

/**
 * Base files that stay readable until they are released, whatever other processes forget meanwhile: each has
 * a second name, among temporary files, which are removed where the process is killed.
 */
export class HeldBases {
  /** By digest: the path of a second name, or of the first where the disk has no such thing. */
  readonly #paths = new Map<Digest, string>();
  readonly #links: string[] = [];

  /** @param bases digests and paths. Lock the index that names them */
  constructor(bases: Iterable<readonly [Digest, string]>, tempDir: string) {
    makeFolder(tempDir);
    for (const [digest, path] of bases) {
      if (this.#paths.has(digest)) continue;
      this.#paths.set(digest, this.#hold(path, tempDir));
    }
  }

  #hold(path: string, tempDir: string): string {
    const link = tempPath(tempDir);
    try {
      linkSync(path, link);
    } catch {
      // It is gone already, or the disk knows no links: then it is there as long as it is there.
      return path;
    }
    this.#links.push(link);
    try {
      // Old temporary files are garbage.
      const now = Date.now() / 1000;
      utimesSync(link, now, now);
    } catch {
      // Somebody else's file: it is as old as it is.
    }
    return link;
  }

  /** @returns undefined where it is gone or damaged: nothing is known of what has changed since then */
  load(base: Digest): Index | undefined {
    const path = this.#paths.get(base);
    return path === undefined ? undefined : readBase(path, base);
  }

  release(): void {
    for (const link of this.#links) dropFile(link);
  }
}

/** Reads a base file; see {@link HeldBases.load}. */
export function readBase(path: string, base: Digest): Index | undefined {
  const segment = readIfExists(path);
  return segment === undefined || digestOf(segment) !== base ? undefined : Index.decode(segment);
}
