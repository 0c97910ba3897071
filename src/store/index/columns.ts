import type { Digest } from '../../digest.ts';
import type { Location } from '../../location.ts';
import type { Entry } from '../entry.ts';
import { readDigest } from './digest-column.ts';
import { FrameTable } from './frame-table.ts';
import { type Keys, NO_KEYS, isKeyAt, keyStart, lowerBound } from './keys.ts';
import { MetaTable } from './meta-table.ts';

/** What stands in `frameCounts` of an entry whose content no remote is known to hold. */
export const NO_LOCATION = -1;

/** A column for each field of an entry. Row n of each belongs to the same entry. */
export interface ColumnData extends Keys {
  readonly digests: Buffer;
  readonly sizes: Float64Array;
  /** 0: no metadata; n: template n - 1. */
  readonly metas: Uint32Array;
  /** What fills the template's gap. */
  readonly thousandths: Float64Array;
  readonly firstFrames: Uint32Array;
  readonly frameCounts: Int32Array;
  /** Where the content starts in the first frame. */
  readonly offsets: Uint32Array;
  readonly metaTable: MetaTable;
  readonly frameTable: FrameTable;
}

/**
 * Entries that never change, in columns: some 130 bytes for an entry with a key of 60, where an
 * object with its strings takes 500. A row becomes an object when it is asked for.
 */
export class Columns {
  static readonly EMPTY = new Columns({
    ...NO_KEYS,
    digests: Buffer.alloc(0),
    sizes: new Float64Array(),
    metas: new Uint32Array(),
    thousandths: new Float64Array(),
    firstFrames: new Uint32Array(),
    frameCounts: new Int32Array(),
    offsets: new Uint32Array(),
    metaTable: MetaTable.EMPTY,
    frameTable: FrameTable.EMPTY,
  });
  readonly data: ColumnData;
  /** The digest of all of it, once somebody has computed it; empty for no entry. */
  root: Digest | '' | undefined;

  constructor(data: ColumnData) {
    this.data = data;
  }

  get size(): number {
    return this.data.keyEnds.length;
  }

  /** Where the key of a row starts in `keys`; of the row behind the last one: where they end. */
  keyStart(row: number): number {
    return keyStart(this.data, row);
  }

  key(row: number): string {
    return this.data.keys.toString('utf8', this.keyStart(row), this.data.keyEnds[row]);
  }

  entry(row: number): Entry {
    const { digests, sizes, metas, thousandths, metaTable } = this.data;
    const digest = readDigest(digests, row);
    const size = sizes[row] ?? 0;
    const template = metas[row] ?? 0;
    const meta = template === 0 ? undefined : metaTable.meta(template - 1, thousandths[row] ?? 0);
    const location = this.#location(row);
    if (meta !== undefined && location !== undefined) return { digest, size, meta, location };
    if (meta !== undefined) return { digest, size, meta };
    return location === undefined ? { digest, size } : { digest, size, location };
  }

  /** Keys and entries of some rows. */
  *entries(rows: Iterable<number>): Generator<[string, Entry], void, undefined> {
    for (const row of rows) yield [this.key(row), this.entry(row)];
  }

  /** The row of a key, or -1. */
  find(key: string): number {
    // What is no Unicode would be looked for as something else.
    if (!key.isWellFormed()) return -1;
    const bytes = Buffer.from(key);
    const row = this.lowerBound(bytes);
    return this.hasKey(row, bytes) ? row : -1;
  }

  /** Whether this is the key of a row. */
  hasKey(row: number, key: Uint8Array): boolean {
    return isKeyAt(this.data, row, key);
  }

  /** The rows below a prefix, which is empty or ends in `/`: from the first to before the last. */
  below(prefix: string): readonly [from: number, to: number] {
    if (prefix === '') return [0, this.size];
    if (!prefix.isWellFormed()) return [0, 0];
    const bytes = Buffer.from(prefix);
    const from = this.lowerBound(bytes);
    bytes[bytes.length - 1] = '/'.charCodeAt(0) + 1;
    return [from, this.lowerBound(bytes, from)];
  }

  /** As {@link lowerBound}, of the rows. */
  lowerBound(key: Uint8Array, from = 0, to = this.size): number {
    return lowerBound(this.data, key, from, to);
  }

  #location(row: number): Location | undefined {
    const { firstFrames, frameCounts, offsets, frameTable } = this.data;
    const count = frameCounts[row] ?? NO_LOCATION;
    if (count === NO_LOCATION) return undefined;
    return { frames: frameTable.run(firstFrames[row] ?? 0, count), offset: offsets[row] ?? 0 };
  }
}
