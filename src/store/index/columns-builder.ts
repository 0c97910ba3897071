import { tooLarge } from './byte-writer.ts';
import { type ColumnData, Columns, NO_LOCATION } from './columns.ts';
import { writeDigest } from './digest-column.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';
import type { KeptEntry } from './kept-entry.ts';
import { DIGEST_BYTES, MAX_SEGMENT_BYTES } from './limits.ts';
import { MetaTableBuilder } from './meta-table-builder.ts';
import { takeApart } from './meta-table.ts';

/**
 * Builds columns out of rows that come in the order of their keys. Equal rows give equal columns,
 * whatever columns they were copied from.
 */
export class ColumnsBuilder {
  readonly #data: Omit<ColumnData, 'metaTable' | 'frameTable'>;
  readonly #metas = new MetaTableBuilder();
  readonly #frames = new FrameTableBuilder();
  #size = 0;
  #keyBytes = 0;

  /**
   * @param size rows that will come
   * @param keyBytes at least the bytes of their keys
   */
  constructor(size: number, keyBytes: number) {
    this.#data = {
      keys: Buffer.alloc(keyBytes),
      keyEnds: new Uint32Array(size),
      digests: Buffer.alloc(size * DIGEST_BYTES),
      sizes: new Float64Array(size),
      metas: new Uint32Array(size),
      thousandths: new Float64Array(size),
      firstFrames: new Uint32Array(size),
      frameCounts: new Int32Array(size).fill(NO_LOCATION),
      offsets: new Uint32Array(size),
    };
  }

  add(key: Uint8Array, { digest, size, meta, location }: KeptEntry): void {
    const row = this.#size++;
    const columns = this.#data;
    columns.keys.set(key, this.#keyBytes);
    this.#keyBytes += key.length;
    columns.keyEnds[row] = this.#keyBytes;
    writeDigest(columns.digests, row, digest);
    columns.sizes[row] = size;
    if (meta !== undefined) {
      const filled = takeApart(meta);
      columns.metas[row] = this.#metas.add(filled) + 1;
      columns.thousandths[row] = filled.thousandths;
    }
    if (location !== undefined) {
      columns.firstFrames[row] = this.#frames.add(location.frames);
      columns.frameCounts[row] = location.frames.length;
      columns.offsets[row] = location.offset;
    }
  }

  /** Gives a function that adds rows of other columns, from one to before another. */
  importer(source: Columns): (from: number, to: number) => void {
    const importMeta = this.#metas.importer(source.data.metaTable);
    const importFrames = this.#frames.importer(source.data.frameTable);
    return (from, to) => {
      const start = this.#size;
      this.#copyPlain(source, from, to);
      const { metas, firstFrames, frameCounts } = this.#data;
      for (let row = start; row < this.#size; row += 1) {
        const meta = metas[row] ?? 0;
        if (meta > 0) metas[row] = importMeta(meta - 1) + 1;
        const count = frameCounts[row] ?? 0;
        if (count > 0) firstFrames[row] = importFrames(firstFrames[row] ?? 0, count);
      }
    };
  }

  /** @throws CafsError `INVALID_INPUT` for more than an index can hold */
  build(): Columns {
    if (this.#keyBytes > MAX_SEGMENT_BYTES) throw tooLarge();
    const keys = this.#data.keys;
    // Room that was kept for keys which did not come is worth a copy only where it is large.
    const isLoose = this.#keyBytes < keys.length * 0.75;
    return new Columns({
      ...this.#data,
      keys: isLoose
        ? Buffer.copyBytesFrom(keys, 0, this.#keyBytes)
        : keys.subarray(0, this.#keyBytes),
      metaTable: this.#metas.build(),
      frameTable: this.#frames.build(),
    });
  }

  #copyPlain(source: Columns, from: number, to: number): void {
    const target = this.#data;
    const { data } = source;
    const row = this.#size;
    const keyStart = source.keyStart(from);
    target.keys.set(data.keys.subarray(keyStart, source.keyStart(to)), this.#keyBytes);
    const shift = this.#keyBytes - keyStart;
    for (let i = from; i < to; i += 1) {
      target.keyEnds[row + i - from] = (data.keyEnds[i] ?? 0) + shift;
    }
    this.#keyBytes += source.keyStart(to) - keyStart;
    target.digests.set(
      data.digests.subarray(from * DIGEST_BYTES, to * DIGEST_BYTES),
      row * DIGEST_BYTES,
    );
    target.sizes.set(data.sizes.subarray(from, to), row);
    target.metas.set(data.metas.subarray(from, to), row);
    target.thousandths.set(data.thousandths.subarray(from, to), row);
    target.firstFrames.set(data.firstFrames.subarray(from, to), row);
    target.frameCounts.set(data.frameCounts.subarray(from, to), row);
    target.offsets.set(data.offsets.subarray(from, to), row);
    this.#size += to - from;
  }
}
