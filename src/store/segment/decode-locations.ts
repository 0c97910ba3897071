import type { CafsError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { NO_LOCATION } from '../index/columns.ts';
import type { FrameTable } from '../index/frame-table.ts';
import { MAX_FRAME_USES } from '../index/limits.ts';
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './format.ts';

/** Where contents lie. */
interface Locations {
  readonly firstFrames: Uint32Array;
  readonly frameCounts: Int32Array;
  readonly offsets: Uint32Array;
}

/** What is known of the entries already. */
interface Entries {
  readonly sizes: Float64Array;
  /** The key of an entry, for people. */
  readonly nameOf: (row: number) => string;
}

/** For each entry the frames that hold its content, all of it. */
export function readLocations(reader: ByteReader, entries: Entries, table: FrameTable): Locations {
  const frameCounts = readCounts(reader, entries, table.size);
  const firstFrames = readFirstFrames(reader, entries, frameCounts, table.size);
  const offsets = readOffsets(reader, entries, { frameCounts, firstFrames }, table);
  assertWhole(entries, { frameCounts, firstFrames }, table);
  return { firstFrames, frameCounts, offsets };
}

function readCounts(reader: ByteReader, { sizes, nameOf }: Entries, frames: number): Int32Array {
  const counts = new Int32Array(sizes.length);
  let uses = 0;
  for (let row = 0; row < counts.length; row += 1) {
    const count = reader.varint() - 1;
    if (count > frames) throw missing(nameOf(row));
    uses += Math.max(count, 0);
    if (uses > MAX_FRAME_USES) throw malformed('its entries name too many frames');
    counts[row] = count;
  }
  return counts;
}

function readFirstFrames(
  reader: ByteReader,
  { nameOf }: Entries,
  counts: Int32Array,
  frames: number,
): Uint32Array {
  const firsts = new Uint32Array(counts.length);
  let first = 0;
  for (let row = 0; row < counts.length; row += 1) {
    const count = counts[row] ?? NO_LOCATION;
    if (count < 1) continue;
    first += reader.signed();
    if (first < 0 || first + count > frames) throw missing(nameOf(row));
    firsts[row] = first;
  }
  return firsts;
}

/** Contents within one frame: each starts where the one before it in that frame ends, give or take. */
function readOffsets(
  reader: ByteReader,
  { sizes, nameOf }: Entries,
  { frameCounts, firstFrames }: Omit<Locations, 'offsets'>,
  { frames, size }: FrameTable,
): Uint32Array {
  const offsets = new Uint32Array(sizes.length);
  const ends = new Uint32Array(size);
  for (let row = 0; row < offsets.length; row += 1) {
    if (frameCounts[row] !== 1) continue;
    const frame = firstFrames[row] ?? 0;
    const offset = (ends[frame] ?? 0) + reader.signed();
    const end = offset + (sizes[row] ?? 0);
    if (offset < 0 || end > (frames.rawSizes[frame] ?? 0)) throw misfit(nameOf(row));
    offsets[row] = offset;
    ends[frame] = end;
  }
  return offsets;
}

/** A content that is not within one frame is all of several, or has no bytes. */
function assertWhole(
  { sizes, nameOf }: Entries,
  { frameCounts, firstFrames }: Omit<Locations, 'offsets'>,
  { frames, size }: FrameTable,
): void {
  // Sums up to each frame, so that a run costs the same whatever its length.
  const sums = new Float64Array(size + 1);
  for (let i = 0; i < size; i += 1) sums[i + 1] = (sums[i] ?? 0) + (frames.rawSizes[i] ?? 0);
  for (let row = 0; row < sizes.length; row += 1) {
    const count = frameCounts[row] ?? NO_LOCATION;
    if (count === NO_LOCATION || count === 1) continue;
    const first = firstFrames[row] ?? 0;
    const raw = (sums[first + count] ?? 0) - (sums[first] ?? 0);
    if (raw !== sizes[row]) throw misfit(nameOf(row));
  }
}

function missing(key: string): CafsError {
  return malformed(`the entry ${quoted(key)} names a frame that is not there`);
}

function misfit(key: string): CafsError {
  return malformed(`the entry ${quoted(key)} does not fit its frames`);
}
