import { closeSync, openSync } from 'node:fs';

import { type Digest, Digester, digestOf } from '../digest.ts';
import { CafsError, IntegrityError, NotFoundError, hasCode } from '../errors.ts';
import { formatBytes } from '../format.ts';
import { untilAborted } from '../until-aborted.ts';
import { dropFile, moveInPlace, openTemp, writeTemp } from './atomic-file.ts';
import { BlobFile, hasFile, placesOf, setAside, statsAt } from './blob-file.ts';
import { BlobToucher } from './blob-toucher.ts';
import { explainDisk, writingTo } from '../disk-error.ts';
import { type Layout, openLayout } from './layout.ts';
import { cut, readPieces, writePiece } from './pieces.ts';
import { SourceFile } from './source-file.ts';

/** Files up to this size, in bytes, are read at once: that takes about a millisecond. */
const SMALL_FILE_BYTES = 4 * 1024 * 1024;

/** Content up to this size, in bytes, is verified before any of it is streamed. */
const VERIFIED_FIRST_BYTES = 8 * 1024 * 1024;

/** What one read, and one call of a hash function, can take, in bytes. */
const MAX_WHOLE_BYTES = 2 ** 31 - 1;

/** What is known of a content that was kept. */
export interface Kept {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/** How content is kept. */
export interface KeepOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Blobs on disk, by digest. Shared by all namespaces of a cache folder, and by processes.
 *
 * A blob is whole or absent whenever the process is killed. It is not forced to the disk (`fsync`)
 * when it is written: every read is verified, so that what a crash of the whole machine leaves
 * behind is found to be damaged, and put or fetched again. Putting a content heals its blob, since it
 * is compared with what is there; touching one does not read it, and what nobody reads
 * or puts is found by {@link verifyBlobs}. (On Windows, a blob that another process is reading at that
 * moment stays as it is.)
 *
 * What is put here is safe from the garbage collection of other processes as long as the caller
 * holds a {@link WriterSession}, and then as long as an index names it.
 */
export class Blobs {
  readonly #layout: Layout;
  readonly #toucher: BlobToucher;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#toucher = new BlobToucher(layout);
  }

  /** The blobs of a cache folder. */
  static open(cacheDir: string): Blobs {
    return new Blobs(openLayout(cacheDir));
  }

