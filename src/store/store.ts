import type { Readable } from 'node:stream';

import { type Digest, parseDigest } from '../digest.ts';
import { CafsError, NoRemoteError, NotFoundError } from '../errors.ts';
import { orAborted } from '../until-aborted.ts';
import { Blobs } from './blobs.ts';
import { Contents } from './contents.ts';
import { type Data, readData } from './data.ts';
import type { Deliver, DeliverOptions, Receiver } from './deliver.ts';
import type { Entry, Info, Json, NewInfo } from './entry.ts';
import { type Garbage, collectGarbage } from './gc.ts';
import { IndexFile, digestsIn } from './index-file.ts';
import { copyJson } from './json.ts';
import { assertKey } from './keys.ts';
import { type Layout, openLayout } from './layout.ts';
import { isSame } from './in-step.ts';
import { explainLost } from './lost-content.ts';
import { parseNamespace } from './namespace.ts';
import { PushTurn } from './push-turn.ts';
import {
  type Abortable,
  type PullOptions,
  type PushArgs,
  type PutOptions,
  type Stats,
  type StoreOptions,
  checkPullOptions,
  readPushArgs,
} from './store-options.ts';
import { takePulled, tellingNothing } from './take-pulled.ts';
import type { PushOptions, Upstream } from './upstream.ts';
import type { VerifyOptions } from './verify.ts';
import { type Verification, verifyStore } from './verify-store.ts';
import { UnderWay } from './under-way.ts';
import { WorkingIndex } from './working-index.ts';
import { WriteGuard, keepingEverything } from './write-guard.ts';

/**
 * A content-addressed store: blobs by digest on this disk, and a flat index of keys. {@link open}
 * opens one.
 *
 * A key is text such as `src/main.ts`: not empty, at most 1,024 bytes in UTF-8, without `_` at its
 * start, `..` or NUL. A prefix stops at a `/`: `src` and `src/` mean the same subtree.
 *
 * Content is on disk when `put` returns. The index is in memory until {@link Store.sync} or
 * {@link Store.close}: what these reported as written survives the death of the process. Several
 * processes may use one cache folder, and one namespace: `sync` brings their changes together, key
 * by key, and the later change of a key wins.
 *
 * @example
 * await using store = await open('myproject:main');
 * await store.put('src/main.ts', 'export {};');
 * store.hash('src'); // changes when, and only when, something below src/ does
 */
export class Store implements AsyncDisposable {
  /** The namespace with its tag: `name:tag`. */
  readonly namespace: string;
  /** The folder for blobs and indexes: an absolute path. */
  readonly cacheDir: string;
  readonly #layout: Layout;
  readonly #index: WorkingIndex;
  readonly #blobs: Blobs;
  readonly #contents: Contents;
  readonly #guard: WriteGuard;
  readonly #upstream: Upstream | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Pushes and pulls. */
  readonly #travelling = new UnderWay();
  /** The pushes that were asked for. */
  #pushing: Promise<unknown> = Promise.resolve();
  #state: 'open' | 'closing' | 'closed' = 'open';

  private constructor(namespace: string, { cacheDir, ...options }: StoreOptions) {
    const parsed = parseNamespace(namespace);
    this.namespace = `${parsed.name}:${parsed.tag}`;
    this.#layout = openLayout(cacheDir);
    this.cacheDir = this.#layout.cacheDir;
    this.#blobs = new Blobs(this.#layout);
    this.#guard = new WriteGuard(this.#layout);
    this.#index = new WorkingIndex(new IndexFile(this.#layout, parsed), () => this.#guard.end());
    const { upstream, deliver = upstream && bind(upstream) } = options;
    this.#upstream = upstream;
    this.#contents = new Contents(this.#blobs, deliver);
    this.#signal = options.signal;
  }

  /**
   * Opens a namespace of a cache folder; one that does not exist yet is empty. {@link open} is what
   * most callers want: it knows remotes and the usual cache folder.
   *
   * @throws CafsError `INVALID_NAMESPACE`, `UNSUPPORTED_VERSION`, or `MALFORMED` for a damaged index
   */
  static open(namespace: string, options: StoreOptions): Store {
    return new Store(namespace, options);
  }

