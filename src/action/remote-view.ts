import type { Digest } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { Location } from '../location.ts';
import type { Entry } from '../store/entry.ts';
import { findLostBlobs } from '../sync/lost-blobs.ts';
import type { Known } from '../sync/save-areas.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { type Losses, liesIn, withoutPacks } from './losses.ts';
import { type Contribution, type Contributions, holds } from './merge.ts';
import { entriesByOwner, recordKey, unowned } from './ownership.ts';
import { type Session, openIndex, readTag } from './session.ts';
import { isDamaged } from '../sync/unusable.ts';

/** A snapshot with its entries, by the subtree that they belong to. */
interface View {
  readonly snapshot: Snapshot;
  readonly contributions: Contributions;
  /** Entries that belong to no subtree. */
  readonly others: Contribution['entries'];
}

/** What a save has to know beside what its tag points to. */
export interface ViewOptions {
  /** Digests of the snapshots that the main step restored from. */
  readonly served: Iterable<Digest>;
  /** Packs whose contents could not be had, or not all of them: nothing new may build on them. */
  readonly suspects: Iterable<Digest>;
  /** Whether the remote is asked for each blob that the snapshots name: it has shown that it loses some. */
  readonly asks: boolean;
  /** Whether the own tag's snapshot is what it is taken for; one that is not is replaced. Default: it is. */
  readonly accepts?: (own: Snapshot) => boolean;
}

/** What was found in the remote. */
interface Findings {
  /** What the own tag points to; undefined: nothing. */
  readonly ownDigest: Digest | undefined;
  readonly views: ReadonlyMap<Digest, View>;
  /** Whether a snapshot cannot be read. */
  readonly hasUnreadable: boolean;
  /** Blobs that snapshots name, and that are gone. */
  readonly lost: ReadonlySet<Digest>;
}

/** What the remote holds that a save has to know. */
export class RemoteView implements Known {
  readonly ownDigest: Digest | undefined;
  readonly options: ViewOptions;
  /** What the own tag's snapshot holds: subtrees that are there as a whole. */
  readonly held: Contributions;
  /** What the own tag's snapshot holds beside subtrees. */
  readonly others: Contribution['entries'];
  /** What the own tag's snapshot names that is gone. */
  readonly losses: Losses;
  /** Whether something of what was read is damaged, or gone. */
  readonly isDamaged: boolean;
  readonly #views: ReadonlyMap<Digest, View>;
  readonly #lost: ReadonlySet<Digest>;
  /** Packs that nothing new may build on. */
  readonly #unsound: ReadonlySet<Digest>;
  readonly #entries = new Map<string, Entry>();
  readonly #locations = new Map<Digest, Location>();

  private constructor({ ownDigest, views, hasUnreadable, lost }: Findings, options: ViewOptions) {
    this.ownDigest = ownDigest;
    this.options = options;
    this.#views = views;
    this.#lost = lost;
    this.#unsound = new Set([...lost, ...options.suspects]);
    this.isDamaged = hasUnreadable || this.#unsound.size > 0;
    for (const [digest, { contributions }] of views) {
      for (const { entries } of contributions.values()) this.#learn(entries, digest === ownDigest);
    }
    const own = ownDigest === undefined ? undefined : views.get(ownDigest);
    const held = [...(own?.contributions.values() ?? [])].flatMap(
      (one) => withoutPacks(one, lost) ?? [],
    );
    this.held = new Map(held.map((one) => [one.description.name, one]));
    this.others = own?.others.filter(([, entry]) => !liesIn(entry, lost)) ?? [];
    this.losses = {
      subtrees: [...(own?.contributions.keys() ?? [])].filter((name) => !this.held.has(name)),
      keys: own?.others.flatMap(([key, entry]) => (liesIn(entry, lost) ? [key] : [])) ?? [],
    };
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
    let hasUnreadable = false;
    for (const digest of new Set([...options.served, ...(own === undefined ? [] : [own])])) {
      try {
        const view = await openTwice(session, digest);
        const isAccepted =
          view !== undefined && (digest !== own || options.accepts?.(view.snapshot) !== false);
        if (isAccepted) views.set(digest, view);
      } catch (error) {
        // A damaged snapshot is replaced; that of a newer version, or something else, is not.
        if (!isDamaged(error)) throw error;
        hasUnreadable = true;
        const message = `The snapshot ${digest} is not used: ${describeError(error)}`;
        session.observer({ kind: 'warning', message });
      }
    }
    const manifests = [...views.values()].map(({ snapshot: { manifest } }) => manifest);
    const lost = options.asks ? await findLostBlobs(session.remote, manifests) : new Set<Digest>();
    return new RemoteView({ ownDigest: own, views, hasUnreadable, lost }, options);
  }

  /** The own tag's snapshot, if it can be read. */
  get own(): Snapshot | undefined {
    return this.ownDigest === undefined ? undefined : this.#views.get(this.ownDigest)?.snapshot;
  }

  /** Whether all that the own tag's snapshot names is there, as far as the remote was asked. */
  get isOwnWhole(): boolean {
    return this.own !== undefined && this.#isWhole(this.own);
  }

  entry(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  location(digest: Digest): Location | undefined {
    return this.#locations.get(digest);
  }

  /** A snapshot that further tags can be pointed at. */
  snapshot(digest: Digest): Snapshot | undefined {
    const snapshot = this.#views.get(digest)?.snapshot;
    return snapshot && this.#isWhole(snapshot) ? snapshot : undefined;
  }

  /** The snapshot that all was restored from, where there is one alone. */
  get onlyServed(): Snapshot | undefined {
    const [digest, ...others] = new Set(this.options.served);
    return digest === undefined || others.length > 0 ? undefined : this.snapshot(digest);
  }

  /** What a snapshot says of a subtree, whether its contents are there or not. */
  told(digest: Digest, name: string): Contribution | undefined {
    return this.#views.get(digest)?.contributions.get(name);
  }

  /** What a snapshot holds of a subtree; undefined where it is not all there. */
  contribution(digest: Digest, name: string): Contribution | undefined {
    const told = this.told(digest, name);
    return told && withoutPacks(told, this.#lost);
  }

  /** Whether the own tag's snapshot holds exactly this already. */
  holds(contribution: Contribution): boolean {
    return holds(this.held, contribution);
  }

  /** Whether it does, and what was just uploaded is not needed in the place of something damaged. */
  holdsSound(contribution: Contribution): boolean {
    return this.sound(contribution.description.name) !== undefined && this.holds(contribution);
  }

  /** What the own tag's snapshot holds of a subtree, where nothing of it is damaged or gone. */
  sound(name: string): Contribution | undefined {
    const known = this.held.get(name);
    const isUnsound = known?.entries.some(([, entry]) => liesIn(entry, this.#unsound)) === true;
    return isUnsound ? undefined : known;
  }

  #isWhole({ manifest }: Snapshot): boolean {
    return ![manifest.config, ...manifest.layers].some(({ digest }) => this.#lost.has(digest));
  }

  #learn(entries: Contribution['entries'], isOwn: boolean): void {
    for (const [key, entry] of entries) {
      if (liesIn(entry, this.#unsound)) continue;
      if (isOwn || !this.#entries.has(key)) this.#entries.set(key, entry);
      if (entry.location !== undefined) this.#locations.set(entry.digest, entry.location);
    }
  }
}

/**
 * A snapshot that cannot be read is replaced, with all that others have saved to it: that a registry was wrong
 * once is not enough.
 */
async function openTwice(session: Session, digest: Digest): Promise<View | undefined> {
  try {
    return await openView(session, digest);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    session.indexes.delete(digest);
    return openView(session, digest);
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
