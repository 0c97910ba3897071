import type { FrameRef, Location, PackRef } from '../../location.ts';
import type { Entry } from '../entry.ts';
import { Columns, NO_LOCATION } from './columns.ts';
import { firstPacks } from './equal-frames.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';
import { keepLocation } from './kept-entry.ts';
import { namedFrames } from './named-frames.ts';

/** Content of no bytes lies nowhere. */
const NOWHERE: Location = Object.freeze({ frames: Object.freeze<FrameRef[]>([]), offset: 0 });

/** The same rows; those that have no location are asked for it. */
export function locateRows(
  columns: Columns,
  locate: (key: string, entry: Entry) => Location | undefined,
): Columns {
  const { sizes, frameCounts } = columns.data;
  if (!frameCounts.includes(NO_LOCATION)) return columns;
  return relocate(columns, (row) => {
    if (frameCounts[row] !== NO_LOCATION) return 'kept';
    const size = sizes[row] ?? 0;
    if (size === 0) return NOWHERE;
    const key = columns.key(row);
    const location = locate(key, columns.entry(row));
    return location && keepLocation(key, size, location);
  });
}

/** The same rows; those that lie in a lost pack, wholly or in part, have no location. */
export function unlocateRows(columns: Columns, isLost: (pack: PackRef) => boolean): Columns {
  const { data } = columns;
  const { firstFrames, frameCounts, frameTable } = data;
  const packNumbers = firstPacks(frameTable);
  const packs = new Map<number, boolean>();
  const isLostPack = (number: number): boolean => {
    const known = packs.get(number);
    if (known !== undefined) return known;
    const found = isLost(frameTable.pack(number));
    packs.set(number, found);
    return found;
  };
  // How many frames are lost up to each, so that a run costs the same whatever its length.
  const lost = new Uint32Array(frameTable.size + 1);
  for (const frame of namedFrames(data)) {
    const pack = packNumbers[frameTable.frames.packs[frame] ?? 0] ?? 0;
    lost[frame + 1] = isLostPack(pack) ? 1 : 0;
  }
  for (const [at, count] of lost.entries()) lost[at] = count + (lost[at - 1] ?? 0);
  const hasLost = (row: number): boolean => {
    const first = firstFrames[row] ?? 0;
    const end = first + Math.max(frameCounts[row] ?? 0, 0);
    return lost[first] !== lost[end];
  };
  if (lost.at(-1) === 0) return columns;
  return relocate(columns, (row) => (hasLost(row) ? undefined : 'kept'));
}

/** The same rows with other locations: only the columns of these are new. */
function relocate(
  { data }: Columns,
  choose: (row: number) => Location | 'kept' | undefined,
): Columns {
  const size = data.keyEnds.length;
  const frames = new FrameTableBuilder();
  const importFrames = frames.importer(data.frameTable);
  const firstFrames = new Uint32Array(size);
  const frameCounts = new Int32Array(size).fill(NO_LOCATION);
  const offsets = new Uint32Array(size);
  for (let row = 0; row < size; row += 1) {
    const location = choose(row);
    if (location === 'kept') {
      const count = data.frameCounts[row] ?? NO_LOCATION;
      if (count > 0) firstFrames[row] = importFrames(data.firstFrames[row] ?? 0, count);
      frameCounts[row] = count;
      offsets[row] = data.offsets[row] ?? 0;
    } else if (location !== undefined) {
      firstFrames[row] = frames.add(location.frames);
      frameCounts[row] = location.frames.length;
      offsets[row] = location.offset;
    }
  }
  const frameTable = frames.build();
  return new Columns({ ...data, firstFrames, frameCounts, offsets, frameTable });
}
