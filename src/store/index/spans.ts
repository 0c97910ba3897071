import type { Digest } from '../../digest.ts';
import type { Columns } from './columns.ts';
import { readDigest } from './digest-column.ts';
import { firstPacks } from './equal-frames.ts';
import type { FrameTable } from './frame-table.ts';

/** What one content has in one pack. */
export interface SpanPart {
  readonly pack: Digest;
  /** Stored bytes. */
  readonly bytes: number;
}

/** A content that lies in several packs, each of them once. Who moves a part of it moves all of it. */
export type Span = readonly SpanPart[];

/** The contents that lie in several packs, each once, in the order of the keys. */
export function spansOf({ data }: Columns): Span[] {
  const { firstFrames, frameCounts, frameTable, digests } = data;
  const partsOf = partsReader(frameTable);
  const seen = new Set<Digest>();
  const spans: Span[] = [];
  for (const [row, count] of frameCounts.entries()) {
    if (count < 2) continue;
    const parts = partsOf(firstFrames[row] ?? 0, count);
    if (parts.size < 2) continue;
    const digest = readDigest(digests, row);
    if (seen.has(digest)) continue;
    seen.add(digest);
    spans.push(
      Array.from(parts, ([pack, bytes]) => ({ pack: frameTable.pack(pack).digest, bytes })),
    );
  }
  return spans;
}

/** Stored bytes of a run of frames in each of its packs, in the time that it takes to go from pack to pack. */
function partsReader(table: FrameTable): (first: number, count: number) => Map<number, number> {
  const { packs, storedSizes } = table.frames;
  const packNumbers = firstPacks(table);
  const packOf = (frame: number): number => packNumbers[packs[frame] ?? 0] ?? 0;
  const sums = new Float64Array(table.size + 1);
  for (const [frame, size] of storedSizes.entries()) sums[frame + 1] = (sums[frame] ?? 0) + size;
  // Behind the last of the frames from each on that lie in the same pack.
  const ends = new Uint32Array(table.size);
  for (let frame = table.size - 1; frame >= 0; frame -= 1) {
    const isLast = frame + 1 === table.size || packOf(frame) !== packOf(frame + 1);
    ends[frame] = isLast ? frame + 1 : (ends[frame + 1] ?? 0);
  }
  return (first, count) => {
    const parts = new Map<number, number>();
    for (let frame = first; frame < first + count; frame = ends[frame] ?? Infinity) {
      const end = Math.min(ends[frame] ?? 0, first + count);
      const bytes = (sums[end] ?? 0) - (sums[frame] ?? 0);
      parts.set(packOf(frame), (parts.get(packOf(frame)) ?? 0) + bytes);
    }
    return parts;
  };
}
