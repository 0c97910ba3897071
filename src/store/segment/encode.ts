import { ByteWriter, tooLarge, tooManyFrames } from '../index/byte-writer.ts';
import type { Columns, ColumnData } from '../index/columns.ts';
import type { FrameTable } from '../index/frame-table.ts';
import { type Keys, NO_KEYS } from '../index/keys.ts';
import { MAX_FRAME_USES, MAX_META_TOTAL, MAX_SEGMENT_BYTES, MAX_ENTRIES } from '../index/limits.ts';
import type { MetaTable } from '../index/meta-table.ts';
import { MAGIC, SEGMENT_FORMAT, compress } from './format.ts';

/**
 * Columns as a segment.
 *
 * @param tombstones keys that the segment deletes from those before it: none of the columns' own
 * @throws CafsError `INVALID_INPUT` where they take more than a segment may hold
 */
export function encodeColumns(columns: Columns, tombstones: Keys = NO_KEYS): Buffer {
  const { data } = columns;
  if (tombstones.keyEnds.length > MAX_ENTRIES) throw tooLarge();
  if (data.keys.length + tombstones.keys.length > MAX_SEGMENT_BYTES) throw tooLarge();
  const writer = new ByteWriter(1024 + columns.size * 80 + tombstones.keyEnds.length * 20);
  writer.bytes(MAGIC);
  writer.byte(SEGMENT_FORMAT);
  writer.varint(data.frameTable.packs.sizes.length);
  writer.varint(data.frameTable.size);
  writer.varint(data.metaTable.size);
  writer.varint(columns.size);
  writer.varint(tombstones.keyEnds.length);
  writeFrames(writer, data.frameTable);
  writeMetaTable(writer, data.metaTable);
  writeKeys(writer, data);
  writer.bytes(data.digests);
  for (const size of data.sizes) writer.varint(size);
  writeMetas(writer, data);
  writeLocations(writer, data);
  writeKeys(writer, tombstones);
  if (writer.length > MAX_SEGMENT_BYTES) throw tooLarge();
  return compress(writer.finish());
}

function writeFrames(writer: ByteWriter, { packs, frames }: FrameTable): void {
  writer.bytes(packs.digests);
  for (const size of packs.sizes) writer.varint(size);
  writer.bytes(frames.digests);
  for (const pack of frames.packs) writer.varint(pack);
  for (const offset of frames.offsets) writer.varint(offset);
  for (const size of frames.storedSizes) writer.varint(size);
  for (const size of frames.rawSizes) writer.varint(size);
  writer.bytes(frames.codecs);
}

function writeMetaTable(writer: ByteWriter, { text, ends, gaps }: MetaTable): void {
  const lengths = ends.map((end, i) => end - (ends[i - 1] ?? 0));
  for (const i of gaps.keys()) writer.varint(lengths[2 * i] ?? 0);
  for (const [i, gap] of gaps.entries()) {
    writer.varint(gap === 0 ? 0 : (lengths[2 * i + 1] ?? 0) + 1);
  }
  writer.bytes(text);
}

/** How many bytes each key shares with the one before it, how many follow, and those. */
function writeKeys(writer: ByteWriter, { keys, keyEnds }: Keys): void {
  const shared = new Uint16Array(keyEnds.length);
  let before = 0;
  let start = keyEnds[0] ?? 0;
  for (let row = 1; row < keyEnds.length; row += 1) {
    const most = start - before;
    let length = 0;
    while (length < most && keys[before + length] === keys[start + length]) length += 1;
    shared[row] = length;
    before = start;
    start = keyEnds[row] ?? 0;
  }
  for (const length of shared) writer.varint(length);
  start = 0;
  for (const [row, end] of keyEnds.entries()) {
    writer.varint(end - start - (shared[row] ?? 0));
    start = end;
  }
  start = 0;
  for (const [row, end] of keyEnds.entries()) {
    writer.bytes(keys.subarray(start + (shared[row] ?? 0), end));
    start = end;
  }
}

function writeMetas(writer: ByteWriter, { metas, thousandths, metaTable }: ColumnData): void {
  let bytes = 0;
  for (const meta of metas) {
    writer.varint(meta);
    if (meta > 0) bytes += metaTable.bytesOf(meta - 1);
  }
  if (bytes > MAX_META_TOTAL) throw tooLarge();
  let before = 0;
  for (const [row, meta] of metas.entries()) {
    if (meta === 0 || metaTable.gaps[meta - 1] === 0) continue;
    const value = thousandths[row] ?? 0;
    writer.signed(value - before);
    before = value;
  }
}

function writeLocations(writer: ByteWriter, data: ColumnData): void {
  const { sizes, firstFrames, frameCounts, offsets, frameTable } = data;
  let uses = 0;
  for (const count of frameCounts) {
    uses += Math.max(count, 0);
    writer.varint(count + 1);
  }
  if (uses > MAX_FRAME_USES) throw tooManyFrames();
  let before = 0;
  for (const [row, count] of frameCounts.entries()) {
    if (count < 1) continue;
    const first = firstFrames[row] ?? 0;
    writer.signed(first - before);
    before = first;
  }
  // Contents mostly follow one another in a frame as their keys do.
  const ends = new Uint32Array(frameTable.size);
  for (const [row, count] of frameCounts.entries()) {
    if (count !== 1) continue;
    const frame = firstFrames[row] ?? 0;
    const offset = offsets[row] ?? 0;
    writer.signed(offset - (ends[frame] ?? 0));
    ends[frame] = offset + (sizes[row] ?? 0);
  }
}
