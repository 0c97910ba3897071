import { rm } from 'node:fs/promises';

import { type Digest, digestOf, isDigest, parseDigest } from '../digest.ts';
import { CafsError, IntegrityError, hasCode } from '../errors.ts';
import { MOVE_WINDOW_MS, assertInTime } from './deadline.ts';
import { checkedContent } from './blob-content.ts';
import { assertBufferable, assertInside } from './download.ts';
import { writeDurably } from './durable-file.ts';
import { checkedReference } from './endpoint.ts';
import { findBlob, isIntact, readBlobFile, readBlobRange, streamBlobFile } from './layout-blobs.ts';
import { LayoutFolder } from './layout-folder.ts';
import { TagTable } from './layout-index.ts';
import { assertComplete } from './layout-manifests.ts';
import { Lifetime } from './lifetime.ts';
import { assertUnambiguous, manifestTypeOf } from './manifest-type.ts';
import { assertManifest } from './manifest-input.ts';
import { MAX_MANIFEST_READ } from './manifest.ts';
import { Meter } from './meter.ts';
import { isTag, parseTag } from './reference.ts';
import type {
  BlobContent,
  ByteRange,
  CallOptions,
  FetchedManifest,
  HasBlobOptions,
  PutBlobOptions,
  PutManifestOptions,
  Remote,
  RemoteStats,
  RemoteTraits,
  TagOrDigest,
} from './remote.ts';
import { bodyPieces, bodySize, verified } from './request-body.ts';
import type { BlobRef, Descriptor } from './types.ts';
import { untilAborted } from '../until-aborted.ts';

/** How a layout is opened. */
export interface LayoutOptions {
  /** What a person would write. Default: `oci:DIR`. */
  readonly name?: string;
  /** Ends everything that the remote does. */
  readonly signal?: AbortSignal | undefined;
  /** How long the source of a blob may give nothing, in milliseconds. Default: a minute. */
  readonly sourceMs?: number | undefined;
}

