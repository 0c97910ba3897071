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
  /** Whether the content of an entry is on this disk. */
  has(entry: Entry): boolean;
  /** The content of an entry on this disk, verified. */
  read(entry: Entry): AsyncIterable<Uint8Array>;
}

/** What a store needs of a remote. The store knows no network: whoever opens it brings this. */
export interface Upstream {
  /** Repository and tag, as a person would write them. */
  readonly ref: string;
  /** Gives contents; see `Deliver`. */
  deliver(entries: Iterable<Entry>, receiver: Receiver, options?: DeliverOptions): Promise<void>;
  /** Brings a snapshot to all tags; gives where each content lies now. */
  push(request: PushRequest): Promise<ReadonlyMap<Digest, Location>>;
  /** The index of the snapshot that the tag points to; undefined where there is no such tag. */
  pull(): Promise<Index | undefined>;
  close(): Promise<void>;
}
