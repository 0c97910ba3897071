import { messageOf } from '../errors.ts';
import type { Digest } from '../digest.ts';
import type { Observer } from '../observe.ts';
import type { Remote } from '../oci/remote.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Index } from '../store/entry-index.ts';
import { MAX_ANCESTORS } from '../store/lineage.ts';
import type { PushRequest, Reached } from '../store/upstream.ts';
import type { SnapshotConfig } from './config.ts';
import { LocalChanges, type Wanted } from './local-changes.ts';
import {
  type Look,
  type LookOptions,
  type RepairLook,
  lookAtTag,
  lookForRepair,
  twice,
} from './look.ts';
import { moveTag } from './move-tag.ts';
import { OpenedSnapshots } from './opened-snapshots.ts';
import { type LeftOut, Placement } from './placement.ts';
import type { Draft } from './publish.ts';
import type { Carrier } from './segments.ts';
import { type Snapshot, ancestorsOf, firstOfTag } from './snapshot.ts';
import { isDamaged, isNoRegistry, unreadable } from './unusable.ts';

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

/** Why not all tags were reached. */
export interface Failure {
  readonly error: unknown;
  /** Whether a snapshot could not be made; else the remote did not take it. */
  readonly isOurs: boolean;
}

interface TagLook extends Look {
  readonly tag: string;
  /** Nothing has changed here since the store was in step with what is there: the tag stays. */
  readonly stays: boolean;
}

/** What a tag is to hold, with where the contents lie. */
interface Result extends Wanted {
  /** Entries whose contents nobody has. */
  readonly leftOut: readonly LeftOut[];
}

/** What a tag points to, or is about to. */
interface At {
  readonly snapshot: Digest;
  readonly config: SnapshotConfig;
}

/** A snapshot that a tag was pointed at, or may have been. */
interface OwnWrite {
  readonly snapshot: Digest;
  /** What it was built on; undefined: on nothing. */
  readonly on: Digest | undefined;
}

/** One attempt to bring a store's changes to tags of a remote. */
export class PushAttempt {
  readonly #context: PushContext;
  readonly #request: PushRequest;
  readonly #opened: OpenedSnapshots;
  readonly #changes: LocalChanges;
  readonly #placement: Placement;
  /** What tags held that are to hold exactly the entries of this store. */
  readonly #common = new Set<Carrier>();
  /** With which the tags began that are not right as they are; undefined: a tag that is new. */
  #firsts: readonly (Digest | undefined)[] = [];
  /** What all of those are to hold. */
  #whole: Result | undefined;
  /** By tag: the last one. */
  readonly #results = new Map<string, Result>();
  /** Proposals are made one after another, so that nothing is uploaded twice. */
  #turn: Promise<unknown> = Promise.resolve();
  /** No tag's word is taken for what the remote has. */
  readonly #asks: boolean;
  /** Tags whose snapshot could not be read, and is replaced. */
  readonly #damaged = new Set<string>();
  /** The store's entries with where their contents lie, as these results say. */
  #located:
    (Pick<Reached, 'located' | 'leftOut'> & { readonly results: ReadonlySet<Index> }) | undefined;
  /** By tag: what was written there, or may have been, each with what it was built on. */
  readonly #written = new Map<string, OwnWrite[]>();
  /** By tag: the snapshot that the store was told of last. */
  readonly #remembered = new Map<string, Digest>();
  /** What went wrong while a snapshot was made. */
  readonly #ourErrors = new Set<unknown>();

