import { existsSync, readFileSync, renameSync } from 'node:fs';

import { type Digest, digestOf } from '../digest.ts';
import { IntegrityError, hasCode, systemCode } from '../errors.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { type Layout, openLayout } from './layout.ts';

/** Blobs on disk, by digest. Shared by all namespaces of a cache folder, and by processes. */
export class Blobs {
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** The blobs of a cache folder. */
  static open(cacheDir: string): Blobs {
    return new Blobs(openLayout(cacheDir));
  }

  has(digest: Digest): boolean {
    return existsSync(this.#layout.blob(digest));
  }

  /** Keeps bytes; gives their digest. */
  put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    if (!this.has(digest)) this.#write(digest, [bytes]);
    return digest;
  }

  /** Keeps content whose digest the caller has computed while reading it. */
  putChunks(digest: Digest, chunks: Iterable<Uint8Array>): void {
    if (!this.has(digest)) this.#write(digest, chunks);
  }

  /**
   * A blob's bytes, or undefined where there is none. A damaged blob is set aside, so that the
   * next `put` of the same content heals it.
   *
   * @throws CafsError `INTEGRITY` where the bytes on disk do not have this digest
   */
  get(digest: Digest): Buffer | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#layout.blob(digest));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    const found = digestOf(bytes);
    if (found === digest) return bytes;
    renameSync(this.#layout.blob(digest), this.#layout.damaged(digest));
    throw new IntegrityError(
      `The blob ${digest} is damaged on disk: its bytes have the digest ${found}.`,
      {
        hint: 'It was set aside; put the content again, or fetch it from the remote.',
      },
    );
  }

  /** A blob's bytes; a damaged one is as good as none, for who can get the bytes elsewhere. */
  find(digest: Digest): Buffer | undefined {
    try {
      return this.get(digest);
    } catch (error) {
      if (hasCode(error, 'INTEGRITY')) return undefined;
      throw error;
    }
  }

  #write(digest: Digest, chunks: Iterable<Uint8Array>): void {
    writeFileAtomic(this.#layout.blob(digest), this.#layout.tempDir, chunks);
  }
}
