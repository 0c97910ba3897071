import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';
import type { DeliverOptions, Receiver } from './deliver.ts';
import type { Index } from './entry-index.ts';
import type { Entry } from './entry.ts';

/** What a push brings to a remote. */
export interface PushRequest {
  /** Everything that the snapshot is to hold, sorted by the bytes of the keys. */
  readonly entries: readonly (readonly [key: string, entry: Entry])[];
  /** None: the remote's own tag. */
  readonly tags: readonly string[];
  /** Whether the content of an entry can be had, from this disk or from where it was pulled. */
  has(entry: Entry): boolean;
  /** The content of an entry, verified. */
  read(entry: Entry): AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
}

/** What a push came to. */
export interface Pushed {
  /** Whether the remote's own tag, the one that is pulled from, holds the snapshot now. */
  readonly ownTag: boolean;
  /** Where contents lie in the remote, by digest. */
  readonly locations: ReadonlyMap<Digest, Location>;
}

/** What a store needs of a remote. The store knows no network: whoever opens it brings this. */
export interface Upstream {
  /** Repository and tag, as a person would write them. */
  readonly ref: string;
  /** Gives contents; see `Deliver`. */
  deliver(entries: Iterable<Entry>, receiver: Receiver, options?: DeliverOptions): Promise<void>;
  /** Brings a snapshot to all tags. */
  push(request: PushRequest): Promise<Pushed>;
  /** The index of the snapshot that the tag points to; undefined where there is no such tag. */
  pull(signal?: AbortSignal): Promise<Index | undefined>;
  close(): Promise<void>;
}
