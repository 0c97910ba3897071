import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';
import type { Entry } from '../store/entry.ts';
import type { Known } from '../sync/save-areas.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import type { Contribution } from './merge.ts';
import { entriesByOwner, recordKey } from './ownership.ts';
import { type Session, openIndex, readTag } from './session.ts';

/** A snapshot's entries, by the subtree that they belong to. */
interface View {
  readonly snapshot: Snapshot;
  readonly contributions: ReadonlyMap<string, Contribution>;
}

/** What the remote holds that a save has to know: the snapshot to be replaced, and those in use. */
export class RemoteView implements Known {
  /** What the own tag points to. */
  readonly own: View | undefined;
  readonly #served: ReadonlyMap<Digest, View>;
  readonly #entries = new Map<string, Entry>();
  readonly #locations = new Map<Digest, Location>();

  private constructor(own: View | undefined, served: ReadonlyMap<Digest, View>) {
    this.own = own;
    this.#served = served;
    for (const view of [...served.values(), ...(own === undefined ? [] : [own])]) {
      for (const { entries } of view.contributions.values()) {
        for (const [key, entry] of entries) {
          this.#entries.set(key, entry);
          if (entry.location !== undefined) this.#locations.set(entry.digest, entry.location);
        }
      }
    }
  }

  /** @param served digests of the snapshots that the main step restored from */
  static async read(session: Session, tag: string, served: Iterable<Digest>): Promise<RemoteView> {
    const views = new Map<Digest, View>();
    for (const digest of new Set(served)) {
      const view = await openView(session, digest);
      if (view !== undefined) views.set(digest, view);
    }
    const now = await session.remote.resolve(tag);
    const own =
      now === undefined
        ? undefined
        : (views.get(now.digest) ?? (await openView(session, now.digest)));
    return new RemoteView(own, views);
  }

  entry(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  location(digest: Digest): Location | undefined {
    return this.#locations.get(digest);
  }

  /** A snapshot that the main step restored from. */
  snapshot(digest: Digest): Snapshot | undefined {
    return this.#served.get(digest)?.snapshot;
  }

  /** What such a snapshot holds of a subtree. */
  contribution(digest: Digest, name: string): Contribution | undefined {
    return this.#served.get(digest)?.contributions.get(name);
  }
}

async function openView(session: Session, digest: Digest): Promise<View | undefined> {
  const snapshot = await readTag(session, digest);
  if (snapshot === undefined) return undefined;
  const { store } = await openIndex(session, snapshot);
  const owned = entriesByOwner(store.list(), snapshot.config, session.environment.roots);
  const contributions = snapshot.config.subtrees.map((description): [string, Contribution] => {
    const entries = owned.get(description.name) ?? [];
    const key = description.fingerprint === null ? undefined : recordKey(description.fingerprint);
    const record = key === undefined ? undefined : store.stat(key);
    const withRecord =
      key === undefined || record === undefined ? entries : [...entries, [key, record] as const];
    return [description.name, { description, entries: withRecord }];
  });
  return { snapshot, contributions: new Map(contributions) };
}
