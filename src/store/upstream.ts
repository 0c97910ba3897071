import type { Digest } from '../digest.ts';
import type { DeliverOptions, Receiver } from './deliver.ts';
import type { Index } from './entry-index.ts';
import type { Entry } from './entry.ts';
import type { InStep, KnownSnapshot, Lineage } from './lineage.ts';

/** Contents on this disk, or on their way to it. */
export interface Source {
  /** Whether the content of an entry is on this disk. */
  has(entry: Entry): boolean;
  /** Brings contents to this disk that lie in the remote, as far as they can be had. */
  fetch(entries: Iterable<Entry>): Promise<void>;
  /** The content of an entry, verified, from this disk. */
  read(entry: Entry): AsyncIterable<Uint8Array>;
}

/** What a store is to remember of a push. */
export interface Reached {
  /** The entries of the request, with where their contents lie, without those that were left out. */
  readonly located: Index;
  /** A snapshot that a tag is about to point to, or points to already, which goes on from these entries. */
  readonly step: InStep;
  /** All that it holds. */
  readonly entries: Index;
  /**
   * Whether it names no snapshot before it: entries were left out, or what could not be read was replaced.
   * Who goes on from it and has what is missing must not take that for deleted.
   */
  readonly beginsAnew: boolean;
  /** Entries, by key and digest, that nobody has the contents of, and that are not among these any more. */
  readonly leftOut: readonly (readonly [key: string, digest: Digest])[];
}

/** Where a tag points by now. */
export type Written = Pick<InStep, 'snapshot' | 'ref'>;

/** What a push brings to a remote. */
export interface PushRequest {
  /** Everything that the store holds. Nobody changes it meanwhile. */
  readonly entries: Index;
  readonly lineage: Lineage;
  /** The index as it was when it was in step with a snapshot; undefined: that is not known any more. */
  readonly base: (known: KnownSnapshot) => Index | undefined;
  readonly source: Source;
  /** None: the remote's own tag. */
  readonly tags: readonly string[];
  readonly options: PushOptions;
  /**
   * Called before each request that moves a tag, and for tags that are right as they are: whatever becomes of
   * the request, and of this process, it is known what was written.
   */
  readonly remember: (reached: Reached) => Promise<void>;
  /** Called when a tag points to what was remembered. */
  readonly written: (where: Written) => void;
}

/** How a push goes about it. */
export interface PushOptions {
  /**
   * Nobody else writes these tags at this time. Spares the look, some seconds later, whether a writer
   * that had read a tag before this push moved it has overwritten it.
   */
  readonly soleWriter?: boolean | undefined;
  /**
   * Looks whether the remote still has all that the snapshot needs, though nothing has changed, and
   * uploads again what it has lost; replaces a snapshot that cannot be read. What is there, but damaged,
   * no registry lets anyone write again under its digest: delete it there first.
   */
  readonly repair?: boolean | undefined;
  /**
   * Leaves out entries of others, pulled here and never fetched, whose contents the remote has lost, in
   * this store, too. Whoever has such a content brings it back with a push. Default: an error that names
   * one.
   */
  readonly skipLost?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a remote's tag points to. */
export interface Pulled extends InStep {
  readonly entries: Index;
}

/** What a store needs of a remote. The store knows no network: whoever opens it brings this. */
export interface Upstream {
  /** Repository and tag, as a person would write them. */
  readonly ref: string;
  /** Gives contents; see `Deliver`. */
  deliver(entries: Iterable<Entry>, receiver: Receiver, options?: DeliverOptions): Promise<void>;
  /** Brings what has changed to all tags. */
  push(request: PushRequest): Promise<void>;
  /**
   * Reads what the tag points to.
   *
   * @param seen snapshots of which nothing is wanted any more
   * @returns `'absent'` where there is no such tag; `'seen'` for one of those
   */
  pull(seen: readonly Digest[], signal?: AbortSignal): Promise<Pulled | 'absent' | 'seen'>;
  close(): Promise<void>;
}
