import type { Columns } from './columns.ts';
import { firstFrames, firstPacks } from './equal-frames.ts';
import { namedFrames } from './named-frames.ts';

/** Whether the frames that rows name share no bytes, unless they are the very same ones. */
export function areFramesApart({ data }: Columns): boolean {
  const { frameTable } = data;
  const { packs, offsets, storedSizes } = frameTable.frames;
  const packNumbers = firstPacks(frameTable);
  const sameAs = firstFrames(frameTable, packNumbers);
  const isNamed = new Uint8Array(sameAs.length);
  for (const frame of namedFrames(data)) isNamed[sameAs[frame] ?? 0] = 1;
  const perPack = new Map<number, number[]>();
  for (let frame = 0; frame < isNamed.length; frame += 1) {
    if (isNamed[frame] !== 1) continue;
    const pack = packNumbers[packs[frame] ?? 0] ?? 0;
    const others = perPack.get(pack);
    if (others === undefined) perPack.set(pack, [frame]);
    else others.push(frame);
  }
  for (const frames of perPack.values()) {
    const starts = Float64Array.from(frames, (frame) => offsets[frame] ?? 0).sort();
    const ends = Float64Array.from(
      frames,
      (frame) => (offsets[frame] ?? 0) + (storedSizes[frame] ?? 0),
    ).sort();
    // Of stretches that lie apart the nth end belongs to the nth start. Where two overlap, there is a
    // start before which fewer of them end than start.
    if (starts.some((start, i) => i > 0 && start < (ends[i - 1] ?? 0))) return false;
  }
  return true;
}
