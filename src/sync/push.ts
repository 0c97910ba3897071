import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { NotFoundError, hasCode } from '../errors.ts';
import type { Location, PackRef } from '../location.ts';
import type { Observer } from '../observe.ts';
import type { Remote } from '../oci/remote.ts';
import { quoted } from '../quoted.ts';
import type { Blobs } from '../store/blobs.ts';
import { Index } from '../store/entry-index.ts';
import { type InStep, ancestors } from '../store/lineage.ts';
import type { PushRequest, Pushed } from '../store/upstream.ts';
import { type Look, type Moved, moveTag } from './move-tag.ts';
import { placeContents, relocate, unlocated } from './place-contents.ts';
import type { Draft } from './publish.ts';
import type { Carrier } from './segments.ts';
import { type Snapshot, readIndex, readSnapshot, segmentsOf } from './snapshot.ts';

/** What a push needs beside what it brings. */
export interface PushContext {
  readonly remote: Remote;
  /** Keeps manifests, configs and segments, so that they are fetched once. */
  readonly blobs: Blobs;
  /** The tag that the store is pulled from. */
  readonly ownTag: string;
  readonly concurrency?: number | undefined;
  readonly observer?: Observer | undefined;
  /** See `MoveOptions`. */
  readonly windowMs?: number | undefined;
}

/** Requests at the same time that ask whether a pack is there. */
const LOOKS = 8;

interface TagLook extends Look {
  readonly tag: string;
  /** Nothing has changed here since this store was in step with what is there. */
  readonly isRight: boolean;
}

/** One push of a store's entries to tags of a remote. */
export class Push {
  readonly #context: PushContext;
  readonly #request: PushRequest;
  /** Where contents lie that were uploaded, or found in a snapshot. */
  readonly #places = new Map<Digest, Location>();
  /** Packs that the remote has: a tag of it names them, or it was asked. */
  readonly #there = new Set<Digest>();
  readonly #lost = new Set<Digest>();
  /** Whether something was left out since nobody has its content. */
  #hasDropped = false;
  /** Packs whose contents were put into new ones. */
  #replaced: ReadonlySet<Digest> = new Set();
  #hasCompacted = false;
  readonly #carriers = new Map<Digest, Carrier>();
  /** What tags held that are to hold exactly the entries of this store. */
  readonly #common = new Set<Carrier>();
  /** All entries of this store, with where their contents lie; undefined: no tag was to hold them yet. */
  #whole: Index | undefined;
  /** By the base: whether it is what this store holds. */
  readonly #unchanged = new Map<Digest, boolean>();
  /** By tag: the last result. */
  readonly #results = new Map<string, Index>();
  /** Proposals are made one after another, so that nothing is uploaded twice. */
  #turn: Promise<unknown> = Promise.resolve();
  /** No tag's word is taken for what the remote has. */
  #asks: boolean;
  #failure: unknown;

  constructor(context: PushContext, request: PushRequest) {
    this.#context = context;
    this.#request = request;
    this.#asks = request.options.repair === true;
  }

