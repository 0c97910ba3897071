import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { NotFoundError } from '../errors.ts';
import { formatCount } from '../format.ts';
import type { Location, PackRef } from '../location.ts';
import type { Observer } from '../observe.ts';
import type { Remote } from '../oci/remote.ts';
import { quoted } from '../quoted.ts';
import type { Index } from '../store/entry-index.ts';
import type { Entry } from '../store/entry.ts';
import type { Source } from '../store/upstream.ts';
import type { OpenedSnapshots } from './opened-snapshots.ts';
import { placeContents, relocate } from './place-contents.ts';
import type { Carrier } from './segments.ts';

/** What contents are placed with. */
export interface PlacementContext {
  readonly remote: Remote;
  readonly concurrency?: number | undefined;
  readonly observer?: Observer | undefined;
  readonly source: Source;
  /** Snapshots that may know where contents lie. */
  readonly opened: OpenedSnapshots;
  /** The tag that may know of more, if no snapshot is open. */
  readonly ownTag: string;
  /** Whether the remote is asked for each pack, also for those that a tag's snapshot names. */
  readonly asks: boolean;
  /** Whether an entry came from a remote as it is. */
  readonly isOthers: (key: string, entry: Entry) => boolean;
  /** Whether entries of others are left out whose contents nobody has. */
  readonly skipsLost: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An entry that was left out. */
export type LeftOut = readonly [key: string, digest: Digest];

/** Entries whose contents are in the remote. */
export interface PlacedEntries {
  readonly entries: Index;
  /** Those that were left out since nobody has their contents. */
  readonly leftOut: readonly LeftOut[];
  /** Whether these are the same entries that were to be placed. */
  readonly isSame: boolean;
}

/** Requests at the same time that ask whether a pack is there. */
const LOOKS = 8;

/** Where the contents of a push lie in a remote: each is uploaded once, whichever tags need it. */
export class Placement {
  readonly #context: PlacementContext;
  /** Where contents lie that were uploaded, or found in a snapshot. */
  readonly #places = new Map<Digest, Location>();
  /** Packs that the remote has: a tag of it names them, or it was asked. */
  readonly #there = new Set<Digest>();
  readonly #lost = new Set<Digest>();
  /** Packs whose contents were put into new ones. */
  #replaced: ReadonlySet<Digest> = new Set();
  #hasCompacted = false;
  readonly #trusted = new Set<Carrier>();

  constructor(context: PlacementContext) {
    this.#context = context;
  }

