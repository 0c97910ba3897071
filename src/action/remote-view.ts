import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';
import type { Entry } from '../store/entry.ts';
import type { Known } from '../sync/save-areas.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import type { Contribution, Contributions } from './merge.ts';
import { entriesByOwner, recordKey, unowned } from './ownership.ts';
import { type Session, openIndex, readTag } from './session.ts';
import { isForeign, isUnusable } from './unusable.ts';

/** A snapshot with its entries, by the subtree that they belong to. */
interface View {
  readonly snapshot: Snapshot;
  readonly contributions: Contributions;
  /** Entries that belong to no subtree. */
  readonly others: Contribution['entries'];
}

/** Which snapshots a save has to know beside the one that its tag points to. */
export interface ViewOptions {
  /** Digests of the snapshots that the main step restored from. */
  readonly served: Iterable<Digest>;
  /** Digests of snapshots whose content could not be had: nothing new may build on them. */
  readonly distrusted: Iterable<Digest>;
}

const EMPTY: Contributions = new Map();

/** What the remote holds that a save has to know. */
export class RemoteView implements Known {
  /** What the own tag points to; undefined: nothing. */
  readonly ownDigest: Digest | undefined;
  readonly #views: ReadonlyMap<Digest, View>;
  /** Snapshots that turned out to be damaged. */
  readonly distrusted: ReadonlySet<Digest>;
  readonly #entries = new Map<string, Entry>();
  readonly #locations = new Map<Digest, Location>();

  private constructor(
    ownDigest: Digest | undefined,
    views: ReadonlyMap<Digest, View>,
    distrusted: ReadonlySet<Digest>,
  ) {
    this.ownDigest = ownDigest;
    this.#views = views;
    this.distrusted = distrusted;
    for (const [digest, { contributions }] of views) {
      if (distrusted.has(digest)) continue;
      for (const { entries } of contributions.values()) this.#learn(entries, digest === ownDigest);
    }
  }

  /**
   * Reads the snapshots that are needed.
   *
   * @param own what the own tag points to; undefined: nothing
   */
  static async read(
    session: Session,
    own: Digest | undefined,
    options: ViewOptions,
  ): Promise<RemoteView> {
    const views = new Map<Digest, View>();
    const distrusted = new Set(options.distrusted);
    for (const digest of new Set([...options.served, ...(own === undefined ? [] : [own])])) {
      try {
        const view = await openView(session, digest);
        if (view !== undefined) views.set(digest, view);
      } catch (error) {
        // A damaged snapshot is replaced; that of a newer version, or something else, is not.
        if (!isUnusable(error) || isForeign(error)) throw error;
        distrusted.add(digest);
      }
    }
    return new RemoteView(own, views, distrusted);
  }

  /** The same, with nothing that could be built on: everything is uploaded anew. */
  distrustAll(): RemoteView {
    const own = this.ownDigest === undefined ? [] : [this.ownDigest];
    return new RemoteView(this.ownDigest, this.#views, new Set([...this.#views.keys(), ...own]));
  }

  /** Whether some snapshot turned out to be damaged. */
  get isDamaged(): boolean {
    return this.distrusted.size > 0;
  }

  /** What the own tag's snapshot holds beside subtrees, as far as it can be built on. */
  get others(): Contribution['entries'] {
    return this.#trusted(this.ownDigest)?.others ?? [];
  }

  /** What the own tag's snapshot holds, as far as it can be built on. */
  get held(): Contributions {
    return this.#trusted(this.ownDigest)?.contributions ?? EMPTY;
  }

  /** The own tag's snapshot, if it can be built on. */
  get own(): Snapshot | undefined {
    return this.#trusted(this.ownDigest)?.snapshot;
  }

  entry(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  location(digest: Digest): Location | undefined {
    return this.#locations.get(digest);
  }

  /** A snapshot that can be built on. */
  snapshot(digest: Digest): Snapshot | undefined {
    return this.#trusted(digest)?.snapshot;
  }

  /** What a snapshot holds of a subtree, and whether that can be built on. */
  contribution(
    digest: Digest,
    name: string,
  ): { readonly contribution: Contribution; readonly isTrusted: boolean } | undefined {
    const contribution = this.#views.get(digest)?.contributions.get(name);
    return contribution && { contribution, isTrusted: !this.distrusted.has(digest) };
  }

  #trusted(digest: Digest | undefined): View | undefined {
    return digest === undefined || this.distrusted.has(digest)
      ? undefined
      : this.#views.get(digest);
  }

  #learn(entries: Contribution['entries'], isOwn: boolean): void {
    for (const [key, entry] of entries) {
      if (isOwn || !this.#entries.has(key)) this.#entries.set(key, entry);
      if (entry.location !== undefined) this.#locations.set(entry.digest, entry.location);
    }
  }
}

async function openView(session: Session, digest: Digest): Promise<View | undefined> {
  const snapshot = await readTag(session, digest);
  if (snapshot === undefined) return undefined;
  const store = await openIndex(session, snapshot);
  const owned = entriesByOwner(store.list(), snapshot.config, session.environment.roots);
  const contributions = snapshot.config.subtrees.map((description): [string, Contribution] => {
    const entries = owned.get(description.name) ?? [];
    const key = description.fingerprint === null ? undefined : recordKey(description.fingerprint);
    const record = key === undefined ? undefined : store.stat(key);
    const withRecord =
      key === undefined || record === undefined ? entries : [...entries, [key, record] as const];
    return [description.name, { description, entries: withRecord }];
  });
  const others = unowned(store.list(), owned);
  return { snapshot, contributions: new Map(contributions), others };
}
