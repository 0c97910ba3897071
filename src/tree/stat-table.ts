import type { BigIntStats } from 'node:fs';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { type Digest, hexOf } from '../digest.ts';

/*
 * A file of stats is one zstd frame, with its checksum, of columns:
 *
 *   8 bytes       MAGIC, which holds the version
 *   4 bytes       N, how many records there are
 *   N x 68 bytes  size, mtime, ctime, inode (8 bytes each), mode (4), SHA-256 (32)
 *   N x 4 bytes   where the path of each record ends in the last column
 *   the rest      paths, sorted by their bytes
 *
 * Numbers are little-endian; times are nanoseconds since 1970.
 */
const MAGIC = Buffer.from('CAFS-ST1');
const HEADER_BYTES = MAGIC.length + 4;
const STATS_BYTES = 36;
const RECORD_BYTES = STATS_BYTES + 32;
const END_BYTES = 4;

/** Bytes of all columns: about seven million files. What does not fit is not kept. */
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * Stats and digests of files by path, in columns: a million files take about 150 MB, and reading
 * them makes no objects.
 */
export class StatTable {
  #count = 0;
  #records: Buffer;
  #ends: Buffer;
  #paths: Buffer;
  /** What was found last: most who ask ask in order. */
  #cursor = -1;

  private constructor(count: number, records: Buffer, ends: Buffer, paths: Buffer) {
    this.#count = count;
    this.#records = records;
    this.#ends = ends;
    this.#paths = paths;
  }

  static empty(): StatTable {
    return new StatTable(0, Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0));
  }

  /** Reads a file of stats; undefined where it is damaged, or of another version. */
  static decode(file: Uint8Array): StatTable | undefined {
    let bytes: Buffer;
    try {
      bytes = zstdDecompressSync(file, { maxOutputLength: MAX_BYTES });
    } catch {
      return undefined;
    }
    if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
      return undefined;
    }
    const count = bytes.readUInt32LE(MAGIC.length);
    const endsAt = HEADER_BYTES + count * RECORD_BYTES;
    const pathsAt = endsAt + count * END_BYTES;
    if (pathsAt > bytes.length) return undefined;
    const ends = bytes.subarray(endsAt, pathsAt);
    const paths = bytes.subarray(pathsAt);
    if (!areEnds(ends, paths.length)) return undefined;
    return new StatTable(count, bytes.subarray(HEADER_BYTES, endsAt), ends, paths);
  }

  /** Its records, sorted by path, as a file; of several for one path, the last that was appended. */
  encode(): Buffer {
    const order = this.#sorted();
    const pathBytes = order.reduce((sum, index) => sum + this.path(index).length, 0);
    const endsAt = HEADER_BYTES + order.length * RECORD_BYTES;
    const pathsAt = endsAt + order.length * END_BYTES;
    const bytes = Buffer.allocUnsafe(pathsAt + pathBytes);
    MAGIC.copy(bytes);
    bytes.writeUInt32LE(order.length, MAGIC.length);
    let end = 0;
    for (const [i, index] of order.entries()) {
      bytes.set(this.#record(index), HEADER_BYTES + i * RECORD_BYTES);
      bytes.set(this.path(index), pathsAt + end);
      end += this.path(index).length;
      bytes.writeUInt32LE(end, endsAt + i * END_BYTES);
    }
    const { ZSTD_c_checksumFlag, ZSTD_c_compressionLevel } = constants;
    return zstdCompressSync(bytes, {
      params: { [ZSTD_c_compressionLevel]: 1, [ZSTD_c_checksumFlag]: 1 },
    });
  }

  get count(): number {
    return this.#count;
  }

  /** The bytes of a record's path: a view, not a copy. */
  path(index: number): Buffer {
    return this.#paths.subarray(this.#endOf(index - 1), this.#endOf(index));
  }

  digest(index: number): Digest {
    const at = index * RECORD_BYTES + STATS_BYTES;
    return `sha256:${this.#records.toString('hex', at, at + 32)}`;
  }

  /** When a record's file was last written to, or given another name, mode or time. */
  ctimeNs(index: number): bigint {
    return this.#records.readBigInt64LE(index * RECORD_BYTES + 16);
  }

  /** Whether a record was made of the very same stats. */
  hasStats(index: number, stats: BigIntStats): boolean {
    return encodeStats(stats).equals(this.#record(index).subarray(0, STATS_BYTES));
  }

  /** The record of a path, or -1. Only for what was decoded: its paths are in order. */
  find(path: Uint8Array): number {
    if (this.#cursor + 1 < this.#count && this.path(this.#cursor + 1).equals(path)) {
      this.#cursor += 1;
      return this.#cursor;
    }
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.path(middle).compare(path);
      if (order === 0) {
        this.#cursor = middle;
        return middle;
      }
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  append(path: Uint8Array, stats: BigIntStats, digest: Digest): void {
    this.#push(path, encodeStats(stats), Buffer.from(hexOf(digest), 'hex'));
  }

  /** Appends a record of another table. */
  appendFrom(other: StatTable, index: number): void {
    this.#push(other.path(index), other.#record(index));
  }

  #record(index: number): Buffer {
    const at = index * RECORD_BYTES;
    return this.#records.subarray(at, at + RECORD_BYTES);
  }

  #sorted(): number[] {
    const order = Array.from({ length: this.#count }, (_, index) => index);
    // A stable sort: of equal paths, the later record comes later.
    order.sort((a, b) => this.path(a).compare(this.path(b)));
    return order.filter((index, i) => {
      const next = order[i + 1];
      return next === undefined || !this.path(index).equals(this.path(next));
    });
  }

  #push(path: Uint8Array, ...columns: readonly Uint8Array[]): void {
    const start = this.#endOf(this.#count - 1);
    const end = start + path.length;
    const next = this.#count + 1;
    if (HEADER_BYTES + next * (RECORD_BYTES + END_BYTES) + end > MAX_BYTES) return;
    this.#records = grown(this.#records, next * RECORD_BYTES);
    this.#ends = grown(this.#ends, next * END_BYTES);
    this.#paths = grown(this.#paths, end);
    let at = this.#count * RECORD_BYTES;
    for (const column of columns) {
      this.#records.set(column, at);
      at += column.length;
    }
    this.#ends.writeUInt32LE(end, this.#count * END_BYTES);
    this.#paths.set(path, start);
    this.#count = next;
  }

  #endOf(index: number): number {
    return index < 0 ? 0 : this.#ends.readUInt32LE(index * END_BYTES);
  }
}

function encodeStats({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): Buffer {
  const bytes = Buffer.allocUnsafe(STATS_BYTES);
  bytes.writeBigInt64LE(BigInt.asIntN(64, size), 0);
  bytes.writeBigInt64LE(BigInt.asIntN(64, mtimeNs), 8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, ctimeNs), 16);
  bytes.writeBigInt64LE(BigInt.asIntN(64, ino), 24);
  bytes.writeUInt32LE(Number(BigInt.asUintN(32, mode)), 32);
  return bytes;
}

/** Whether a column of ends grows up to the length of what it divides. */
function areEnds(ends: Buffer, length: number): boolean {
  let before = 0;
  for (let at = 0; at < ends.length; at += END_BYTES) {
    const end = ends.readUInt32LE(at);
    if (end < before) return false;
    before = end;
  }
  return before === length;
}

function grown(buffer: Buffer, length: number): Buffer {
  if (length <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafe(Math.max(length, buffer.length * 2, 64 * 1024));
  buffer.copy(larger);
  return larger;
}
