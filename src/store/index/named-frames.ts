import type { ColumnData } from './columns.ts';

/**
 * The frames that rows name, each once, in the order in which they first do. What is named again costs
 * nothing, however long the runs are that rows share.
 */
export function namedFrames({ firstFrames, frameCounts, frameTable }: ColumnData): Uint32Array {
  const named = new Uint32Array(frameTable.size);
  let size = 0;
  // For each frame one that is not behind the next one from there on that was not named yet.
  const next = new Uint32Array(frameTable.size + 1);
  for (let frame = 0; frame < next.length; frame += 1) next[frame] = frame;
  const unnamedFrom = (start: number): number => {
    let frame = start;
    for (let to = next[frame] ?? frame; to !== frame; to = next[frame] ?? frame) {
      // Each look makes the way shorter for the next one.
      next[frame] = next[to] ?? to;
      frame = to;
    }
    return frame;
  };
  for (let row = 0; row < frameCounts.length; row += 1) {
    const count = frameCounts[row] ?? 0;
    if (count < 1) continue;
    const first = firstFrames[row] ?? 0;
    for (let frame = unnamedFrom(first); frame < first + count; frame = unnamedFrom(frame)) {
      named[size++] = frame;
      next[frame] = frame + 1;
    }
  }
  return named.subarray(0, size);
}

/** 1 for each frame that is one of several that hold a content. */
export function wholeFrames({ firstFrames, frameCounts, frameTable }: ColumnData): Uint8Array {
  // How many more runs there are from each frame on than up to it.
  const steps = new Int32Array(frameTable.size + 1);
  for (let row = 0; row < frameCounts.length; row += 1) {
    const count = frameCounts[row] ?? 0;
    if (count < 2) continue;
    const first = firstFrames[row] ?? 0;
    steps[first] = (steps[first] ?? 0) + 1;
    steps[first + count] = (steps[first + count] ?? 0) - 1;
  }
  let open = 0;
  return new Uint8Array(frameTable.size).map((_, frame) => {
    open += steps[frame] ?? 0;
    return open > 0 ? 1 : 0;
  });
}
