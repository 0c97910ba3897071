import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs';

import * as v from 'valibot';

import { type Digest, digestOf } from '../digest.ts';
import { CafsError, hasCode, messageOf } from '../errors.ts';
import { isMissing } from '../file-access.ts';
import { withFileLock } from '../lock.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { Index } from './entry-index.ts';
import { HeldBases, readBase } from './held-bases.ts';
import { explainIndexFile, readIfExists } from './index-bytes.ts';
import { type Layout, openLayout } from './layout.ts';
import { type Lineage, LineageSchema, NO_LINEAGE } from './lineage.ts';
import { type Namespace, parseNamespace } from './namespace.ts';

/** What an index file begins with. */
const MAGIC = Buffer.from('CAFS-IX1');

/** Bytes, made anew for every write, by which one version of the file is told from another. */
const STAMP_BYTES = 16;

/** What stands in front of all else: the magic, the stamp, and how long the lineage is. */
const HEADER_BYTES = MAGIC.length + STAMP_BYTES + 4;

/** What stands between the header and the segment. */
const RecordSchema = v.object({
  ...LineageSchema.entries,
  /** See {@link IndexFile.version}. */
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/**
 * The index of a namespace on disk: a segment, and its lineage, behind a stamp that no two versions
 * share. Times and inode numbers are no help there: two processes write within one tick of the clock.
 *
 * What the index held when it was in step with a snapshot is in base files beside it, which never
 * change. They are written before an index that names them and removed after one that does not.
 */
export class IndexFile {
  readonly path: string;
  readonly #layout: Layout;
  readonly #namespace: Namespace;
  readonly #lockFile: string;
  /** Of the version that was read or written last; empty: there was no file. */
  #stamp = '';
  #lineage = NO_LINEAGE;
  #version = 0;

  constructor(layout: Layout, namespace: Namespace) {
    this.#layout = layout;
    this.#namespace = namespace;
    this.path = layout.index(namespace);
    this.#lockFile = layout.indexLock(namespace);
  }

  /** The index of a namespace of a cache folder; nothing is read yet. */
  static of(namespace: string, cacheDir: string): IndexFile {
    return new IndexFile(openLayout(cacheDir), parseNamespace(namespace));
  }

  /**
   * Whether the namespace has an index on disk.
   *
   * @throws CafsError `INVALID_INPUT` where this user may not know
   */
  exists(): boolean {
    try {
      return statSync(this.path, { throwIfNoEntry: false }) !== undefined;
    } catch (error) {
      throw explainIndexFile(error, this.path);
    }
  }

  /**
   * Reads the index; a file that does not exist holds no entries.
   *
   * @throws CafsError `MALFORMED` for a damaged one, and for what is no file; `UNSUPPORTED_VERSION` for
   *   one of a newer version; `INVALID_INPUT` for one that this user may not read
   */
  load(): Index {
    const bytes = readIfExists(this.path);
    if (bytes === undefined) {
      this.#stamp = '';
      this.#lineage = NO_LINEAGE;
      this.#version = 0;
      return new Index();
    }
    const { index, lineage, version } = decode(bytes, this.path);
    this.#stamp = stampOf(bytes);
    this.#lineage = lineage;
    this.#version = version;
    return index;
  }

  /** That of the version that was read or written last. */
  get lineage(): Lineage {
    return this.#lineage;
  }

  /** How often the index was written: tells which of two states of it is the newer one. */
  get version(): number {
    return this.#version;
  }

  /** Whether another process wrote the file since this one read or wrote it. */
  isStale(): boolean {
    return readStamp(this.path) !== this.#stamp;
  }

  /** Writes the index, whole or not at all. Others may write at the same time: lock it before. */
  save(index: Index, lineage: Lineage = this.#lineage): void {
    const isOther = lineage !== this.#lineage;
    this.#write(index.encode(), lineage, this.#version + 1);
    if (isOther) this.#removeBases();
  }

  /** Writes a segment as it came; reading it shows whether it is one. */
  write(segment: Uint8Array): void {
    this.#write(segment, NO_LINEAGE, this.#version + 1);
  }

  #write(segment: Uint8Array, lineage: Lineage, version: number): void {
    const stamp = randomBytes(STAMP_BYTES);
    const text = Buffer.from(JSON.stringify({ ...lineage, version }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.byteLength);
    writeFileAtomic(this.path, this.#layout.tempDir, [MAGIC, stamp, length, text, segment]);
    this.#stamp = stamp.toString('hex');
    this.#lineage = lineage;
    this.#version = version;
  }

  /**
   * Writes a new lineage in front of what is there; it is still the same version of the index. Lock the index before, and see that it is not stale.
   */
  saveLineage(lineage: Lineage): void {
    const bytes = readIfExists(this.path);
    if (bytes === undefined) this.save(new Index(), lineage);
    else this.#write(segmentIn(bytes), lineage, this.#version);
    this.#removeBases();
  }

  /** Writes a base file; gives the digest that a lineage names it by. Lock the index before. */
  saveBase(index: Index): Digest {
    const segment = index.encode();
    const digest = digestOf(segment);
    const path = this.#layout.base(this.#namespace, digest);
    // One that is damaged would be of no use.
    if (readIfExists(path)?.equals(segment) !== true) {
      writeFileAtomic(path, this.#layout.tempDir, [segment]);
    }
    return digest;
  }

  /**
   * Reads a base file.
   *
   * @returns undefined where it is gone or damaged: nothing is known of what has changed since then
   */
  loadBase(base: Digest): Index | undefined {
    return readBase(this.#layout.base(this.#namespace, base), base);
  }

  /** Keeps the base files that the lineage names until they are released. Lock the index before. */
  holdBases(): HeldBases {
    const bases = this.#lineage.known.map(
      ({ base }) => [base, this.#layout.base(this.#namespace, base)] as const,
    );
    return new HeldBases(bases, this.#layout.tempDir);
  }

  /** Removes the index; what is left of it are files that nothing names. */
  remove(): void {
    rmSync(this.path, { force: true });
    this.#stamp = '';
    this.#lineage = NO_LINEAGE;
    this.#version = 0;
  }

  #removeBases(): void {
    const named = new Set(this.#lineage.known.map(({ base }) => base));
    for (const [digest, path] of this.#layout.bases(this.#namespace)) {
      if (!named.has(digest)) rmSync(path, { force: true });
    }
  }

  /** Does work while no other store, here or in another process, writes this file. */
  locked<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    return withFileLock(this.#lockFile, async () => work(), { signal });
  }
}

/**
 * The digests that an index file names.
 *
 * @throws as {@link IndexFile.load}
 */
export function* digestsIn(path: string): Generator<Digest, void, undefined> {
  const bytes = readIfExists(path);
  if (bytes === undefined) return;
  for (const [, { digest }] of decode(bytes, path).index.range('')) yield digest;
}

function segmentIn(bytes: Buffer): Buffer {
  return bytes.subarray(HEADER_BYTES + bytes.readUInt32LE(HEADER_BYTES - 4));
}

function decode(bytes: Buffer, path: string): { index: Index; lineage: Lineage; version: number } {
  try {
    if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
      throw new CafsError('MALFORMED', 'it does not begin as an index file does');
    }
    const start = HEADER_BYTES + bytes.readUInt32LE(HEADER_BYTES - 4);
    const { version, ...lineage } = decodeRecord(bytes.subarray(HEADER_BYTES, start));
    return { index: Index.decode(bytes.subarray(start)), lineage, version };
  } catch (error) {
    if (!hasCode(error, 'MALFORMED')) throw error;
    throw new CafsError('MALFORMED', `The index file ${path} is damaged: ${messageOf(error)}`, {
      hint: 'Move it away to begin anew, or pull from a remote that has the entries. Blobs are not affected.',
      cause: error,
    });
  }
}

function decodeRecord(bytes: Buffer): v.InferOutput<typeof RecordSchema> {
  try {
    return v.parse(RecordSchema, JSON.parse(bytes.toString()));
  } catch (cause) {
    throw new CafsError('MALFORMED', 'what it says of snapshots cannot be read', { cause });
  }
}

function stampOf(bytes: Buffer): string {
  return bytes.subarray(MAGIC.length, MAGIC.length + STAMP_BYTES).toString('hex');
}

function readStamp(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(fd, header, 0, HEADER_BYTES, 0);
    return stampOf(header);
  } catch (error) {
    if (isMissing(error)) return '';
    throw explainIndexFile(error, path);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
