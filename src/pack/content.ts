import type { Digest } from '../digest.ts';

/** Content that is to be packed. */
export interface Content {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /**
   * The content piece by piece, which must have this digest and size: whoever makes this checks
   * it while reading and throws `CHANGED` where it does not. A piece is valid until the next.
   */
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}
