import type { ColumnData } from './columns.ts';
import { namedFrames, wholeFrames } from './named-frames.ts';

/** A frame that rows name, and how many of its raw bytes they need. */
export interface FrameUse {
  readonly frame: number;
  readonly rawBytes: number;
}

/** More than a content within one frame has bytes, and than its offset is. */
const SPAN = 2 ** 27;

/**
 * Each frame that a row names, in the order in which they first do. What several rows need counts
 * once.
 *
 * @param sameAs for each frame the number that it counts under
 */
export function* frameUses(
  data: ColumnData,
  sameAs: Uint32Array,
): Generator<FrameUse, void, undefined> {
  const { rawSizes } = data.frameTable.frames;
  const named = new Set(namedFrames(data).map((frame) => sameAs[frame] ?? 0));
  const isWhole = new Uint8Array(sameAs.length);
  for (const [frame, whole] of wholeFrames(data).entries()) {
    if (whole === 1) isWhole[sameAs[frame] ?? 0] = 1;
  }
  const partsOf = partsByFrame(data, sameAs);
  for (const frame of named) {
    const isAll = isWhole[frame] === 1;
    yield { frame, rawBytes: isAll ? (rawSizes[frame] ?? 0) : covered(partsOf(frame)) };
  }
}

/** The contents of each frame that holds such: offset and size of each as one number. */
function partsByFrame(data: ColumnData, sameAs: Uint32Array): (frame: number) => Float64Array {
  const { sizes, firstFrames, frameCounts, offsets } = data;
  const frameOf = (row: number): number => sameAs[firstFrames[row] ?? 0] ?? 0;
  const starts = new Uint32Array(sameAs.length + 1);
  for (let row = 0; row < frameCounts.length; row += 1) {
    if (frameCounts[row] !== 1) continue;
    const next = frameOf(row) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let i = 1; i < starts.length; i += 1) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  const parts = new Float64Array(starts.at(-1) ?? 0);
  const ends = starts.slice();
  for (let row = 0; row < frameCounts.length; row += 1) {
    if (frameCounts[row] !== 1) continue;
    const frame = frameOf(row);
    const at = ends[frame] ?? 0;
    parts[at] = (offsets[row] ?? 0) * SPAN + (sizes[row] ?? 0);
    ends[frame] = at + 1;
  }
  return (frame) => parts.subarray(starts[frame], starts[frame + 1]);
}

/** How many bytes lie in one part or more. */
function covered(parts: Float64Array): number {
  let bytes = 0;
  let end = 0;
  // Contents mostly follow one another in a frame as their keys do.
  for (const part of isSorted(parts) ? parts : parts.sort()) {
    const from = Math.floor(part / SPAN);
    const to = from + (part % SPAN);
    bytes += Math.max(to - Math.max(from, end), 0);
    end = Math.max(end, to);
  }
  return bytes;
}

function isSorted(numbers: Float64Array): boolean {
  for (let i = 1; i < numbers.length; i += 1) {
    if ((numbers[i] ?? 0) < (numbers[i - 1] ?? 0)) return false;
  }
  return true;
}
