import { isDigest } from '../../digest.ts';
import { type FrameRef, type Location, MAX_FRAME_BYTES } from '../../location.ts';
import { CODECS } from './frame-table.ts';

/** Why content of a size cannot lie there, as decoding a segment has it; undefined: it can. */
export function whyNoLocation({ frames, offset }: Location, size: number): string | undefined {
  if (!Array.isArray(frames) || !frames.every(isFrameLike))
    return 'its frames are no list of frames';
  let rawSize = 0;
  for (const frame of frames) {
    const why = whyNoFrame(frame);
    if (why !== undefined) return why;
    rawSize += frame.rawSize;
  }
  if (!isCount(offset)) return `${String(offset)} is no offset in a frame`;
  if (frames.length === 1) return offset + size > rawSize ? 'it does not fit its frame' : undefined;
  return offset !== 0 || size !== rawSize ? 'it does not fit its frames' : undefined;
}

function whyNoFrame({
  pack,
  offset,
  storedSize,
  rawSize,
  digest,
  codec,
}: FrameRef): string | undefined {
  if (!isDigest(digest)) return 'a frame has no digest';
  if (!isDigest(pack.digest)) return 'a pack has no digest';
  if (!isFrameSize(storedSize) || !isFrameSize(rawSize)) return 'a frame has no valid size';
  if (!isCount(pack.size)) return 'a pack has no valid size';
  if (!isCount(offset) || offset + storedSize > pack.size)
    return 'a frame does not lie inside its pack';
  return CODECS.includes(codec) ? undefined : 'a frame has an unknown codec';
}

function isFrameLike(value: unknown): value is FrameRef {
  return isObject(value) && 'pack' in value && isObject(value.pack);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isFrameSize(size: number): boolean {
  return isCount(size) && size > 0 && size <= MAX_FRAME_BYTES;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
