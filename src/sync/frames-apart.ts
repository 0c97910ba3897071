import type { Digest } from '../digest.ts';
import type { FrameRef } from '../location.ts';

/** Whether frames share no bytes, unless they are the very same: it may be named by many entries. */
export function areApart(frames: Iterable<FrameRef>): boolean {
  const packs = new Map<Digest, FrameRef[]>();
  for (const frame of frames) {
    const others = packs.get(frame.pack.digest);
    if (others === undefined) packs.set(frame.pack.digest, [frame]);
    else others.push(frame);
  }
  return [...packs.values()].every((all) => {
    const sorted = all.sort((a, b) => a.offset - b.offset || a.storedSize - b.storedSize);
    return sorted.every((frame, i) => isApart(sorted[i - 1], frame));
  });
}

function isApart(before: FrameRef | undefined, frame: FrameRef): boolean {
  if (before === undefined || before.offset + before.storedSize <= frame.offset) return true;
  return before.offset === frame.offset && before.storedSize === frame.storedSize;
}
