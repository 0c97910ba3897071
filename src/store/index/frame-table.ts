import type { Codec, FrameRef, PackRef } from '../../location.ts';
import { readDigest } from './digest-column.ts';

/** The codecs, by the number that stands for them. */
export const CODECS: readonly Codec[] = ['zstd', 'raw'];

/** Packs by number, a column for each field. */
export interface PackColumns {
  readonly digests: Buffer;
  readonly sizes: Float64Array;
}

/** Frames by number, a column for each field. */
export interface FrameColumns {
  readonly packs: Uint32Array;
  readonly offsets: Float64Array;
  readonly storedSizes: Uint32Array;
  readonly rawSizes: Uint32Array;
  readonly codecs: Uint8Array;
  readonly digests: Buffer;
}

/** Packs and frames by number. Each becomes an object when it is first asked for, and stays it. */
export class FrameTable {
  static readonly EMPTY = new FrameTable(
    { digests: Buffer.alloc(0), sizes: new Float64Array() },
    {
      packs: new Uint32Array(),
      offsets: new Float64Array(),
      storedSizes: new Uint32Array(),
      rawSizes: new Uint32Array(),
      codecs: new Uint8Array(),
      digests: Buffer.alloc(0),
    },
  );
  readonly packs: PackColumns;
  readonly frames: FrameColumns;
  readonly #packRefs = new Map<number, PackRef>();
  readonly #frameRefs = new Map<number, FrameRef>();
  /** Entries that share a long run often come one after another. */
  #lastRun: { readonly first: number; readonly frames: readonly FrameRef[] } | undefined;

  constructor(packs: PackColumns, frames: FrameColumns) {
    this.packs = packs;
    this.frames = frames;
  }

  /** How many frames there are. */
  get size(): number {
    return this.frames.packs.length;
  }

  frame(number: number): FrameRef {
    const known = this.#frameRefs.get(number);
    if (known !== undefined) return known;
    const { packs, offsets, storedSizes, rawSizes, codecs, digests } = this.frames;
    // Whoever gets an entry gets these very objects.
    const frame = Object.freeze({
      pack: this.pack(packs[number] ?? 0),
      offset: offsets[number] ?? 0,
      storedSize: storedSizes[number] ?? 0,
      rawSize: rawSizes[number] ?? 0,
      digest: readDigest(digests, number),
      codec: CODECS[codecs[number] ?? 0] ?? 'raw',
    });
    this.#frameRefs.set(number, frame);
    return frame;
  }

  /** Frames that follow one another. */
  run(first: number, count: number): readonly FrameRef[] {
    if (count === 1) return [this.frame(first)];
    const last = this.#lastRun;
    if (last?.first === first && last.frames.length === count) return last.frames;
    const frames = Object.freeze(Array.from({ length: count }, (_, i) => this.frame(first + i)));
    this.#lastRun = { first, frames };
    return frames;
  }

  pack(number: number): PackRef {
    const known = this.#packRefs.get(number);
    if (known !== undefined) return known;
    const { digests, sizes } = this.packs;
    const pack = Object.freeze({
      digest: readDigest(digests, number),
      size: sizes[number] ?? 0,
    });
    this.#packRefs.set(number, pack);
    return pack;
  }
}
