import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';

import { type Digest, Digester } from '../digest.ts';
import { CafsError, NotFoundError, systemCode } from '../errors.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { Blobs } from './blobs.ts';
import { Index } from './entry-index.ts';
import type { Entry, Info, Json } from './entry.ts';
import { assertKey } from './keys.ts';
import { type Layout, openLayout } from './layout.ts';
import { type Namespace, parseNamespace } from './namespace.ts';
import { decodeSegment, encodeSegment } from './segment.ts';

/** What a store keeps for a key: bytes, text (as UTF-8), or a file's content, read in pieces. */
export type Data = Uint8Array | string | { readonly file: string };

/** Where a store finds content that is not on this disk. */
export type ContentSource = (entry: Entry, signal?: AbortSignal) => Promise<Uint8Array>;

/** How a store is opened. */
export interface StoreOptions {
  /** The folder that holds blobs and indexes; made where it does not exist. */
  readonly cacheDir: string;
  /** Serves the content of entries that a remote holds. */
  readonly source?: ContentSource;
}

const READ_BYTES = 1024 * 1024;

/**
 * A content-addressed store on disk: blobs by digest, and a flat index of keys.
 *
 * Changes of the index are in memory until {@link Store.sync} or {@link Store.close}; content is
 * on disk when `put` returns.
 *
 * @example
 * await using store = Store.open('myproject:main', { cacheDir });
 * store.put('src/main.ts', 'export {};');
 * store.hash('src'); // changes when, and only when, something below src/ does
 */
export class Store implements AsyncDisposable {
  /** The namespace with its tag, `name:tag`. */
  readonly namespace: string;
  readonly #layout: Layout;
  readonly #indexFile: string;
  readonly #blobs: Blobs;
  readonly #index: Index;
  readonly #source: ContentSource | undefined;
  #dirty = false;

  private constructor(
    layout: Layout,
    namespace: Namespace,
    entries: Iterable<[string, Entry]>,
    source?: ContentSource,
  ) {
    this.namespace = `${namespace.name}:${namespace.tag}`;
    this.#layout = layout;
    this.#indexFile = layout.index(namespace);
    this.#blobs = new Blobs(layout);
    this.#index = new Index(entries);
    this.#source = source;
  }

  /**
   * Opens a namespace; one that does not exist yet is empty.
   *
   * @param namespace `"name"` or `"name:tag"`; the tag is `latest` where none is given
   * @throws CafsError `INVALID_NAMESPACE`, `UNSUPPORTED_VERSION`, or `MALFORMED` for a damaged index
   */
  static open(namespace: string, options: StoreOptions): Store {
    const parsed = parseNamespace(namespace);
    const layout = openLayout(options.cacheDir);
    const bytes = readIfExists(layout.index(parsed));
    return new Store(
      layout,
      parsed,
      bytes === undefined ? [] : decodeSegment(bytes),
      options.source,
    );
  }

  /** Whether a namespace has an index on this disk. */
  static exists(namespace: string, cacheDir: string): boolean {
    return existsSync(openLayout(cacheDir).index(parseNamespace(namespace)));
  }

  /**
   * Takes a segment, as a remote holds it, for a namespace's index. Opening it shows whether it is
   * one.
   */
  static receive(namespace: string, cacheDir: string, segment: Uint8Array): void {
    const layout = openLayout(cacheDir);
    writeFileAtomic(layout.index(parseNamespace(namespace)), layout.tempDir, [segment]);
  }

  /** Forgets a namespace's index, whatever state it is in. Blobs stay. */
  static discard(namespace: string, cacheDir: string): void {
    rmSync(openLayout(cacheDir).index(parseNamespace(namespace)), { force: true });
  }

  /** How many entries there are. */
  get size(): number {
    return this.#index.size;
  }

  /** Whether something changed since the last `sync`. */
  get dirty(): boolean {
    return this.#dirty;
  }

