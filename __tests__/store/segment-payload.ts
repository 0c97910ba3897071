import { type ZstdOptions, constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { hexOf, type Digest } from '../../src/digest.ts';

/*
 * Segments as docs/format.md has them, written by hand: field by field, so that each can be wrong.
 */

/** A pack, or a frame's or an entry's content, by its digest. */
interface Digested {
  readonly digest: Digest;
}

export interface PayloadFrame extends Digested {
  readonly pack: number;
  readonly offset: number;
  readonly stored: number;
  readonly raw: number;
  readonly codec: number;
}

export interface PayloadKey {
  /** Bytes in common with the key before; the true number where none is given. */
  readonly shared?: number;
  readonly key: string | Uint8Array;
}

export interface PayloadEntry extends Digested, PayloadKey {
  readonly size: number;
  /** 0: none. */
  readonly meta?: number;
  /** Against the one before; for metadata with a gap. */
  readonly time?: number;
  /** One more than there are; 0: no location. */
  readonly frames?: number;
  /** Against the one before; for entries with frames. */
  readonly first?: number;
  /** Against what is expected; for entries with one frame. */
  readonly offset?: number;
}

export interface Payload {
  readonly magic?: string;
  readonly format?: number;
  /** Packs, frames, templates, entries, tombstones; the true numbers where none are given. */
  readonly counts?: readonly [number, number, number, number, number];
  readonly packs?: readonly (Digested & { readonly size: number })[];
  readonly frames?: readonly PayloadFrame[];
  readonly metas?: readonly (readonly [head: string, tail?: string])[];
  readonly entries?: readonly PayloadEntry[];
  readonly tombstones?: readonly PayloadKey[];
  /** What follows the last column. */
  readonly behind?: Uint8Array;
}

/** A whole number as LEB128. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function signed(value: number): Buffer {
  return varint(value < 0 ? -2 * value - 1 : 2 * value);
}

function digests(all: readonly Digested[]): Buffer {
  return Buffer.concat(all.map(({ digest }) => Buffer.from(hexOf(digest), 'hex')));
}

/** What a segment holds, decompressed. */
export function payload(parts: Payload): Buffer {
  const { packs = [], frames = [], metas = [], entries = [], tombstones = [] } = parts;
  const counts =
    parts.counts ?? [packs, frames, metas, entries, tombstones].map(({ length }) => length);
  const hasGap = ({ meta = 0 }: PayloadEntry): boolean => metas[meta - 1]?.[1] !== undefined;
  return Buffer.concat([
    Buffer.from(parts.magic ?? 'CAFSSEG'),
    Buffer.from([parts.format ?? 1]),
    ...counts.map(varint),
    digests(packs),
    ...packs.map(({ size }) => varint(size)),
    digests(frames),
    ...frames.map(({ pack }) => varint(pack)),
    ...frames.map(({ offset }) => varint(offset)),
    ...frames.map(({ stored }) => varint(stored)),
    ...frames.map(({ raw }) => varint(raw)),
    Buffer.from(frames.map(({ codec }) => codec)),
    ...metas.map(([head]) => varint(Buffer.byteLength(head))),
    ...metas.map(([, tail]) => varint(tail === undefined ? 0 : Buffer.byteLength(tail) + 1)),
    ...metas.map(([head, tail = '']) => Buffer.from(head + tail)),
    ...keyColumns(entries),
    digests(entries),
    ...entries.map(({ size }) => varint(size)),
    ...entries.map(({ meta = 0 }) => varint(meta)),
    ...entries.filter(hasGap).map(({ time = 0 }) => signed(time)),
    ...entries.map(({ frames: count = 0 }) => varint(count)),
    ...entries.filter(({ frames: n = 0 }) => n > 1).map(({ first = 0 }) => signed(first)),
    ...entries.filter(({ frames: n = 0 }) => n === 2).map(({ offset = 0 }) => signed(offset)),
    ...keyColumns(tombstones),
    ...(parts.behind === undefined ? [] : [parts.behind]),
  ]);
}

function keyColumns(rows: readonly PayloadKey[]): Buffer[] {
  const keys = rows.map(({ key }) => Buffer.from(key));
  const shared = rows.map((row, i) => row.shared ?? common(keys[i - 1], keys[i]!));
  return [
    ...shared.map(varint),
    ...keys.map((key, i) => varint(key.length - shared[i]!)),
    ...keys.map((key, i) => key.subarray(shared[i])),
  ];
}

function common(before: Buffer | undefined, key: Buffer): number {
  let length = 0;
  while (before !== undefined && length < before.length && before[length] === key[length])
    length += 1;
  return length;
}

const OPTIONS: ZstdOptions = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** A segment that holds these bytes. */
export function packSegment(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes, OPTIONS);
}

/** The bytes that a segment holds. */
export function unpackSegment(segment: Uint8Array): Buffer {
  return zstdDecompressSync(segment);
}
