import type { PackRef } from '../../location.ts';
import type { Columns } from './columns.ts';
import { readDigest } from './digest-column.ts';
import { frameUses } from './frame-use.ts';

/** A pack, and how much of it entries need. */
export interface PackUse {
  readonly pack: PackRef;
  /**
   * Stored bytes of the frames that entries need. Of a frame that holds several contents only the
   * share counts that the needed ones have of its raw bytes. At most the pack's size.
   */
  readonly live: number;
}

/** Each pack that a row names, in the order in which they first do. */
export function packUses({ data }: Columns): PackUse[] {
  const { frameTable } = data;
  const { packs, frames } = frameTable;
  // Nothing keeps a table from holding the same pack or frame twice.
  const samePacks = firstEqual(
    packs.sizes.length,
    (pack) => `${readDigest(packs.digests, pack)} ${String(packs.sizes[pack])}`,
  );
  const packOf = (frame: number): number => samePacks[frames.packs[frame] ?? 0] ?? 0;
  const sameFrames = firstEqual(frameTable.size, (frame) =>
    [packOf(frame), frames.offsets[frame], frames.storedSizes[frame], frames.rawSizes[frame]].join(
      ' ',
    ),
  );
  const live = new Map<number, number>();
  for (const { frame, rawBytes } of frameUses(data, sameFrames)) {
    const pack = packOf(frame);
    const bytes = ((frames.storedSizes[frame] ?? 0) * rawBytes) / (frames.rawSizes[frame] ?? 1);
    live.set(pack, (live.get(pack) ?? 0) + bytes);
  }
  return Array.from(live, ([pack, bytes]) => ({
    pack: frameTable.pack(pack),
    live: Math.min(Math.round(bytes), packs.sizes[pack] ?? 0),
  }));
}

/** For each number of things the first number whose thing is the same. */
function firstEqual(count: number, idOf: (number: number) => string): Uint32Array {
  const numbers = new Map<string, number>();
  return new Uint32Array(count).map((_, number) => {
    const id = idOf(number);
    const first = numbers.get(id) ?? number;
    numbers.set(id, first);
    return first;
  });
}