  /**
   * Keeps content under a key, in place of what was there.
   *
   * @throws CafsError `INVALID_KEY`, `RESERVED_KEY`; `CHANGED` where a file changed meanwhile
   */
  put(key: string, data: Data, options: { readonly meta?: Json } = {}): Info {
    assertKey(key);
    const { digest, size } = this.#keep(data);
    const entry: Entry = {
      digest,
      size,
      ...(options.meta === undefined ? {} : { meta: options.meta }),
    };
    this.#set(key, entry);
    return entry;
  }

  /**
   * The content of a key, checked against its digest.
   *
   * @throws CafsError `NOT_FOUND`; `INTEGRITY` where the bytes are damaged and no remote has them
   */
  async get(key: string, options: { readonly signal?: AbortSignal } = {}): Promise<Buffer> {
    const entry = this.#index.get(key);
    if (entry === undefined) {
      throw new NotFoundError(`There is no entry ${JSON.stringify(key)} in ${this.namespace}.`);
    }
    const remote =
      this.#source !== undefined && entry.location !== undefined ? this.#source : undefined;
    try {
      const local = this.#blobs.get(entry.digest);
      if (local !== undefined) return local;
    } catch (error) {
      if (remote === undefined) throw error;
    }
    if (remote === undefined) {
      throw new NotFoundError(
        `The content of ${JSON.stringify(key)} (${entry.digest}) is not on this disk.`,
      );
    }
    const bytes = Buffer.from(await remote(entry, options.signal));
    this.#blobs.put(bytes);
    return bytes;
  }

  /** What is known about a key, or undefined. */
  stat(key: string): Entry | undefined {
    return this.#index.get(key);
  }

  /** Whether there is an entry. */
  has(key: string): boolean {
    return this.#index.has(key);
  }

  /** Removes an entry; its blob stays until it is collected. Gives whether it was there. */
  delete(key: string): boolean {
    const existed = this.#index.delete(key);
    this.#dirty ||= existed;
    return existed;
  }

  /** Entries below a prefix as `[key relative to it, entry]`, sorted by the bytes of the keys. */
  *list(prefix = ''): Generator<[string, Entry]> {
    const skip = prefix === '' || prefix.endsWith('/') ? prefix.length : prefix.length + 1;
    for (const [key, entry] of this.#index.range(prefix)) yield [key.slice(skip), entry];
  }

  /** The digest of all that lies below a prefix; `''` where nothing does. */
  hash(prefix: string): Digest | '' {
    return this.#index.hash(prefix);
  }

  /** The digest of the whole store: `hash('')`. */
  root(): Digest | '' {
    return this.#index.hash('');
  }

  /** Brings the index to the disk; what it names is readable after a crash from then on. */
  sync(): Promise<void> {
    if (this.#dirty) {
      writeFileAtomic(this.#indexFile, this.#layout.tempDir, [
        encodeSegment(this.#index.range('')),
      ]);
      this.#dirty = false;
    }
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #set(key: string, entry: Entry): void {
    this.#index.set(key, entry);
    this.#dirty = true;
  }

  #keep(data: Data): { digest: Digest; size: number } {
    if (data instanceof Uint8Array || typeof data === 'string') {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      return { digest: this.#blobs.put(bytes), size: bytes.byteLength };
    }
    const { digest, size } = digestFile(data.file);
    if (!this.#blobs.has(digest)) this.#blobs.putChunks(digest, verified(data.file, digest));
    return { digest, size };
  }
}

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function digestFile(file: string): { digest: Digest; size: number } {
  const digester = new Digester();
  for (const chunk of chunksOf(file)) digester.update(chunk);
  return { size: digester.size, digest: digester.digest() };
}

/** A file's chunks; throws at the end where it is no longer what was hashed. */
function* verified(file: string, digest: Digest): Generator<Uint8Array> {
  const digester = new Digester();
  for (const chunk of chunksOf(file)) {
    digester.update(chunk);
    yield chunk;
  }
  if (digester.digest() !== digest) {
    throw new CafsError('CHANGED', `The file ${file} changed while it was being read.`);
  }
}

/** Gives one buffer again and again: use a chunk before asking for the next. */
function* chunksOf(file: string): Generator<Uint8Array> {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const count = readSync(fd, buffer, 0, buffer.length, null);
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(fd);
  }
}
