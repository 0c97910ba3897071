import { CafsError, type ErrorCode } from '../errors.ts';
import type { Digest } from '../digest.ts';
import type { Observer } from '../observe.ts';
import type { Remote } from '../oci/remote.ts';
import type { Blobs } from '../store/blobs.ts';
import type { InStep } from '../store/lineage.ts';
import type { PushRequest, Pushed } from '../store/upstream.ts';
import { LocalChanges, type Wanted } from './local-changes.ts';
import { type Look, type Moved, moveTag } from './move-tag.ts';
import { OpenedSnapshots } from './opened-snapshots.ts';
import { Placement } from './placement.ts';
import type { Draft } from './publish.ts';
import type { Carrier } from './segments.ts';
import { type Snapshot, ancestorsOf, readSnapshot } from './snapshot.ts';
import { isDamaged } from './unusable.ts';

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

/** What an attempt came to. */
export interface Attempted extends Pushed {
  readonly failure: Failure | undefined;
}

interface Failure {
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
  readonly hasLeftOut: boolean;
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
  /** What all of those are to hold. */
  #whole: Result | undefined;
  /** By tag: the last one. */
  readonly #results = new Map<string, Result>();
  /** Proposals are made one after another, so that nothing is uploaded twice. */
  #turn: Promise<unknown> = Promise.resolve();
  /** No tag's word is taken for what the remote has. */
  readonly #asks: boolean;
  /** Whether a tag's snapshot could not be read, and is replaced. */
  #replacesDamaged = false;
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

  /** Moves the tags; whatever fails is told. */
  async to(tags: readonly string[]): Promise<Attempted> {
    const sent = new Map<Digest, Promise<void>>();
    let looks: TagLook[];
    try {
      looks = await Promise.all(tags.map((tag) => this.#look(tag)));
      for (const { tag, seen } of looks) if (seen !== undefined) await this.#remember(tag, seen);
    } catch (error) {
      return this.#attempted([], { error, isOurs: true });
    }
    const ends = await Promise.allSettled(looks.map((look) => this.#move(look, sent)));
    const steps = ends.map((end, i) =>
      end.status === 'fulfilled' ? this.#steps(tags[i] ?? '', end.value) : [],
    );
    const failed = ends.find((end) => end.status === 'rejected');
    const error: unknown = failed?.reason;
    const failure = failed && { error, isOurs: this.#ourErrors.has(error) };
    return this.#attempted(steps.flat(), failure);
  }

  #attempted(reached: readonly InStep[], failure: Failure | undefined): Attempted {
    const results = [...this.#results.values()];
    return {
      located:
        reached.length === 0
          ? undefined
          : this.#placement.located(
              this.#request.entries,
              results.map(({ entries }) => entries),
            ),
      reached,
      hasLeftOut: this.#replacesDamaged || results.some(({ hasLeftOut }) => hasLeftOut),
      failure,
    };
  }

  /** Where a tag points; what it points to is read only where that is not what this store holds. */
  async #look(tag: string): Promise<TagLook> {
    const { remote, blobs } = this.#context;
    const { signal } = this.#request.options;
    const at = (await remote.resolve(tag, { signal }))?.digest;
    if (at === undefined) return { tag, at, seen: undefined, stays: false };
    if (!this.#asks && this.#changes.areNoneSince(at))
      return { tag, at, seen: undefined, stays: true };
    // A remote may have lost the manifest as well.
    const options = { blobs, signal, ...(this.#asks ? {} : { at }) };
    const seen = await this.#readable(tag, () => readSnapshot(remote, tag, options));
    return { tag, at: seen?.descriptor.digest ?? at, seen, stays: false };
  }

  /** A repair replaces what cannot be read; else the error says that there is one. */
  async #readable<T>(tag: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!isDamaged(error)) throw error;
      if (this.#request.options.repair !== true) throw this.#withHint(tag, error);
      this.#replacesDamaged = true;
      return undefined;
    }
  }

  #withHint(tag: string, cause: unknown): CafsError {
    const code: ErrorCode = cause instanceof CafsError ? cause.code : 'MALFORMED';
    const message = cause instanceof Error ? cause.message : String(cause);
    const name = `${this.#context.remote.name}:${tag}`;
    return new CafsError(code, `What ${name} points to cannot be read: ${message}`, {
      hint: 'A push with `repair` replaces it by what this store holds.',
      cause,
    });
  }

  async #move(first: TagLook, sent: Map<Digest, Promise<void>>): Promise<Moved> {
    const { tag } = first;
    if (first.stays) return { snapshot: first.at, merged: [], isNew: false };
    const { remote, blobs, windowMs } = this.#context;
    const { soleWriter, repair, signal } = this.#request.options;
    const propose = (seen: Snapshot | undefined): Promise<Draft | undefined> =>
      this.#inTurn(() => this.#propose(tag, seen));
    return moveTag(remote, tag, propose, {
      blobs,
      first,
      sent,
      soleWriter,
      windowMs,
      signal,
      ...(repair === true ? { replaces: isDamaged } : {}),
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
  async #remember(tag: string, seen: Snapshot): Promise<void> {
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
    return this.#draft(result, held);
  }

  /**
   * Tags that are to hold exactly this store's entries name the same packs, though what they held until
   * now may have named others: only then is it the same snapshot.
   */
  async #place(wanted: Wanted, held: Carrier | undefined): Promise<Result> {
    if (wanted.isWhole && this.#whole !== undefined) return this.#whole;
    const { entries, leftOut } = await this.#placement.place(wanted.entries, held);
    const hasLeftOut = leftOut > 0;
    const result = { entries, isWhole: wanted.isWhole && !hasLeftOut, hasLeftOut };
    if (wanted.isWhole) this.#whole = result;
    return result;
  }

  /** Whether a tag may stay at what it points to. */
  async #isUpToDate({ snapshot, index }: Carrier, { entries }: Result): Promise<boolean> {
    if (!this.#asks) return index.entries.hasSameEntries(entries, { ignoreLocations: true });
    return index.entries.hasSameEntries(entries) && (await this.#opened.hasIndex(snapshot));
  }

  async #draft(
    { entries, isWhole, hasLeftOut }: Result,
    held: Carrier | undefined,
  ): Promise<Draft> {
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
      // Who still has what was left out is not to take that for a deletion.
      merged:
        hasLeftOut || this.#replacesDamaged
          ? []
          : ancestorsOf(snapshots, this.#request.lineage.seen),
    };
  }

  /** A snapshot that has much in common with a new one: what another tag has, or what was pushed last. */
  async #anyCarrier(): Promise<Carrier | undefined> {
    const [known] = this.#request.lineage.known;
    return this.#opened.all.at(-1) ?? (known && (await this.#opened.tryCarrier(known.snapshot)));
  }

  #refOf(tag: string): string | undefined {
    const { remote, ownTag } = this.#context;
    return tag === ownTag ? `${remote.name}:${tag}` : undefined;
  }

  /** How the store came into step with what a tag points to now; nothing: it was that before. */
  #steps(tag: string, { snapshot, merged, isNew }: Moved): InStep[] {
    const result = this.#results.get(tag);
    // Nothing was looked at: it is what it was when this store knew it last.
    if (snapshot === undefined || result === undefined) return [];
    if (!isNew && this.#changes.areNoneSince(snapshot)) return [];
    return [{ snapshot, merged, ref: this.#refOf(tag), isWhole: result.isWhole }];
  }
}