  /** How many entries there are. */
  get len(): number {
    return this.#index.entries.size;
  }

  /** Whether the index has changes that are not on disk yet: {@link Store.sync} writes them. */
  get dirty(): boolean {
    return this.#index.isDirty;
  }

  /** The remote's repository and tag, as a person would write them; empty without a remote. */
  get ref(): string {
    return this.#upstream?.ref ?? '';
  }

  /**
   * Keeps content under a key, in place of what was there.
   *
   * The key has its new entry when the promise is fulfilled; of several puts to one key at the same
   * time, the one that ends last wins.
   *
   * @example
   * await store.put('a.txt', 'text', { meta: { mode: 0o644 } });
   * await store.put('big.iso', { file: '/data/big.iso' });
   * await store.put('log', process.stdin);
   * @throws CafsError `INVALID_KEY`, `RESERVED_KEY`; `INVALID_INPUT` for data or metadata of the wrong
   *   kind, and for a file that cannot be read; `CHANGED` where a file was written to meanwhile;
   *   `NO_SPACE`, `UNWRITABLE`
   */
  async put<M = Json>(
    key: string,
    data: Data,
    { meta, signal }: PutOptions<M> = {},
  ): Promise<Info> {
    this.#begin(signal);
    assertKey(key);
    const known = readData(data);
    const kept = meta === undefined ? {} : { meta: copyJson(meta) };
    return this.#guard.during(async () => {
      const info: Info = { ...(await this.#keep(known, signal)), ...kept };
      this.#index.entries.set(key, this.#located(key, info));
      return info;
    });
  }