  /**
   * Sees to it that the remote has all contents.
   *
   * @param held what the tag holds now
   * @throws NotFoundError where the content of an entry of this store can be had nowhere
   */
  async place(entries: Index, held: Carrier | undefined): Promise<PlacedEntries> {
    await this.#lookForPacks(entries);
    const kept = this.#placed(entries.withoutLocations(({ digest }) => this.#lost.has(digest)));
    await this.#find(kept);
    const placed = this.#leaveOut(this.#placed(kept), held);
    if (held?.index.entries.hasSameEntries(placed.entries) === true) return placed;
    await this.#upload(placed.entries);
    const where = { places: this.#places, replaced: this.#replaced };
    return { ...placed, entries: relocate(placed.entries, where) };
  }

  /**
   * Entries with where their contents lie by now.
   *
   * @param results where they were placed already
   */
  located(entries: Index, results: readonly Index[]): Index {
    const isOld = ({ digest }: PackRef): boolean =>
      this.#lost.has(digest) || this.#replaced.has(digest);
    return entries.withoutLocations(isOld).located((key, { digest }) => {
      const place = this.#places.get(digest);
      if (place !== undefined) return place;
      const same = results.map((result) => result.get(key)).find((one) => one?.digest === digest);
      return same?.location;
    });
  }

  /** Entries that lie nowhere, with their places. */
  #placed(entries: Index): Index {
    return entries.placed(this.#places);
  }

  /** Learns which packs the remote has. */
  async #lookForPacks(entries: Index): Promise<void> {
    const { remote, signal } = this.#context;
    this.#trustOpened();
    const unknown = entries
      .packRefs()
      .filter(({ digest }) => !this.#there.has(digest) && !this.#lost.has(digest));
    await pMap(
      unknown,
      async ({ digest, size }) => {
        const isThere = await remote.hasBlob(digest, { size, signal });
        (isThere ? this.#there : this.#lost).add(digest);
      },
      { concurrency: LOOKS },
    );
  }

  /** What the manifests of tags name is there, unless the remote has shown that it loses things. */
  #trustOpened(): void {
    const { asks, opened } = this.#context;
    if (asks) return;
    for (const carrier of opened.all) {
      if (this.#trusted.has(carrier)) continue;
      this.#trusted.add(carrier);
      for (const { digest } of carrier.snapshot.manifest.layers) this.#there.add(digest);
    }
  }

  /** Looks for contents in the snapshots that were read, or else in the one at the own tag. */
  async #find(entries: Index): Promise<void> {
    const { opened, ownTag, asks } = this.#context;
    const wanted = new Set<Digest>();
    for (const [, { digest }] of entries.unlocated()) wanted.add(digest);
    if (wanted.size === 0) return;
    if (opened.all.length === 0 && !asks) await opened.tryTag(ownTag);
    this.#trustOpened();
    for (const { index } of opened.all) {
      for (const [, { digest, location }] of index.entries.withContents(wanted)) {
        if (location === undefined || !wanted.has(digest)) continue;
        if (!location.frames.every(({ pack }) => this.#there.has(pack.digest))) continue;
        this.#places.set(digest, location);
        wanted.delete(digest);
      }
    }
  }

  /**
   * Takes what the tag holds in the place of what others had made before, and nobody has any more; leaves
   * out what there is nothing for.
   */
  #leaveOut(entries: Index, held: Carrier | undefined): PlacedEntries {
    const { remote, source, isOthers, skipsLost, observer } = this.#context;
    const lost: LeftOut[] = [];
    const newer: [string, Entry][] = [];
    for (const [key, entry] of entries.unlocated()) {
      if (source.has(entry)) continue;
      const there = held?.index.entries.get(key);
      const isThere = there?.digest === entry.digest;
      if (!isThere && !isOthers(key, entry)) {
        throw new NotFoundError(
          `The content of ${quoted(key)} (${entry.digest}) can be had neither from this disk nor from ${remote.name}.`,
          { hint: 'Put it again, or delete the entry.' },
        );
      }
      if (there !== undefined && !isThere && this.#has(there)) newer.push([key, there]);
      else lost.push([key, entry.digest]);
    }
    if (lost.length === 0 && newer.length === 0) return { entries, leftOut: lost, isSame: true };
    if (lost.length > 0 && !skipsLost) throw lostByRemote(remote, keysOf(lost));
    const rest = entries.copy();
    for (const [key, entry] of newer) rest.set(key, entry);
    for (const [key] of lost) rest.delete(key);
    if (lost.length > 0) {
      observer?.({
        kind: 'warning',
        message: `${lossOf(remote, keysOf(lost))} They are left out.`,
      });
    }
    return { entries: rest, leftOut: lost, isSame: false };
  }

  /** Whether the remote has an entry's content, as far as is known. */
  #has({ location }: Entry): boolean {
    return location?.frames.every(({ pack }) => this.#there.has(pack.digest)) === true;
  }

  /** Uploads what lies nowhere; once in a push, packs are chosen that are written anew along with it. */
  async #upload(entries: Index): Promise<void> {
    const { remote, concurrency, observer, source, signal } = this.#context;
    const compacts = !this.#hasCompacted;
    this.#hasCompacted = true;
    const { places, replaced } = await placeContents(remote, entries, source, {
      ...(concurrency === undefined ? {} : { concurrency }),
      compacts,
      observer,
      signal,
    });
    if (compacts) this.#replaced = replaced;
    for (const [digest, location] of places) {
      this.#places.set(digest, location);
      for (const { pack } of location.frames) this.#there.add(pack.digest);
    }
  }
}

function lossOf(remote: Remote, lost: readonly string[]): string {
  const count = formatCount(lost.length, 'entry', 'entries');
  return `${remote.name} has lost the contents of ${count} that are not on this disk, ${quoted(lost[0] ?? '')} among them.`;
}

function lostByRemote(remote: Remote, lost: readonly string[]): NotFoundError {
  return new NotFoundError(lossOf(remote, lost), {
    hint:
      'A push with `repair` from a machine that has them brings them back. Without them: put or delete ' +
      'these entries, or push with `skipLost`, as machines do of which each has what the others have lost.',
  });
}

function keysOf(lost: readonly LeftOut[]): string[] {
  return lost.map(([key]) => key);
}
