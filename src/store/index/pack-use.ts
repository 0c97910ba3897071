import type { PackRef } from '../../location.ts';
import type { Columns } from './columns.ts';
import { firstFrames, firstPacks } from './equal-frames.ts';
import { numberWords } from './first-equal.ts';
import { frameUses } from './frame-use.ts';
import { namedFrames } from './named-frames.ts';

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
export function namedPacks({ data }: Columns): PackRef[] {
  const { frameTable } = data;
  const packNumbers = firstPacks(frameTable);
  const { packs } = frameTable.frames;
  const named = new Set<number>();
  for (const frame of namedFrames(data)) named.add(packNumbers[packs[frame] ?? 0] ?? 0);
  return Array.from(named, (number) => frameTable.pack(number));
}

/** The same, each with how much of it they need. */
export function packUses({ data }: Columns): PackUse[] {
  const { frameTable } = data;
  const { packs, frames } = frameTable;
  // Nothing keeps a table from holding the same pack or frame twice.
  const packNumbers = firstPacks(frameTable);
  const sameFrames = firstFrames(frameTable, packNumbers, [numberWords(frames.rawSizes)]);
  const packOf = (frame: number): number => packNumbers[frames.packs[frame] ?? 0] ?? 0;
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
