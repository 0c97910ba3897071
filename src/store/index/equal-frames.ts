import { type Words, digestWords, firstEqual, numberWords } from './first-equal.ts';
import type { FrameTable } from './frame-table.ts';

/** For each pack of a table the first one that is the same. */
export function firstPacks({ packs }: FrameTable): Uint32Array {
  return firstEqual(packs.sizes.length, [digestWords(packs.digests), numberWords(packs.sizes)]);
}

/**
 * For each frame of a table the first one that is the same bytes of a pack, and the same in other fields.
 *
 * @param packNumbers as {@link firstPacks} gives them
 */
export function firstFrames(
  { frames }: FrameTable,
  packNumbers: Uint32Array,
  others: readonly Words[] = [],
): Uint32Array {
  return firstEqual(frames.packs.length, [
    numberWords(frames.packs.map((pack) => packNumbers[pack] ?? 0)),
    numberWords(frames.offsets),
    numberWords(frames.storedSizes),
    ...others,
  ]);
}
