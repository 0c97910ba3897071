import type { Digest } from './digest.ts';

/** A pack: one blob in a remote that holds frames one after another. */
export interface PackRef {
  readonly digest: Digest;
  /** Bytes of the whole pack. */
  readonly size: number;
}

/** How a frame's bytes are stored. */
export type Codec = 'zstd' | 'raw';

/** No frame has more bytes, stored or decoded, whatever a segment says. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** An independently compressed run of bytes inside a pack. */
export interface FrameRef {
  readonly pack: PackRef;
  /** Where the frame starts in the pack, in bytes. */
  readonly offset: number;
  /** Bytes in the pack. */
  readonly storedSize: number;
  /** Bytes once decoded. */
  readonly rawSize: number;
  /** Of the stored bytes: what came over the wire is hashed once, before it is decoded. */
  readonly digest: Digest;
  readonly codec: Codec;
}

/**
 * Where an entry's content lies in a remote.
 *
 * A small file lies inside one frame, from `offset` on. A large one is the whole of several
 * frames, in order, and its `offset` is 0.
 */
export interface Location {
  readonly frames: readonly FrameRef[];
  /** Where the content starts in the first frame's raw bytes. */
  readonly offset: number;
}