/**
 * An OCI image layout in a folder: a remote without a server. Made by the first write.
 *
 * Several processes of this software may use it at the same time: those that change `index.json` go one
 * after another, by a lock of the kernel's that ends with its holder. The folder belongs on a disk of
 * the machine; on a network disk all depends on that disk's locks. Other tools (skopeo, oras) know
 * nothing of the lock: what one of them writes to `index.json` while this software does, or the other
 * way round, may be lost. To read at the same time is no problem: a table that is there in part is
 * read again.
 *
 * What lies in the place of a file and is none (a symlink, a pipe, a folder) is never followed.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class LayoutRemote implements Remote {
  readonly name: string;
  readonly traits: RemoteTraits = { swapsTags: true };
  readonly #folder: LayoutFolder;
  readonly #meter = new Meter();
  readonly #lifetime: Lifetime;
  readonly #sourceMs: number | undefined;

  /**
   * @param path absolute
   */
  constructor(path: string, options: LayoutOptions = {}) {
    this.name = options.name ?? `oci:${path}`;
    this.#folder = new LayoutFolder(path);
    this.#lifetime = new Lifetime(options.signal);
    this.#sourceMs = options.sourceMs;
  }

  get stats(): RemoteStats {
    return this.#meter;
  }

  async resolve(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<Descriptor | undefined> {
    if (isDigest(reference)) return (await this.#manifestByDigest(reference, options))?.descriptor;
    checkedReference(reference);
    if (!(await this.#begin(options))) return undefined;
    return (await TagTable.read(this.#folder)).find(reference);
  }

  async getManifest(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<FetchedManifest | undefined> {
    if (isDigest(reference)) return this.#manifestByDigest(reference, options);
    const descriptor = await this.resolve(reference, options);
    if (descriptor === undefined) return undefined;
    if (descriptor.size > MAX_MANIFEST_READ) {
      throw new CafsError('MALFORMED', `The manifest ${this.name}:${reference} is too large.`);
    }
    try {
      const bytes = await this.#read(descriptor);
      assertUnambiguous(bytes, descriptor.mediaType, `manifest ${this.name}:${reference}`);
      return { descriptor, bytes };
    } catch (error) {
      // It may have been deleted since its tag was read.
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      const now = await this.resolve(reference, options);
      if (now?.digest === descriptor.digest) throw error;
      return this.getManifest(reference, options);
    }
  }

  async putManifest(
    bytes: Uint8Array,
    mediaType: string,
    tags: readonly string[],
    options: PutManifestOptions = {},
  ): Promise<Descriptor> {
    const { notAfter = performance.now() + MOVE_WINDOW_MS, expected } = options;
    tags.forEach(parseTag);
    assertManifest(bytes, mediaType);
    await this.#begin(options);
    await assertComplete(this.#folder, bytes, mediaType);
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    this.#meter.requests += 1;
    await this.#folder.alone(async () => {
      // Here, since another process may just be deleting it.
      await this.#write(descriptor.digest, bytes, { mayExist: true });
      const table = await TagTable.read(this.#folder);
      assertInTime(notAfter, performance.now(), `${this.name}:${tags.join(', ')}`);
      if (expected !== undefined) assertUnmoved(table, tags, expected);
      await table.with(descriptor, tags).write(this.#folder);
    }, this.#lifetime.begin(options));
    return descriptor;
  }

  async hasBlob(digest: Digest, { size, ...options }: HasBlobOptions = {}): Promise<boolean> {
    const path = this.#folder.blob(parseDigest(digest));
    const found = (await this.#begin(options)) ? await findBlob(path) : undefined;
    return found !== undefined && (size === undefined || found === size);
  }

  async getBlob(blob: BlobRef, options: CallOptions = {}): Promise<Uint8Array> {
    parseDigest(blob.digest);
    assertBufferable(blob.size, blob);
    await this.#begin(options);
    return this.#read(blob);
  }

  async *getBlobStream(
    blob: BlobRef,
    options: CallOptions = {},
  ): AsyncGenerator<Uint8Array, void, void> {
    const path = this.#folder.blob(parseDigest(blob.digest));
    await this.#begin(options);
    for await (const piece of streamBlobFile(path, blob, this.#lifetime.begin(options))) {
      this.#meter.downloadedBytes += piece.byteLength;
      yield piece;
    }
  }

  async getBlobRange(
    blob: BlobRef,
    range: ByteRange,
    options: CallOptions = {},
  ): Promise<Uint8Array> {
    const path = this.#folder.blob(parseDigest(blob.digest));
    assertInside(range, blob);
    assertBufferable(range.length, blob);
    await this.#begin(options);
    const bytes = await readBlobRange(path, blob, range);
    this.#meter.downloadedBytes += bytes.byteLength;
    return bytes;
  }

  async putBlob(digest: Digest, given: BlobContent, options: PutBlobOptions = {}): Promise<void> {
    parseDigest(digest);
    const content = checkedContent(given);
    await this.#begin(options);
    await this.#folder.prepare();
    if (content instanceof Uint8Array) {
      const found = digestOf(content);
      if (found !== digest) {
        throw new IntegrityError(`The bytes to store as ${digest} are ${found}.`);
      }
      // To read what is there costs less than to write it again and wait for the disk.
      await this.#write(digest, content, { ...options, mayExist: true });
    } else {
      const patience = { sourceMs: this.#sourceMs, signal: this.#lifetime.begin(options) };
      await this.#write(digest, verified(content, digest, patience), options);
    }
  }

  /**
   * Deletes a tag, or a manifest with all its tags. A manifest's own bytes go, as they do in a registry;
   * the blobs that it names stay, and nothing here collects them.
   */
  async delete(reference: TagOrDigest, options: CallOptions = {}): Promise<boolean> {
    checkedReference(reference);
    if (!(await this.#begin(options))) return false;
    return this.#folder.alone(async () => {
      const table = await TagTable.read(this.#folder);
      const isListed = table.has(reference);
      if (isListed) await table.without(reference).write(this.#folder);
      if (!isDigest(reference)) return isListed;
      // What is not listed may be any blob.
      if (!isListed && (await this.#manifestByDigest(reference, options)) === undefined)
        return false;
      await rm(this.#folder.blob(reference), { force: true });
      return true;
    }, this.#lifetime.begin(options));
  }

  async listTags(options: CallOptions = {}): Promise<readonly string[]> {
    if (!(await this.#begin(options))) return [];
    // Other tools put whole image names there, which are tags to nobody.
    return [...new Set((await TagTable.read(this.#folder)).tags)].filter(isTag);
  }

  close(): Promise<void> {
    this.#lifetime.end(this.name);
    return Promise.resolve();
  }

  /** Counts a call, and tells whether there is a layout to read from. */
  async #begin(options: CallOptions): Promise<boolean> {
    this.#lifetime.begin(options);
    this.#meter.requests += 1;
    return this.#folder.exists();
  }

  async #read(blob: BlobRef): Promise<Buffer> {
    const bytes = await readBlobFile(this.#folder.blob(blob.digest), blob);
    this.#meter.downloadedBytes += bytes.byteLength;
    return bytes;
  }

  /** @param content bytes or a source that have the digest, or end with an error */
  async #write(digest: Digest, content: BlobContent, options: PutBlobOptions): Promise<void> {
    const path = this.#folder.blob(digest);
    const signal = this.#lifetime.begin(options);
    const size = bodySize(content);
    if (options.mayExist === true && (await isIntact(path, { digest, size }, signal))) return;
    const pieces = this.#counted(untilAborted(bodyPieces(content), signal));
    await this.#folder.writing(() => writeDurably(path, this.#folder.tempDir, pieces), path);
  }

  async *#counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of pieces) {
      this.#meter.uploadedBytes += piece.byteLength;
      yield piece;
    }
  }

  async #manifestByDigest(
    digest: Digest,
    options: CallOptions,
  ): Promise<FetchedManifest | undefined> {
    if (!(await this.#begin(options))) return undefined;
    const size = await findBlob(this.#folder.blob(digest));
    if (size === undefined || size > MAX_MANIFEST_READ) return undefined;
    const bytes = await this.#read({ digest, size });
    const mediaType = manifestTypeOf(bytes);
    if (mediaType === undefined) return undefined;
    return { descriptor: { mediaType, digest, size }, bytes };
  }
}

function assertUnmoved(table: TagTable, tags: readonly string[], expected: Digest | null): void {
  for (const tag of tags) {
    const found = table.find(tag)?.digest ?? null;
    if (found === expected) continue;
    throw new CafsError(
      'CHANGED',
      `The tag ${tag} points to ${found ?? 'nothing'}, not to ${expected ?? 'nothing'}.`,
      { hint: 'Another process moved it: read it again.' },
    );
  }
}