  /**
   * Makes an entry for content that is on this disk already, under whatever key.
   *
   * @returns false where the content is not there: nothing has changed then
   * @throws as {@link Store.put}
   */
  async adopt<M = Json>(
    key: string,
    { digest, size, meta }: NewInfo<M>,
    { signal }: Abortable = {},
  ): Promise<boolean> {
    this.#begin(signal);
    assertKey(key);
    const kept = meta === undefined ? {} : { meta: copyJson(meta) };
    return this.#guard.during(() => {
      if (!this.#blobs.touch(digest) || this.#blobs.sizeOf(digest) !== size) return false;
      this.#index.entries.set(key, this.#located(key, { digest, size, ...kept }));
      return true;
    });
  }

  /**
   * The content of a key, verified against its digest. Content that this disk does not have, or has
   * damaged, is fetched from the remote where there is one, and kept.
   *
   * @throws NotFoundError where there is no such entry; CafsError `CONTENT_LOST` where there is one, and
   *   nobody has its content
   * @throws IntegrityError where the content is damaged and cannot be fetched: it was set aside
   */
  async get(key: string, { signal }: Abortable = {}): Promise<Buffer> {
    const entry = this.#require(key);
    return explained(key, this.#contents.get(entry, this.#begin(signal)));
  }

  /**
   * The content of a key as a stream of bytes, for content that is too large for memory.
   *
   * The stream fails rather than ends where the bytes turn out to be damaged: use nothing of it
   * before it has ended.
   *
   * @example
   * await pipeline(await store.getStream('big.iso'), createWriteStream('big.iso'));
   * @throws as {@link Store.get}
   */
  async getStream(key: string, { signal }: Abortable = {}): Promise<Readable> {
    const entry = this.#require(key);
    return explained(key, this.#contents.stream(entry, this.#begin(signal)));
  }

  /**
   * Gives the contents of many entries to a receiver, each content once: from this disk, else from
   * the remote, few requests at a time.
   */
  deliver(
    entries: Iterable<Entry>,
    receiver: Receiver,
    { signal, ...options }: DeliverOptions = {},
  ): Promise<void> {
    const signals = { signal: this.#begin(signal) };
    return this.#contents.deliver(entries, receiver, { ...options, ...signals });
  }

  /** What is known about a key, or undefined. */
  stat(key: string): Entry | undefined {
    return this.#index.entries.get(key);
  }

  /** Whether there is an entry. */
  exists(key: string): boolean {
    return this.#index.entries.has(key);
  }

  /** Removes an entry; its content stays until {@link Store.gc}. Gives whether it was there. */
  delete(key: string): boolean {
    this.#assertOpen();
    return this.#index.entries.delete(key);
  }

  /** Removes all entries. */
  clear(): void {
    this.#assertOpen();
    this.#index.entries.clear();
  }

  /**
   * Entries below a prefix as `[key relative to it, entry]`, sorted by the bytes of the keys. What
   * changes during the iteration does not show in it.
   *
   * @example
   * for (const [name, { size }] of store.list('src')) console.log(name, size);
   */
  *list(prefix = ''): Generator<[key: string, entry: Entry], void, undefined> {
    const skip = prefix === '' || prefix.endsWith('/') ? prefix.length : prefix.length + 1;
    for (const [key, entry] of this.#index.entries.range(prefix)) yield [key.slice(skip), entry];
  }

  /**
   * The digest of all that lies below a prefix: keys, contents and sizes, not metadata. `''` where
   * nothing does. Byte for byte what the Go package `cafs` computes for the prefix with its `/`.
   */
  hash(prefix: string): Digest | '' {
    return this.#index.entries.hash(prefix);
  }

  /**
   * The digests of a prefix and of all folders below it, in one pass: the way to compare two large
   * trees. Each is what {@link Store.hash} gives; a folder comes after what lies in it.
   *
   * @example
   * const before = new Map(store.hashes());
   * // ... changes ...
   * const changed = [...store.hashes()].filter(([folder, digest]) => before.get(folder) !== digest);
   */
  hashes(prefix = ''): Generator<[prefix: string, digest: Digest], void, undefined> {
    return this.#index.entries.hashes(prefix);
  }

  /** The digest of the whole store: `hash('')`. */
  root(): Digest | '' {
    return this.#index.entries.hash('');
  }

  /** Counts the entries and what of their contents is on this disk. */
  stats(): Stats {
    const sizes = new Map<Digest, number>();
    for (const [, { digest }] of this.#index.entries.range('')) {
      if (!sizes.has(digest)) sizes.set(digest, this.#blobs.sizeOf(digest) ?? -1);
    }
    const here = [...sizes.values()].filter((size) => size >= 0);
    const totalSize = here.reduce((sum, size) => sum + size, 0);
    return { entries: this.#index.entries.size, blobs: here.length, totalSize };
  }

  /**
   * The file that holds a content, for tools that want a path. Only read it: it is shared by all
   * that has this content. The bytes are not verified.
   *
   * @throws NotFoundError where it is not on this disk; CafsError `INVALID_DIGEST`
   */
  path(digest: Digest): string {
    const path = this.#blobs.path(parseDigest(digest));
    if (path !== undefined) return path;
    throw new NotFoundError(`There is no content ${digest} on this disk.`, {
      hint: 'Get it once: what comes from a remote is kept.',
    });
  }

  /**
   * Brings the index to the disk, and what other processes wrote to this namespace meanwhile into
   * this store.
   *
   * @throws CafsError `NO_SPACE`, `UNWRITABLE`: the changes stay in memory, and what is on disk stays
   *   as it was; `MALFORMED` where the index on disk was damaged meanwhile
   */
  async sync({ signal }: Abortable = {}): Promise<void> {
    await this.#index.sync(this.#begin(signal));
  }

  /**
   * Brings what was changed here to the remote's tags: entries that were put and entries that were
   * deleted since this store was in step with what a tag points to, by a push or a pull; everything,
   * where it never was. What others have pushed there meanwhile stays; where both changed a key, this
   * store's entry counts. Syncs first. The entries of this store stay as they are.
   *
   * A tag that does not exist, or that points to what this store has gone on from, holds exactly the
   * entries of this store afterwards. Where nothing has changed, nothing is sent.
   *
   * Registries cannot be told to move a tag only if nobody else has: unless `soleWriter` is set, a push
   * that has moved a tag looks at it again 1.5 seconds later, or more where the registry is slow, and
   * goes on where it was overwritten.
   *
   * @param args tags, and options; no tag: the tag of {@link Store.ref}
   * @example
   * await store.push();
   * await store.push('main', 'v1', { signal });
   * @throws NoRemoteError without a remote; NotFoundError where the content of an entry can be had
   *   nowhere (but see `skipLost`); CafsError `INVALID_REFERENCE` for what can be no tag;
   *   `INVALID_INPUT` for options; `REMOTE` where other writers are always faster; the remote's own errors. Where that was one of several tags, the others may have
   *   been moved.
   */
  async push(...args: PushArgs): Promise<void> {
    const upstream = this.#requireUpstream('push');
    const { tags, options } = readPushArgs(args);
    const signal = this.#begin(options.signal);
    // One after another: what one has written is known to the next.
    const before = this.#pushing;
    const turn = this.#travelling.during(async () => {
      await orAborted(before, signal);
      await this.#push(upstream, tags, { ...options, signal });
    });
    this.#pushing = Promise.allSettled([before, turn]);
    await turn;
  }

  async #push(upstream: Upstream, tags: string[], options: PushOptions): Promise<void> {
    const { signal } = options;
    await this.#index.sync(signal);
    const turn = await PushTurn.begin(this.#index, signal);
    const push = (): Promise<void> =>
      upstream.push({
        entries: turn.entries,
        lineage: turn.lineage,
        base: (known) => turn.base(known),
        source: this.#contents.source(signal),
        tags,
        options,
        remember: (reached) => turn.remember(reached),
        written: (where) => {
          turn.written(where);
        },
      });
    try {
      await keepingEverything(this.#layout, push, signal);
    } finally {
      await turn.end();
    }
  }

  /**
   * Brings what the remote's tag points to into this store: what was put and what was deleted there.
   * What was put or deleted here since the last push or pull, and not pushed, stays as it is; `discard`
   * gives it up. Of a tag that was begun anew nothing is known: what was deleted here comes back from
   * there. Contents come when they are asked for; with `contents`, all at once.
   *
   * @example
   * await store.pull(); // store.get, store.list, ... see what was pushed
   * @returns whether there is such a tag: nothing has changed otherwise
   * @throws NoRemoteError without a remote; NotFoundError where there is no such tag; CafsError
   *   `CONTENT_LOST` where a content that is to be fetched is gone: the others are here then;
   *   `INVALID_INPUT` for options; the remote's own errors
   */
  async pull(given: PullOptions = {}): Promise<boolean> {
    checkPullOptions(given);
    const upstream = this.#requireUpstream('pull');
    const signal = this.#begin(given.signal);
    return this.#travelling.during(async () => {
      if (!(await this.#pull(upstream, { ...given, signal }))) return false;
      if (given.contents === true) {
        await this.#contents.fetchAll([...this.#index.entries.range('')], signal);
      }
      return true;
    });
  }

  async #pull(
    upstream: Upstream,
    { ifExists, discard, signal }: Omit<PullOptions, 'contents'>,
  ): Promise<boolean> {
    for (;;) {
      const { lineage: asked } = this.#index;
      const known = discard === true ? [] : tellingNothing(asked);
      const pulled = await upstream.pull(known, signal);
      if (pulled === 'seen') return true;
      if (pulled === 'absent') {
        if (ifExists === true) return false;
        throw new NotFoundError(`There is nothing at ${upstream.ref}.`, { hint: 'Push it first.' });
      }
      const options = { asked, discard: discard === true, signal };
      // Each time round, a push or a pull of somebody else here has come to its end.
      if (await takePulled(this.#index, pulled, options)) return true;
    }
  }

  /**
   * Removes contents that no index of this cache folder names any more, neither this store's nor
   * one of another namespace or tag. Syncs first. What is being written stays, here and in other
   * processes: garbage that is younger than the oldest unfinished work is left for the next time.
   *
   * @example
   * const { removed, bytes } = await store.gc();
   * @throws CafsError `MALFORMED`, `UNSUPPORTED_VERSION` where an index cannot be read: nothing has
   *   been removed then
   */
  async gc({ signal }: Abortable = {}): Promise<Garbage> {
    await this.sync({ signal });
    return collectGarbage(this.#layout, {
      needed: this.#digests(),
      readIndex: digestsIn,
      signal: this.#signalOf(signal),
    });
  }

  /**
   * Reads all contents on this disk, and sets damaged ones aside: the next `get` fetches them from
   * the remote, the next `put` of the same content writes them anew.
   *
   * @example
   * for (const { digest, keys } of (await store.verify()).damaged) console.error(digest, keys);
   */
  verify({ signal, observer }: VerifyOptions = {}): Promise<Verification> {
    const options = { signal: this.#begin(signal), observer };
    return verifyStore(this.#layout, this.#blobs, () => this.#index.entries, options);
  }

  /**
   * Waits for puts, pushes and pulls that are under way, writes the index, and gives back everything.
   * Further calls do nothing. What is in memory can still be looked at: `stat`, `list`, `hash`.
   *
   * @throws as {@link Store.sync}: the store is still open then, and it can be tried again
   */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closing';
    try {
      await this.#travelling.settled();
      await this.#guard.settled();
      await this.#index.flush(undefined);
    } catch (error) {
      this.#state = 'open';
      throw error;
    }
    await this.#release();
  }

  /** Closes the store; what cannot be written is reported, and given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      await this.#release();
      throw error;
    }
  }

  async #release(): Promise<void> {
    this.#state = 'closed';
    await this.#guard.end();
    await this.#upstream?.close();
  }

  async #keep(
    data: ReturnType<typeof readData>,
    signal: AbortSignal | undefined,
  ): Promise<{ digest: Digest; size: number }> {
    const options = { signal: this.#signalOf(signal) };
    if ('file' in data) return this.#blobs.putFile(data.file, options);
    if ('chunks' in data) return this.#blobs.putStream(data.chunks, options);
    return { digest: this.#blobs.put(data.bytes), size: data.bytes.byteLength };
  }

  /** An entry that stays the same is still the one that the remote holds. */
  #located(key: string, info: Info): Entry {
    const before = this.#index.entries.get(key);
    const stays = before?.location !== undefined && isSame(before, info);
    return stays ? { ...info, location: before.location } : info;
  }

  *#digests(): Generator<Digest, void, undefined> {
    for (const [, { digest }] of this.#index.entries.range('')) yield digest;
  }

  #signalOf(signal: AbortSignal | undefined): AbortSignal | undefined {
    if (signal === undefined || this.#signal === undefined) return signal ?? this.#signal;
    return AbortSignal.any([signal, this.#signal]);
  }

  #require(key: string): Entry {
    this.#assertOpen();
    const entry = this.#index.entries.get(key);
    if (entry !== undefined) return entry;
    throw new NotFoundError(`There is no entry ${JSON.stringify(key)} in ${this.namespace}.`);
  }

  #requireUpstream(what: string): Upstream {
    this.#assertOpen();
    if (this.#upstream !== undefined) return this.#upstream;
    throw new NoRemoteError(`The store ${this.namespace} has no remote to ${what}.`, {
      hint: 'Open it with the option "remote", such as "ghcr.io/owner/repository/cache".',
    });
  }

  /** What every call does first; gives what stops it. */
  #begin(signal: AbortSignal | undefined): AbortSignal | undefined {
    this.#assertOpen();
    const stops = this.#signalOf(signal);
    stops?.throwIfAborted();
    return stops;
  }

  #assertOpen(): void {
    if (this.#state === 'open') return;
    throw new CafsError('CLOSED', `The store ${this.namespace} is closed.`, {
      hint: 'Open it again.',
    });
  }
}

/** Says of what could not be had that its entry is there. */
async function explained<T>(key: string, content: Promise<T>): Promise<T> {
  try {
    return await content;
  } catch (error) {
    throw explainLost(error, key);
  }
}

function bind(upstream: Upstream): Deliver {
  return (entries, receiver, options) => upstream.deliver(entries, receiver, options);
}
