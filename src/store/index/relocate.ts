import type { Digest } from '../../digest.ts';
import type { FrameRef, Location, PackRef } from '../../location.ts';
import type { Entry } from '../entry.ts';
import { Columns, NO_LOCATION } from './columns.ts';
import { readDigest } from './digest-column.ts';
import { firstPacks } from './equal-frames.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';
import { locationKeeper } from './kept-entry.ts';
import { namedFrames } from './named-frames.ts';

/** Content of no bytes lies nowhere. */
const NOWHERE: Location = Object.freeze({ frames: Object.freeze<FrameRef[]>([]), offset: 0 });

/** The same rows; those that have no location are asked for it. */
export function locateRows(
  columns: Columns,
  locate: (key: string, entry: Entry) => Location | undefined,
): Columns {
  return locateEach(columns, (row) => locate(columns.key(row), columns.entry(row)));
}

/** The same rows; those that have no location get that of their content, if it has one. */
export function placeRows(columns: Columns, places: ReadonlyMap<Digest, Location>): Columns {
  if (places.size === 0 && !columns.data.sizes.includes(0)) return columns;
  return locateEach(columns, (row) => places.get(readDigest(columns.data.digests, row)));
}

function locateEach(columns: Columns, locate: (row: number) => Location | undefined): Columns {
  const { sizes, frameCounts } = columns.data;
  if (!frameCounts.includes(NO_LOCATION)) return columns;
  const keep = locationKeeper();
  let found = 0;
  const located = relocate(columns, (row) => {
    if (frameCounts[row] !== NO_LOCATION) return 'kept';
    const size = sizes[row] ?? 0;
    const location = size === 0 ? NOWHERE : locate(row);
    if (location === undefined) return undefined;
    found += 1;
    return location === NOWHERE ? location : keep(() => columns.key(row), size, location);
  });
  return found === 0 ? columns : located;
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
  { data, root }: Columns,
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
  const columns = new Columns({ ...data, firstFrames, frameCounts, offsets, frameTable });
  // No digest depends on where contents lie.
  columns.root = root;
  return columns;
}
