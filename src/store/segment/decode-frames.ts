import { MAX_FRAME_BYTES } from '../../location.ts';
import { CODECS, type FrameColumns, FrameTable, type PackColumns } from '../index/frame-table.ts';
import { DIGEST_BYTES } from '../index/limits.ts';
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './format.ts';

export function readFrameTable(
  reader: ByteReader,
  packCount: number,
  frameCount: number,
): FrameTable {
  const packs: PackColumns = {
    digests: Buffer.from(reader.take(packCount * DIGEST_BYTES)),
    sizes: new Float64Array(packCount),
  };
  for (let i = 0; i < packCount; i += 1) packs.sizes[i] = reader.varint();
  const frames: FrameColumns = {
    digests: Buffer.from(reader.take(frameCount * DIGEST_BYTES)),
    packs: new Uint32Array(frameCount),
    offsets: new Float64Array(frameCount),
    storedSizes: new Uint32Array(frameCount),
    rawSizes: new Uint32Array(frameCount),
    codecs: new Uint8Array(frameCount),
  };
  for (let i = 0; i < frameCount; i += 1) {
    const pack = reader.varint();
    if (pack >= packCount) throw malformed('a frame names a pack that is not there');
    frames.packs[i] = pack;
  }
  for (let i = 0; i < frameCount; i += 1) frames.offsets[i] = reader.varint();
  readSizes(reader, frames.storedSizes);
  readSizes(reader, frames.rawSizes);
  readCodecs(reader, frames.codecs);
  assertInsidePacks(packs, frames);
  return new FrameTable(packs, frames);
}

function readSizes(reader: ByteReader, sizes: Uint32Array): void {
  for (let i = 0; i < sizes.length; i += 1) {
    const size = reader.varint();
    if (size === 0) throw malformed('a frame is empty');
    if (size > MAX_FRAME_BYTES) {
      throw malformed(`a frame claims more than ${String(MAX_FRAME_BYTES)} bytes`);
    }
    sizes[i] = size;
  }
}

function readCodecs(reader: ByteReader, codecs: Uint8Array): void {
  codecs.set(reader.take(codecs.length));
  if (codecs.some((codec) => codec >= CODECS.length))
    throw malformed('a frame has an unknown codec');
}

function assertInsidePacks(packs: PackColumns, frames: FrameColumns): void {
  for (const [i, pack] of frames.packs.entries()) {
    const end = (frames.offsets[i] ?? 0) + (frames.storedSizes[i] ?? 0);
    // An end beyond 2^53 may be rounded, but not to a size that a pack can have.
    if (end > (packs.sizes[pack] ?? 0)) throw malformed('a frame does not lie inside its pack');
  }
}
