import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { NotFoundError, hasCode } from '../errors.ts';
import type { Location } from '../location.ts';
import type { Observer } from '../observe.ts';
import type { Remote } from '../oci/remote.ts';
import { parseTag } from '../oci/reference.ts';
import type { Content } from '../pack/content.ts';
import { quoted } from '../quoted.ts';
import type { Blobs } from '../store/blobs.ts';
import type { DeliverOptions, Receiver } from '../store/deliver.ts';
import type { Index } from '../store/entry-index.ts';
import type { Entry } from '../store/entry.ts';
import type { PushRequest, Pushed, Upstream } from '../store/upstream.ts';
import { downloadContents } from './download.ts';
import { publish } from './publish.ts';
import { readIndex, readSnapshot } from './snapshot.ts';
import { uploadContents } from './upload.ts';

/** How a store works with its remote. */
export interface UpstreamOptions {
  /** Keeps manifests and configs, so that they are fetched once. */
  readonly blobs: Blobs;
  readonly concurrency?: number | undefined;
  readonly observer?: Observer | undefined;
}

/** Content of no bytes lies nowhere. */
const NOWHERE: Location = { frames: [], offset: 0 };

/** One tag of a remote, as a store pushes to it and pulls from it. */
export class TagUpstream implements Upstream {
  readonly #remote: Remote;
  readonly #tag: string;
  readonly #options: UpstreamOptions;

  constructor(remote: Remote, tag: string, options: UpstreamOptions) {
    this.#remote = remote;
    this.#tag = tag;
    this.#options = options;
  }

  get ref(): string {
    return `${this.#remote.name}:${this.#tag}`;
  }

  deliver(
    entries: Iterable<Entry>,
    receiver: Receiver,
    options: DeliverOptions = {},
  ): Promise<void> {
    const { concurrency, observer } = this.#options;
    const defaults = {
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(observer === undefined ? {} : { observer }),
    };
    return downloadContents(this.#remote, entries, receiver, { ...defaults, ...options });
  }

  async push(request: PushRequest): Promise<Pushed> {
    const { tags } = request;
    const targets = tags.length === 0 ? [this.#tag] : [...new Set(tags.map(parseTag))];
    const known = await this.#locationsAt(targets, request.signal);
    let located: [string, Entry][];
    try {
      located = await this.#publish(request, targets, known);
    } catch (error) {
      // A remote that has lost what its own tags need gets it again.
      if (!hasCode(error, 'NOT_FOUND') || !(await this.#forgetLost(known, request.signal)))
        throw error;
      located = await this.#publish(request, targets, known);
    }
    return {
      ownTag: targets.includes(this.#tag),
      locations: new Map(located.map(([, { digest, location }]) => [digest, location ?? NOWHERE])),
    };
  }

  async pull(signal?: AbortSignal): Promise<Index | undefined> {
    const { blobs } = this.#options;
    const snapshot = await readSnapshot(this.#remote, this.#tag, { blobs, signal });
    if (snapshot === undefined) return undefined;
    return readIndex(this.#remote, snapshot, { signal });
  }

  /** Uploads what is not known to be in the remote, and points the tags at a snapshot of all. */
  async #publish(
    { entries, signal, ...contents }: PushRequest,
    tags: readonly string[],
    known: Map<Digest, Location>,
  ): Promise<[string, Entry][]> {
    const { concurrency, observer } = this.#options;
    const wanted = contentsToUpload(entries, known, contents, this.#remote.name);
    const uploaded = await uploadContents(this.#remote, wanted, {
      ...(concurrency === undefined ? {} : { concurrency }),
      observer,
      signal,
    });
    for (const [digest, location] of uploaded) known.set(digest, location);
    const located = entries.map(([key, entry]): [string, Entry] => {
      const location = entry.size === 0 ? NOWHERE : known.get(entry.digest);
      return [key, location === undefined ? entry : { ...entry, location }];
    });
    const draft = {
      entries: located,
      subtrees: [],
      prefixes: topFolders(entries),
      annotations: {},
    };
    await publish(this.#remote, draft, { tags }, { signal });
    return located;
  }

  /** Forgets locations in packs that the remote does not have; gives whether there were any. */
  async #forgetLost(
    known: Map<Digest, Location>,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const packs = new Set<Digest>();
    for (const { frames } of known.values()) for (const { pack } of frames) packs.add(pack.digest);
    const lost = new Set<Digest>();
    await pMap(
      packs,
      async (pack) => {
        if (!(await this.#remote.hasBlob(pack, { signal }))) lost.add(pack);
      },
      { concurrency: this.#options.concurrency ?? 4 },
    );
    for (const [digest, { frames }] of known) {
      if (frames.some(({ pack }) => lost.has(pack.digest))) known.delete(digest);
    }
    return lost.size > 0;
  }

  close(): Promise<void> {
    return this.#remote.close();
  }

  /**
   * Where contents lie that the snapshots at these tags hold. Nothing else is relied on: a pack that
   * no tag names may be gone.
   */
  async #locationsAt(
    tags: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Map<Digest, Location>> {
    const { blobs } = this.#options;
    const locations = new Map<Digest, Location>();
    for (const tag of new Set([...tags, this.#tag])) {
      const snapshot = await readSnapshot(this.#remote, tag, { blobs, signal });
      if (snapshot === undefined) continue;
      const index = await readIndex(this.#remote, snapshot, { signal });
      for (const [, entry] of index.range('')) {
        if (entry.location !== undefined) locations.set(entry.digest, entry.location);
      }
    }
    return locations;
  }
}

/** Each content that the remote does not have, once. */
function contentsToUpload(
  entries: PushRequest['entries'],
  known: ReadonlyMap<Digest, Location>,
  { has, read }: Pick<PushRequest, 'has' | 'read'>,
  remote: string,
): Content[] {
  const contents = new Map<Digest, Content>();
  for (const [key, entry] of entries) {
    const { digest, size } = entry;
    if (size === 0 || known.has(digest) || contents.has(digest)) continue;
    if (!has(entry)) {
      throw new NotFoundError(
        `The content of ${quoted(key)} (${digest}) can be had neither from this disk nor from ${remote}.`,
        { hint: 'Put it again, or delete the entry.' },
      );
    }
    contents.set(digest, { digest, size, read: () => read(entry) });
  }
  return [...contents.values()];
}

/** The prefixes of the first level: what most readers compare. */
function topFolders(entries: PushRequest['entries']): string[] {
  const folders = new Set<string>();
  for (const [key] of entries) {
    const slash = key.indexOf('/');
    if (slash > 0) folders.add(key.slice(0, slash + 1));
  }
  return [...folders];
}
