import { type Digest, digestOf, isDigest, parseDigest } from '../digest.ts';
import { CafsError, IntegrityError, NotFoundError } from '../errors.ts';
import { assertBufferable, assertInside } from './download.ts';
import { writeDurably } from './durable-file.ts';
import { checkedReference } from './endpoint.ts';
import { findBlob, readBlobFile, readBlobRange } from './layout-blobs.ts';
import { LayoutFolder } from './layout-folder.ts';
import { TagTable, pointTags } from './layout-index.ts';
import { MAX_MANIFEST_READ, MAX_MANIFEST_WRITTEN, parseManifest, tooLarge } from './manifest.ts';
import { Meter } from './meter.ts';
import { isTag, parseTag } from './reference.ts';
import type {
  ByteRange,
  CallOptions,
  FetchedManifest,
  Remote,
  RemoteStats,
  RemoteTraits,
  TagOrDigest,
} from './remote.ts';
import { type Descriptor, MEDIA_TYPE_INDEX, MEDIA_TYPE_MANIFEST } from './types.ts';

type BlobRef = Pick<Descriptor, 'digest' | 'size'>;

/**
 * An OCI image layout in a folder: a remote without a server. Made by the first write; several
 * processes may use it at the same time.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class LayoutRemote implements Remote {
  readonly name: string;
  readonly traits: RemoteTraits = {};
  readonly #folder: LayoutFolder;
  readonly #meter = new Meter();
  readonly #signal: AbortSignal | undefined;

  /**
   * @param path absolute
   * @param options.name what a person would write: `oci:DIR`
   */
  constructor(
    path: string,
    options: { readonly name?: string; readonly signal?: AbortSignal | undefined } = {},
  ) {
    this.name = options.name ?? `oci:${path}`;
    this.#folder = new LayoutFolder(path);
    this.#signal = options.signal;
  }

  get stats(): RemoteStats {
    return this.#meter;
  }

  async resolve(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<Descriptor | undefined> {
    if (isDigest(reference)) return (await this.getManifest(reference, options))?.descriptor;
    checkedReference(reference);
    if (!(await this.#begin(options))) return undefined;
    const found = (await TagTable.read(this.#folder)).find(reference);
    if (found === undefined) return undefined;
    const { mediaType, digest, size } = found;
    return { mediaType, digest, size };
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
    return { descriptor, bytes: await this.#read(descriptor) };
  }

  async putManifest(
    bytes: Uint8Array,
    mediaType: string,
    tags: readonly string[],
    options: CallOptions = {},
  ): Promise<Descriptor> {
    tags.forEach(parseTag);
    if (bytes.byteLength > MAX_MANIFEST_WRITTEN) throw tooLarge(bytes.byteLength);
    await this.#begin(options);
    if (mediaType === MEDIA_TYPE_MANIFEST) await this.#assertComplete(bytes);
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    await this.#write(descriptor.digest, bytes);
    this.#meter.requests += 1;
    const signal = this.#signalFor(options);
    await this.#folder.writing(() => pointTags(this.#folder, descriptor, tags, signal));
    return descriptor;
  }

  async hasBlob(digest: Digest, options: CallOptions = {}): Promise<boolean> {
    const path = this.#folder.blob(parseDigest(digest));
    return (await this.#begin(options)) && (await findBlob(path)) !== undefined;
  }

  async getBlob(blob: BlobRef, options: CallOptions = {}): Promise<Uint8Array> {
    parseDigest(blob.digest);
    assertBufferable(blob.size, blob);
    await this.#begin(options);
    return this.#read(blob);
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

  async putBlob(digest: Digest, bytes: Uint8Array, options: CallOptions = {}): Promise<void> {
    const found = digestOf(bytes);
    if (found !== digest) {
      throw new IntegrityError(`The bytes to store as ${digest} are ${found}.`);
    }
    await this.#begin(options);
    await this.#write(digest, bytes);
  }

  async listTags(options: CallOptions = {}): Promise<readonly string[]> {
    if (!(await this.#begin(options))) return [];
    // Other tools put whole image names there, which are tags to nobody.
    return [...new Set((await TagTable.read(this.#folder)).tags)].filter(isTag);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Counts a call, and tells whether there is a layout to read from. */
  async #begin(options: CallOptions): Promise<boolean> {
    this.#signalFor(options)?.throwIfAborted();
    this.#meter.requests += 1;
    return this.#folder.exists();
  }

  async #read(blob: BlobRef): Promise<Buffer> {
    const bytes = await readBlobFile(this.#folder.blob(blob.digest), blob);
    this.#meter.downloadedBytes += bytes.byteLength;
    return bytes;
  }

  async #write(digest: Digest, bytes: Uint8Array): Promise<void> {
    await this.#folder.prepare();
    const path = this.#folder.blob(digest);
    if (await isStored(path, digest, bytes)) return;
    await this.#folder.writing(() => writeDurably(path, this.#folder.tempDir, bytes));
    this.#meter.uploadedBytes += bytes.byteLength;
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

  async #assertComplete(bytes: Uint8Array): Promise<void> {
    const { config, layers } = parseManifest(bytes);
    for (const { digest, size } of [config, ...layers]) {
      if ((await findBlob(this.#folder.blob(digest))) === size) continue;
      throw new NotFoundError(
        `The manifest names the blob ${digest} of ${String(size)} bytes, which is not in ${this.name}.`,
      );
    }
  }

  #signalFor({ signal }: CallOptions): AbortSignal | undefined {
    if (signal === undefined || this.#signal === undefined) return signal ?? this.#signal;
    return AbortSignal.any([signal, this.#signal]);
  }
}

/** Whether a blob is there and undamaged: one that is not is written anew, which heals it. */
async function isStored(path: string, digest: Digest, bytes: Uint8Array): Promise<boolean> {
  const size = await findBlob(path);
  if (size !== bytes.byteLength) return false;
  return readBlobFile(path, { digest, size }).then(
    () => true,
    () => false,
  );
}

/** A manifest's own word for what it is; undefined where the bytes are no manifest. */
function manifestTypeOf(bytes: Uint8Array): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null || !('schemaVersion' in body)) return undefined;
  if ('mediaType' in body && typeof body.mediaType === 'string') return body.mediaType;
  if ('layers' in body) return MEDIA_TYPE_MANIFEST;
  return 'manifests' in body ? MEDIA_TYPE_INDEX : undefined;
}
