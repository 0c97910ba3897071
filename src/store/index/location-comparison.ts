import { type ColumnData, NO_LOCATION } from './columns.ts';
import type { FrameTable } from './frame-table.ts';
import { hasSameDigest } from './digest-column.ts';
import { firstFrames, firstPacks } from './equal-frames.ts';
import { digestWords, numberWords } from './first-equal.ts';

/** Compares locations of two indexes, whatever numbers their frames have in each. */
export class LocationComparison {
  readonly #a: ColumnData;
  readonly #b: ColumnData;
  /** For each frame of `a` one of `b` that is the same, as far as they were compared. */
  readonly #same: Int32Array;
  /** For each frame of `b` the first one that is the same; undefined: nothing hung on it yet. */
  #firsts: Uint32Array | undefined;

  constructor(a: ColumnData, b: ColumnData) {
    this.#a = a;
    this.#b = b;
    this.#same = new Int32Array(a.frameTable.size).fill(-1);
  }

  /** Whether the content of a row of `a` lies where that of a row of `b` does. */
  isSame(row: number, other: number): boolean {
    const [a, b] = [this.#a, this.#b];
    const count = a.frameCounts[row] ?? NO_LOCATION;
    if (count !== b.frameCounts[other] || a.offsets[row] !== b.offsets[other]) return false;
    const first = a.firstFrames[row] ?? 0;
    const otherFirst = b.firstFrames[other] ?? 0;
    if (a.frameTable === b.frameTable && first === otherFirst) return true;
    for (let i = 0; i < count; i += 1) {
      if (!this.#isSameFrame(first + i, otherFirst + i)) return false;
    }
    return true;
  }

  #isSameFrame(one: number, two: number): boolean {
    const known = this.#same[one];
    if (known === two) return true;
    if (known !== -1) {
      this.#firsts ??= firstFramesOf(this.#b.frameTable);
      return this.#firsts[known ?? 0] === this.#firsts[two];
    }
    if (!isSameFrame(this.#a.frameTable, one, this.#b.frameTable, two)) return false;
    this.#same[one] = two;
    return true;
  }
}

function firstFramesOf(table: FrameTable): Uint32Array {
  const { rawSizes, codecs, digests } = table.frames;
  const others = [numberWords(rawSizes), numberWords(codecs), digestWords(digests)];
  return firstFrames(table, firstPacks(table), others);
}

function isSameFrame(a: FrameTable, one: number, b: FrameTable, two: number): boolean {
  const [x, y] = [a.frames, b.frames];
  const pack = x.packs[one] ?? 0;
  const otherPack = y.packs[two] ?? 0;
  return (
    x.offsets[one] === y.offsets[two] &&
    x.storedSizes[one] === y.storedSizes[two] &&
    x.rawSizes[one] === y.rawSizes[two] &&
    x.codecs[one] === y.codecs[two] &&
    a.packs.sizes[pack] === b.packs.sizes[otherPack] &&
    hasSameDigest(x.digests, one, y.digests, two) &&
    hasSameDigest(a.packs.digests, pack, b.packs.digests, otherPack)
  );
}