  has(digest: Digest): boolean {
    return placesOf(this.#layout, digest).some(hasFile);
  }

  /** Whether there is a blob that this user may read. Its bytes are not verified. */
  canRead(digest: Digest): boolean {
    try {
      using file = BlobFile.open(this.#layout, digest);
      return file !== undefined;
    } catch (error) {
      if (hasCode(error, 'INTEGRITY')) return false;
      throw error;
    }
  }

  /** Bytes of a blob, as its file says; undefined where there is none. */
  sizeOf(digest: Digest): number | undefined {
    for (const path of placesOf(this.#layout, digest)) {
      const stats = statsAt(path);
      if (stats?.isFile() === true) return Number(stats.size);
    }
    return undefined;
  }

  /** The file that holds a blob; undefined where there is none. Its bytes are not verified. */
  path(digest: Digest): string | undefined {
    const path = this.#layout.blob(digest);
    return hasFile(path) || this.#toucher.takeBack(digest) ? path : undefined;
  }

  /**
   * Tells garbage collection, of whatever process, that a blob is needed as long as this process
   * holds a {@link WriterSession}.
   *
   * @returns whether there is such a blob
   * @throws CafsError `UNWRITABLE` where it cannot be told
   */
  touch(digest: Digest): boolean {
    return this.#toucher.touch(digest);
  }

  /**
   * Keeps bytes; gives their digest. The blob holds just these bytes then: what was there is compared.
   *
   * @throws CafsError `NO_SPACE`, `UNWRITABLE`: nothing has changed then
   */
  put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    if (this.#toucher.touch(digest, bytes.byteLength) && this.#holds(digest, bytes)) return digest;
    writingTo(this.#layout.blob(digest), () => {
      this.#place(writeTemp(this.#layout.tempDir, [bytes]), { digest, size: bytes.byteLength });
    });
    return digest;
  }

  /**
   * Keeps a stream of bytes, piece by piece: memory does not grow with it. The blob holds just these
   * bytes then: what was there is compared.
   *
   * @param expected the digest that the content must have
   * @throws IntegrityError where it has another one; CafsError `NO_SPACE`, `UNWRITABLE`; the errors of
   *   the source and the signal's reason. Nothing has changed then.
   */
  async putStream(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    { expected, signal }: KeepOptions & { readonly expected?: Digest | undefined } = {},
  ): Promise<Kept> {
    signal?.throwIfAborted();
    const temp = writingTo(this.#layout.tempDir, () => openTemp(this.#layout.tempDir));
    try {
      const kept = await this.#fill(temp.fd, untilAborted(chunks, signal));
      if (expected !== undefined && kept.digest !== expected) throw isOther(expected, kept);
      if (this.#toucher.touch(kept.digest, kept.size) && (await this.#holdsFile(kept, temp.path)))
        dropFile(temp.path);
      else
        writingTo(this.#layout.blob(kept.digest), () => {
          this.#place(temp.path, kept);
        });
      return kept;
    } catch (error) {
      dropFile(temp.path);
      throw error;
    }
  }

  /**
   * Keeps the content of a regular file, as it was at one moment.
   *
   * @throws CafsError `INVALID_INPUT` where it is missing, unreadable or no regular file; `CHANGED` where
   *   it was written to meanwhile; `NO_SPACE`, `UNWRITABLE`. Nothing has changed then.
   */
  async putFile(file: string, { signal }: KeepOptions = {}): Promise<Kept> {
    signal?.throwIfAborted();
    using source = new SourceFile(file);
    if (source.size > SMALL_FILE_BYTES)
      return await this.putStream(source.pieces(signal), { signal });
    const bytes = source.whole();
    return { digest: this.put(bytes), size: bytes.byteLength };
  }

  /**
   * A blob's bytes, verified, or undefined where there is none. A damaged blob is set aside, so that
   * the next `put` of the same content heals it.
   *
   * @throws IntegrityError where the bytes on disk do not have this digest, or cannot be read
   * @throws CafsError `INVALID_INPUT` where they are too many for one buffer
   */
  get(digest: Digest): Buffer | undefined {
    using file = BlobFile.open(this.#layout, digest);
    if (file === undefined) return undefined;
    if (file.size > MAX_WHOLE_BYTES) throw tooLarge(digest, file.size);
    return wholeOf(file, digest);
  }

  /** A blob's bytes, verified; undefined where they cannot be had. Nothing is set aside. */
  peek(digest: Digest): Buffer | undefined {
    using file = BlobFile.open(this.#layout, digest);
    if (file === undefined || file.size > MAX_WHOLE_BYTES) return undefined;
    const bytes = file.whole();
    return digestOf(bytes) === digest ? bytes : undefined;
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

  /**
   * A blob's bytes, piece by piece, or undefined where there is none. It fails rather than ends where
   * they are not right: up to 8 MiB before the first piece, beyond that before the last.
   *
   * @throws IntegrityError, NotFoundError: while it is read
   */
  stream(digest: Digest): AsyncGenerator<Buffer, void, undefined> | undefined {
    return this.has(digest) ? this.#stream(digest) : undefined;
  }

  async *#stream(digest: Digest): AsyncGenerator<Buffer, void, undefined> {
    using file = BlobFile.open(this.#layout, digest);
    if (file === undefined) throw new NotFoundError(`The blob ${digest} is gone from this disk.`);
    if (file.size <= VERIFIED_FIRST_BYTES) {
      yield wholeOf(file, digest);
      return;
    }
    const digester = new Digester();
    let held: Buffer | undefined;
    for await (const piece of file.pieces()) {
      if (held !== undefined) yield held;
      digester.update(piece);
      held = piece;
    }
    const found = digester.digest();
    if (found !== digest) throw file.damaged(found);
    if (held !== undefined) yield held;
  }

  async #fill(fd: number, chunks: AsyncIterable<Uint8Array>): Promise<Kept> {
    const digester = new Digester();
    try {
      for await (const chunk of chunks) {
        for (const piece of cut(chunk)) {
          digester.update(piece);
          await writePiece(fd, piece).catch((error: unknown) => {
            throw explainDisk(error, this.#layout.tempDir);
          });
        }
      }
    } finally {
      closeSync(fd);
    }
    const { size } = digester;
    return { digest: digester.digest(), size };
  }

  #holds(digest: Digest, bytes: Uint8Array): boolean {
    try {
      using file = BlobFile.open(this.#layout, digest);
      return file?.size === bytes.byteLength && file.holds(bytes);
    } catch (error) {
      if (hasCode(error, 'INTEGRITY')) return false;
      throw error;
    }
  }

  async #holdsFile({ digest, size }: Kept, path: string): Promise<boolean> {
    const fd = openSync(path, 'r');
    try {
      using file = BlobFile.open(this.#layout, digest);
      if (file?.size !== size) return false;
      let at = 0;
      for await (const piece of readPieces(fd)) {
        if (!file.holds(piece, at)) return false;
        at += piece.length;
      }
      return at === size;
    } catch (error) {
      if (hasCode(error, 'INTEGRITY')) return false;
      throw error;
    } finally {
      closeSync(fd);
    }
  }

  /** Gives a file that holds a content its place. */
  #place(temp: string, { digest, size }: Kept): void {
    const path = this.#layout.blob(digest);
    try {
      moveInPlace(temp, path);
    } catch (error) {
      if (!this.#makeWay(path, digest, size)) {
        dropFile(temp);
        throw error;
      }
      if (hasFile(path)) dropFile(temp);
      else moveInPlace(temp, path);
    }
  }

  /** What may have kept a file from its place: something that is no file, or the same content. */
  #makeWay(path: string, digest: Digest, size: number): boolean {
    const stats = statsAt(path);
    if (stats === undefined) return false;
    // Windows does not replace a file that another process is reading.
    if (stats.isFile()) return this.#toucher.touch(digest, size);
    return setAside(this.#layout, digest, path, stats);
  }
}

function wholeOf(file: BlobFile, digest: Digest): Buffer {
  const bytes = file.whole();
  const found = digestOf(bytes);
  if (found !== digest) throw file.damaged(found);
  return bytes;
}

function isOther(expected: Digest, { digest, size }: Kept): IntegrityError {
  return new IntegrityError(
    `Content of ${formatBytes(size)} has the digest ${digest}, not ${expected}.`,
    { hint: 'It was not kept. Get it again from where it came.' },
  );
}

function tooLarge(digest: Digest, size: number): CafsError {
  return new CafsError(
    'INVALID_INPUT',
    `The content ${digest} has ${formatBytes(size)}: too much for one buffer.`,
    { hint: 'Read it piece by piece, with getStream.' },
  );
}