  async to(tags: readonly string[]): Promise<Pushed> {
    let moved: Moved[];
    try {
      moved = await this.#move(tags);
    } catch (error) {
      // The remote has lost what its own tags need: what is here is uploaded again.
      if (!hasCode(error, 'NOT_FOUND') || error === this.#failure || this.#asks) throw error;
      this.#asks = true;
      this.#there.clear();
      this.#whole = undefined;
      moved = await this.#move(tags);
    }
    const reached = moved.flatMap((one, i) => this.#reached(tags[i] ?? '', one));
    return { located: reached.length === 0 ? undefined : this.#located(), reached };
  }

  async #move(tags: readonly string[]): Promise<Moved[]> {
    const looks = await Promise.all(tags.map((tag) => this.#look(tag)));
    for (const { seen } of looks) {
      if (seen !== undefined) this.#remember(await this.#open(seen));
    }
    const sent = new Map<Digest, Promise<void>>();
    const moves = looks.map((look) => this.#moveFrom(look, sent));
    const ends = await Promise.allSettled(moves);
    return ends.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  }

  /** Where a tag points; what it points to is read only where that is not what this store holds. */
  async #look(tag: string): Promise<TagLook> {
    const { remote, blobs } = this.#context;
    const { signal } = this.#request.options;
    const at = (await remote.resolve(tag, { signal }))?.digest;
    if (at === undefined) return { tag, at, seen: undefined, isRight: false };
    if (!this.#asks && this.#isUnchangedSince(at))
      return { tag, at, seen: undefined, isRight: true };
    const seen = await readSnapshot(remote, tag, { at, blobs, signal });
    return { tag, at, seen, isRight: false };
  }

  async #moveFrom(first: TagLook, sent: Map<Digest, Promise<void>>): Promise<Moved> {
    if (first.isRight) return { snapshot: first.at, merged: [], isNew: false };
    const { remote, blobs, windowMs } = this.#context;
    const { soleWriter, signal } = this.#request.options;
    const propose = (seen: Snapshot | undefined): Promise<Draft | undefined> =>
      this.#inTurn(() => this.#propose(first.tag, seen));
    return moveTag(remote, first.tag, propose, {
      blobs,
      first,
      sent,
      soleWriter,
      windowMs,
      signal,
    });
  }

  /**
   * Tags that are to hold the same go on from all that any of them holds, so that they get the very same
   * snapshot: whoever pulls one of them knows the others.
   */
  #remember(held: Carrier): void {
    if (!isEqual(this.#merge(held), this.#request.entries)) return;
    this.#common.add(held);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Whether nothing has changed here since this store was in step with a snapshot. */
  #isUnchangedSince(snapshot: Digest): boolean {
    const { entries, lineage, base } = this.#request;
    const known = lineage.known.find((one) => one.snapshot === snapshot);
    if (known === undefined) return false;
    const isUnchanged = this.#unchanged.get(known.base) ?? isEqual(base(known), entries);
    this.#unchanged.set(known.base, isUnchanged);
    return isUnchanged;
  }

  /** What a tag is to point to next; undefined: what it points to is right. */
  async #propose(tag: string, seen: Snapshot | undefined): Promise<Draft | undefined> {
    try {
      const held = seen && (await this.#open(seen));
      const result = held === undefined ? this.#request.entries : this.#merge(held);
      const located = await this.#placeOf(result, held);
      this.#results.set(tag, located);
      if (held !== undefined && (await this.#isRight(located, held))) return undefined;
      return await this.#draft(located, held);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /**
   * Tags that are to hold exactly this store's entries name the same packs, though what they held until
   * now may have named others: only then is it the same snapshot.
   */
  async #placeOf(result: Index, held: Carrier | undefined): Promise<Index> {
    if (!isEqual(result, this.#request.entries)) return this.#locate(result, held);
    return (this.#whole ??= await this.#locate(result, held));
  }

  /** Whether a tag may stay at what it points to. */
  async #isRight(entries: Index, held: Carrier): Promise<boolean> {
    if (!this.#asks) return isEqual(held.index.entries, entries);
    return isSame(held.index.entries, entries) && !(await this.#hasLostIndex(held));
  }

  /** Whether the remote does not have what tells of a snapshot's entries, though this disk does. */
  async #hasLostIndex({ snapshot }: Carrier): Promise<boolean> {
    const { remote } = this.#context;
    const { signal } = this.#request.options;
    const blobs = [snapshot.manifest.config, ...segmentsOf(snapshot)];
    const found = await Promise.all(blobs.map(({ digest }) => remote.hasBlob(digest, { signal })));
    return found.includes(false);
  }

  async #draft(entries: Index, held: Carrier | undefined): Promise<Draft> {
    if (held !== undefined) this.#remember(held);
    const isWhole = isEqual(entries, this.#request.entries);
    const before = isWhole ? [...this.#common] : held === undefined ? [] : [held];
    const [onto] = before;
    const carrier = onto ?? (await this.#anyCarrier());
    const { subtrees = [], prefixes = {} } = onto?.snapshot.config ?? {};
    return {
      entries,
      // They say what digest their entries had: where those have changed, readers do without them.
      subtrees,
      prefixes: [...topFolders(entries), ...Object.keys(prefixes)],
      annotations: {},
      carrier: this.#asks ? undefined : carrier,
      // Who still has what was left out is not to take that for a deletion.
      merged: this.#hasDropped
        ? []
        : ancestors(
            before.map(({ snapshot }) => snapshot.descriptor.digest),
            ...before.map(({ snapshot }) => snapshot.config.merged),
            this.#request.lineage.seen,
          ),
    };
  }

  /** A snapshot that has much in common with a new one: what another tag has, or what was pushed last. */
  async #anyCarrier(): Promise<Carrier | undefined> {
    const [read] = [...this.#carriers.values()].slice(-1);
    const [known] = this.#request.lineage.known;
    if (read !== undefined || known === undefined || this.#asks) return read;
    const { remote, blobs } = this.#context;
    const { signal } = this.#request.options;
    const snapshot = await readSnapshot(remote, known.snapshot, { blobs, signal });
    if (snapshot === undefined) return undefined;
    // It may be a snapshot of another remote, or of a tag that is gone.
    for (const { digest } of segmentsOf(snapshot)) {
      if (!(await remote.hasBlob(digest, { signal }))) return undefined;
    }
    return { snapshot, index: await readIndex(remote, snapshot, { blobs, signal }) };
  }

  /** Reads a snapshot's index; what its manifest names is there. */
  async #open(snapshot: Snapshot): Promise<Carrier> {
    const { remote, blobs } = this.#context;
    const { digest } = snapshot.descriptor;
    const known = this.#carriers.get(digest);
    if (known !== undefined) return known;
    const { signal } = this.#request.options;
    const carrier = { snapshot, index: await readIndex(remote, snapshot, { blobs, signal }) };
    this.#carriers.set(digest, carrier);
    if (!this.#asks) for (const layer of snapshot.manifest.layers) this.#there.add(layer.digest);
    return carrier;
  }

  /** Brings what has changed here to what a tag holds. */
  #merge({ snapshot, index }: Carrier): Index {
    const { entries, lineage, base } = this.#request;
    const { digest } = snapshot.descriptor;
    const { merged } = snapshot.config;
    const known = lineage.known.find(
      (one) => one.snapshot === digest || merged.includes(one.snapshot),
    );
    // All that it holds was here once: what is not here now was deleted.
    const isPast = lineage.seen.includes(digest);
    const before = isPast ? index.entries : known && base(known);
    return Index.merge(before ?? new Index(), index.entries, entries);
  }

  /** Sees to it that the remote has all contents; gives the entries with where those lie. */
  async #locate(entries: Index, carrier: Carrier | undefined): Promise<Index> {
    await this.#lookForPacks(entries);
    const kept = this.#placed(entries.withoutLocations(({ digest }) => this.#lost.has(digest)));
    await this.#find(kept);
    const held = this.#dropLost(this.#placed(kept), carrier);
    if (carrier !== undefined && isSame(carrier.index.entries, held)) return held;
    await this.#upload(held);
    return relocate(held, { places: this.#places, replaced: this.#replaced });
  }

  /** Entries that lie nowhere, with their places. */
  #placed(entries: Index): Index {
    return entries.located((_, { digest }) => this.#places.get(digest));
  }

  /** Learns which packs the remote has. */
  async #lookForPacks(entries: Index): Promise<void> {
    const { remote } = this.#context;
    const { signal } = this.#request.options;
    const unknown = entries
      .packs()
      .map(({ pack }) => pack.digest)
      .filter((digest) => !this.#there.has(digest) && !this.#lost.has(digest));
    await pMap(
      unknown,
      async (digest) => {
        const isThere = await remote.hasBlob(digest, { signal });
        (isThere ? this.#there : this.#lost).add(digest);
      },
      { concurrency: LOOKS },
    );
  }

  /** Looks for contents in the snapshots that were read, and in the one at the own tag. */
  async #find(entries: Index): Promise<void> {
    const wanted = new Set<Digest>();
    for (const { digest } of unlocated(entries)) wanted.add(digest);
    if (wanted.size === 0) return;
    await this.#openOwn();
    for (const { index } of this.#carriers.values()) {
      for (const [, { digest, location }] of index.entries.range('')) {
        if (location === undefined || !wanted.has(digest)) continue;
        if (!location.frames.every(({ pack }) => this.#there.has(pack.digest))) continue;
        this.#places.set(digest, location);
        wanted.delete(digest);
      }
    }
  }

  /** The snapshot at the own tag, which may have what is new at another one. */
  async #openOwn(): Promise<void> {
    const { remote, blobs, ownTag } = this.#context;
    if (this.#carriers.size > 0 || this.#asks) return;
    const { signal } = this.#request.options;
    const own = await readSnapshot(remote, ownTag, { blobs, signal });
    if (own !== undefined) await this.#open(own);
  }

  /** Leaves out what others had pushed, and what nobody has any more. */
  #dropLost(entries: Index, held: Carrier | undefined): Index {
    const { source } = this.#request;
    const dropped: string[] = [];
    for (const [key, entry] of entries.range('')) {
      if (entry.location !== undefined || source.has(entry)) continue;
      if (held?.index.entries.get(key)?.digest !== entry.digest) {
        throw new NotFoundError(
          `The content of ${quoted(key)} (${entry.digest}) can be had neither from this disk nor from ${this.#context.remote.name}.`,
          { hint: 'Put it again, or delete the entry.' },
        );
      }
      dropped.push(key);
    }
    if (dropped.length === 0) return entries;
    this.#hasDropped = true;
    const rest = entries.copy();
    for (const key of dropped) rest.delete(key);
    this.#context.observer?.({
      kind: 'warning',
      message: `The remote has lost the contents of ${String(dropped.length)} entries, ${quoted(dropped[0] ?? '')} among them: they are left out.`,
    });
    return rest;
  }

  /** Uploads what lies nowhere; once in a push, packs are chosen that are written anew along with it. */
  async #upload(entries: Index): Promise<void> {
    const { remote, concurrency, observer } = this.#context;
    const { source, options } = this.#request;
    const compacts = !this.#hasCompacted;
    this.#hasCompacted = true;
    const { places, replaced } = await placeContents(remote, entries, source, {
      ...(concurrency === undefined ? {} : { concurrency }),
      compacts,
      observer,
      signal: options.signal,
    });
    if (compacts) this.#replaced = replaced;
    for (const [digest, location] of places) {
      this.#places.set(digest, location);
      for (const { pack } of location.frames) this.#there.add(pack.digest);
    }
  }

  #reached(tag: string, { snapshot, merged, isNew }: Moved): InStep[] {
    const result = this.#results.get(tag);
    // Nothing was looked at: it is what it was when this store knew it last.
    if (snapshot === undefined || result === undefined) return [];
    const isWhole = isEqual(result, this.#request.entries);
    return isNew || !this.#isUnchangedSince(snapshot) ? [{ snapshot, merged, isWhole }] : [];
  }

  /** The entries of this store, with where their contents lie by now. */
  #located(): Index {
    const { entries } = this.#request;
    const isOld = ({ digest }: PackRef): boolean =>
      this.#lost.has(digest) || this.#replaced.has(digest);
    const results = [...this.#results.values()];
    return entries.withoutLocations(isOld).located((key, { digest }) => {
      const place = this.#places.get(digest);
      if (place !== undefined) return place;
      const same = results.map((result) => result.get(key)).find((one) => one?.digest === digest);
      return same?.location;
    });
  }
}

/** Whether they say the same, locations included. */
function isSame(a: Index, b: Index): boolean {
  return a.differences(b).next().done === true;
}

/** Whether they say the same, wherever the contents lie. */
function isEqual(a: Index | undefined, b: Index): boolean {
  return a?.differences(b, { ignoreLocations: true }).next().done === true;
}

/** The prefixes of the first level: what most readers compare. */
function topFolders(entries: Index): string[] {
  const folders = new Set<string>();
  for (const [key] of entries.range('')) {
    const slash = key.indexOf('/');
    if (slash > 0) folders.add(key.slice(0, slash + 1));
  }
  return [...folders];
}
