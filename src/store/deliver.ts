import type { Digest } from '../digest.ts';
import type { Observer } from '../observe.ts';
import type { Entry } from './entry.ts';

/** Takes content that arrives. It may be called for several contents at the same time. */
export interface Receiver {
  /** A whole content that has been verified. */
  whole(digest: Digest, bytes: Uint8Array): void;
  /**
   * A large content, piece by piece; each call of `pieces` gets it anew, also later. The content as a whole is
   * not verified before its last piece: the receiver checks the digest before it puts the bytes in
   * place.
   */
  pieces(digest: Digest, pieces: () => AsyncIterable<Uint8Array>): Promise<void>;
  /** A content that cannot be had, and why. The others go on. */
  failed(digest: Digest, error: unknown): void;
}

/**
 * Reads contents of this disk elsewhere, such as in other threads.
 *
 * @returns the bytes of each, verified; undefined for one that could not be had like that
 */
export type ReadElsewhere = (
  digests: readonly Digest[],
) => Promise<readonly (Uint8Array | undefined)[]>;

/** How contents are delivered. */
export interface DeliverOptions {
  /** Requests at the same time; each holds at most 64 MiB in memory. Default 4. */
  readonly concurrency?: number;
  /** Reads small contents of this disk while others are being received. Default: they are read in turn. */
  readonly readElsewhere?: ReadElsewhere | undefined;
  readonly observer?: Observer | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gets the contents of entries, each content once, whatever number of entries share it. Each of
 * them ends in exactly one call of the receiver that succeeds, or in one of `failed`.
 */
export type Deliver = (
  entries: Iterable<Entry>,
  receiver: Receiver,
  options?: DeliverOptions,
) => Promise<void>;