  constructor(context: PushContext, request: PushRequest, { asks }: { readonly asks: boolean }) {
    const { remote, blobs, ownTag, concurrency, observer } = context;
    const { source, options } = request;
    this.#context = context;
    this.#request = request;
    this.#asks = asks;
    this.#opened = new OpenedSnapshots(remote, { blobs, signal: options.signal });
    this.#changes = new LocalChanges(request);
    this.#placement = new Placement({
      remote,
      concurrency,
      observer,
      source,
      opened: this.#opened,
      ownTag,
      asks,
      isOthers: (key, entry) => this.#changes.isUnchanged(key, entry),
      skipsLost: options.skipLost === true,
      signal: options.signal,
    });
  }

  /**
   * Moves the tags.
   *
   * @returns what went wrong with one of them
   */
  async to(tags: readonly string[]): Promise<Failure | undefined> {
    const sent = new Map<Digest, Promise<void>>();
    let looks: TagLook[];
    try {
      looks = await Promise.all(tags.map((tag) => this.#look(tag)));
      const moving = looks.filter(({ stays }) => !stays);
      this.#firsts = moving.map(({ seen }) => seen && firstOfTag(seen));
      for (const { tag, seen } of looks) if (seen !== undefined) await this.#addCommon(tag, seen);
    } catch (error) {
      return { error, isOurs: true };
    }
    const ends = await Promise.allSettled(looks.map((look) => this.#move(look, sent)));
    const failed = ends.find((end) => end.status === 'rejected');
    const error: unknown = failed?.reason;
    return failed && { error, isOurs: this.#ourErrors.has(error) };
  }

  /** Where a tag points; what it points to is read only where that is not what this store holds. */
  async #look(tag: string): Promise<TagLook> {
    const { remote, blobs } = this.#context;
    const { signal } = this.#request.options;
    const asks = this.#asks;
    const stays = (at: Digest): boolean => !asks && this.#changes.areNoneSince(at);
    const options = { blobs, signal, asks, stays };
    const { repair = false } = this.#request.options;
    const { at, seen, damage } = repair
      ? await lookForRepair(remote, tag, options, isDamaged)
      : await this.#lookUnlessDamaged(tag, options);
    if (damage !== undefined) this.#replace(tag, damage);
    const isRight = at !== undefined && seen === undefined && damage === undefined;
    return { tag, at, seen, stays: isRight };
  }

  async #lookUnlessDamaged(tag: string, options: LookOptions): Promise<RepairLook> {
    const { remote } = this.#context;
    const look = await this.#readable(tag, () => lookAtTag(remote, tag, options));
    return look ?? { at: undefined, seen: undefined };
  }

  /** A repair replaces what cannot be read, twice in a row; else the error says that there is one. */
  async #readable<T>(tag: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await twice(read, isDamaged);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      const { options } = this.#request;
      if (options.repair !== true) {
        if (isNoRegistry(error)) throw error;
        const hint = 'A push with `repair` replaces it by what this store holds.';
        throw unreadable(this.#refOf(tag), error, hint);
      }
      this.#replace(tag, error);
      return undefined;
    }
  }

  #replace(tag: string, damage: unknown): void {
    this.#damaged.add(tag);
    const { observer } = this.#context;
    const message = `What ${this.#refOf(tag)} points to cannot be read, and is replaced: ${messageOf(damage)}`;
    observer?.({ kind: 'warning', message });
  }

  async #move(first: TagLook, sent: Map<Digest, Promise<void>>): Promise<void> {
    const { tag } = first;
    if (first.stays) return;
    const { remote, blobs, windowMs } = this.#context;
    const { soleWriter, repair, signal } = this.#request.options;
    const propose = (seen: Snapshot | undefined): Promise<Draft | undefined> =>
      this.#inTurn(() => this.#propose(tag, seen));
    const moved = await moveTag(remote, tag, propose, {
      blobs,
      first,
      sent,
      soleWriter,
      windowMs,
      signal,
      onWriting: ({ descriptor, config }) =>
        this.#inTurn(() => this.#remember(tag, { snapshot: descriptor.digest, config }, true)),
      ...(repair === true ? { replaces: isDamaged } : {}),
    });
    const { snapshot, config } = moved;
    // It was right as it was, or the registry wanted it in another form.
    if (snapshot === undefined || config === undefined) return;
    if (this.#remembered.get(tag) !== snapshot) {
      await this.#inTurn(() => this.#remember(tag, { snapshot, config }, false));
    } else {
      this.#request.written({ snapshot, ref: this.#refOf(tag) });
    }
  }

  /** Has the store remember what a tag is about to point to, or points to. */
  async #remember(
    tag: string,
    { snapshot, config: { merged, first } }: At,
    isPending: boolean,
  ): Promise<void> {
    const result = this.#results.get(tag);
    if (result === undefined) return;
    this.#remembered.set(tag, snapshot);
    this.#written.set(tag, [{ snapshot, on: merged[0] }, ...(this.#written.get(tag) ?? [])]);
    const { entries, isWhole } = result;
    const { remember, entries: own } = this.#request;
    const results = new Set([...this.#results.values()].map((one) => one.entries));
    // Tags that are to hold the same have it from the same: it is large.
    if (this.#located === undefined || !isSubset(results, this.#located.results)) {
      const located = this.#placement.located(own, [...results]);
      const leftOut = [...this.#results.values()].flatMap((one) => one.leftOut);
      for (const [key, digest] of leftOut) {
        if (located.get(key)?.digest === digest) located.delete(key);
      }
      this.#located = { located, leftOut, results };
    }
    const { located, leftOut } = this.#located;
    // What another tag has lost is given up here, and yet was not deleted.
    const hasAll = isWhole && located.size === own.size;
    const how = { isWhole: hasAll, isPulled: false, isPending };
    await remember({
      located,
      step: { snapshot, merged, first, ref: this.#refOf(tag), ...how },
      entries,
      beginsAnew: this.#beginsAnew(tag, result),
      leftOut,
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch((error: unknown) => this.#ourErrors.add(error));
    return mine;
  }

  /**
   * Tags that are to hold the same go on from all that any of them holds, so that they get the very same
   * snapshot: whoever pulls one of them knows the others.
   */
  async #addCommon(tag: string, seen: Snapshot): Promise<void> {
    const held = await this.#readable(tag, () => this.#opened.open(seen));
    if (held !== undefined && this.#changes.onto(held, this.#refOf(tag)).isWhole) {
      this.#common.add(held);
    }
  }

  /** What a tag is to point to next; undefined: what it points to is right. */
  async #propose(tag: string, seen: Snapshot | undefined): Promise<Draft | undefined> {
    const held = seen && (await this.#readable(tag, () => this.#opened.open(seen)));
    const wanted = held ? this.#changes.onto(held, this.#refOf(tag)) : this.#changes.whole;
    const result = await this.#place(wanted, held);
    this.#results.set(tag, result);
    if (held !== undefined && (await this.#isUpToDate(held, result))) return undefined;
    return this.#draft(tag, result, held);
  }

  /**
   * Tags that are to hold exactly this store's entries name the same packs, though what they held until
   * now may have named others: only then is it the same snapshot.
   */
  async #place(wanted: Wanted, held: Carrier | undefined): Promise<Result> {
    if (wanted.isWhole && this.#whole !== undefined) return this.#whole;
    const { entries, leftOut, isSame } = await this.#placement.place(wanted.entries, held);
    const result = { entries, isWhole: wanted.isWhole && isSame, leftOut };
    if (result.isWhole) this.#whole = result;
    return result;
  }

  /** Whether a tag may stay at what it points to. */
  async #isUpToDate({ snapshot, index }: Carrier, { entries }: Result): Promise<boolean> {
    if (!this.#asks) return index.entries.hasSameEntries(entries, { ignoreLocations: true });
    return index.entries.hasSameEntries(entries) && (await this.#opened.hasIndex(snapshot));
  }

  async #draft(tag: string, result: Result, held: Carrier | undefined): Promise<Draft> {
    const { entries, isWhole } = result;
    if (isWhole && held !== undefined) this.#common.add(held);
    const before = isWhole ? [...this.#common] : held === undefined ? [] : [held];
    const snapshots = before.map(({ snapshot }) => snapshot);
    const subtrees = snapshots.flatMap(({ config }) => config.subtrees);
    return {
      entries,
      // They say what digest their entries had: where those have changed, readers do without them.
      subtrees: [...new Map(subtrees.toReversed().map((one) => [one.name, one])).values()],
      prefixes: [],
      annotations: {},
      carrier: this.#asks ? undefined : (before[0] ?? (await this.#anyCarrier())),
      ...(this.#beginsAnew(tag, result)
        ? {}
        : {
            merged: this.#withOwn(tag, ancestorsOf(snapshots, this.#request.lineage.seen)),
            first: this.#firstOf(held, result),
          }),
    };
  }

  /**
   * With which a tag began. Where several get the very same snapshot, and have not begun with the same, or one of
   * them is new, they begin with this one.
   */
  #firstOf(held: Carrier | undefined, { isWhole }: Result): Digest | undefined {
    const first = held && firstOfTag(held.snapshot);
    return isWhole && this.#firsts.some((other) => other !== first) ? undefined : first;
  }

  /**
   * What a snapshot goes on from, with what this push has written to the tag before: others have overwritten it, and
   * somebody may have pulled it in between. All of it is in what is built on the same and on theirs.
   */
  #withOwn(tag: string, merged: readonly Digest[]): Digest[] {
    const named = new Set(merged);
    const own = (this.#written.get(tag) ?? [])
      .filter(({ on }) => on === undefined || named.has(on))
      .map(({ snapshot }) => snapshot);
    const [held, rest] = [merged.slice(0, 1), merged.slice(1)];
    return [...new Set([...held, ...own, ...rest])].slice(0, MAX_ANCESTORS);
  }

  /** Who still has what was left out, or what could not be read, is not to take that for a deletion. */
  #beginsAnew(tag: string, { leftOut }: Result): boolean {
    return leftOut.length > 0 || this.#damaged.has(tag);
  }

  /** A snapshot that has much in common with a new one: what another tag has, or what was pushed last. */
  async #anyCarrier(): Promise<Carrier | undefined> {
    const [known] = this.#request.lineage.known;
    return this.#opened.all.at(-1) ?? (known && (await this.#opened.tryCarrier(known.snapshot)));
  }

  #refOf(tag: string): string {
    return `${this.#context.remote.name}:${tag}`;
  }
}

function isSubset<T>(some: ReadonlySet<T>, all: ReadonlySet<T>): boolean {
  return [...some].every((one) => all.has(one));
}
