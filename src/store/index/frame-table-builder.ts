import { hash } from 'node:crypto';

import type { FrameRef, PackRef } from '../../location.ts';
import { tooLarge } from './byte-writer.ts';
import { writeDigest } from './digest-column.ts';
import { CODECS, type FrameColumns, FrameTable, type PackColumns } from './frame-table.ts';
import { DIGEST_BYTES, MAX_SEGMENT_BYTES } from './limits.ts';

/** No segment has room for more frames: runs that overlap in ever new ways would make them grow. */
const MAX_TABLE = Math.ceil(MAX_SEGMENT_BYTES / DIGEST_BYTES);

/** Numbers frames, and their packs, in the order in which they are first seen. */
export class FrameTableBuilder {
  readonly #packs = new Numbering<PackRef>(({ digest, size }) => `${digest} ${String(size)}`);
  readonly #frames = new Numbering<FrameRef>((frame) =>
    [
      this.#packs.of(frame.pack),
      frame.offset,
      frame.storedSize,
      frame.rawSize,
      frame.codec,
      frame.digest,
    ].join(' '),
  );

  /** Where runs of several frames start. */
  readonly #runs = new Map<string, number>();

  /** The number of the first of some frames; the others follow it in the table. */
  add(frames: readonly FrameRef[]): number {
    const [first] = frames;
    if (first === undefined) return 0;
    if (frames.length === 1) return this.#frames.of(first);
    const known = this.#findRun(frames);
    if (known !== undefined) return known;
    // Some of them may stand elsewhere already, in another order: the table holds those twice.
    const added = this.#frames.items.length;
    for (const frame of frames) this.#frames.append(frame);
    this.#runs.set(this.#idOfRun(frames), added);
    return added;
  }

  /** Gives the number here for a run of frames in another table. */
  importer(table: FrameTable): (first: number, count: number) => number {
    const numbers = new Int32Array(table.size).fill(-1);
    /** By first frame and count, for more than one frame. */
    const runs = new Map<number, number>();
    return (first, count) => {
      const run = first * MAX_TABLE + count;
      const known = count === 1 ? numbers[first] : runs.get(run);
      if (known !== undefined && known >= 0) return known;
      const added = this.add(table.run(first, count));
      if (count === 1) numbers[first] = added;
      else runs.set(run, added);
      return added;
    };
  }

  build(): FrameTable {
    // Numbers the packs: those of frames that stand twice are numbered already.
    const columns = this.#frameColumns();
    return new FrameTable(this.#packColumns(), columns);
  }

  #findRun(frames: readonly FrameRef[]): number | undefined {
    return frames.every((frame) => this.#frames.find(frame) !== undefined)
      ? this.#runs.get(this.#idOfRun(frames))
      : undefined;
  }

  /** The same for the same frames: each has a number already. */
  #idOfRun(frames: readonly FrameRef[]): string {
    const numbers = Uint32Array.from(frames, (frame) => this.#frames.of(frame));
    return hash('sha256', new Uint8Array(numbers.buffer), 'base64');
  }

  #packColumns(): PackColumns {
    const packs = this.#packs.items;
    const digests = Buffer.alloc(packs.length * DIGEST_BYTES);
    for (const [number, { digest }] of packs.entries()) writeDigest(digests, number, digest);
    return { digests, sizes: Float64Array.from(packs, ({ size }) => size) };
  }

  #frameColumns(): FrameColumns {
    const frames = this.#frames.items;
    const digests = Buffer.alloc(frames.length * DIGEST_BYTES);
    for (const [number, { digest }] of frames.entries()) writeDigest(digests, number, digest);
    return {
      packs: Uint32Array.from(frames, ({ pack }) => this.#packs.of(pack)),
      offsets: Float64Array.from(frames, ({ offset }) => offset),
      storedSizes: Uint32Array.from(frames, ({ storedSize }) => storedSize),
      rawSizes: Uint32Array.from(frames, ({ rawSize }) => rawSize),
      codecs: Uint8Array.from(frames, ({ codec }) => CODECS.indexOf(codec)),
      digests,
    };
  }
}

/** Gives things numbers in the order in which they are first seen. */
class Numbering<T> {
  readonly items: T[] = [];
  /** Spares naming what is the very same object as before. */
  readonly #known = new Map<T, number>();
  readonly #numbers = new Map<string, number>();
  readonly #idOf: (item: T) => string;

  constructor(idOf: (item: T) => string) {
    this.#idOf = idOf;
  }

  find(item: T): number | undefined {
    const known = this.#known.get(item);
    if (known !== undefined) return known;
    const number = this.#numbers.get(this.#idOf(item));
    if (number !== undefined) this.#known.set(item, number);
    return number;
  }

  /** The number of a thing, a new one where it has none. */
  of(item: T): number {
    return this.find(item) ?? this.append(item);
  }

  /** Gives a thing a further number; asked for it, the first one counts. */
  append(item: T): number {
    if (this.items.length >= MAX_TABLE) throw tooLarge();
    const number = this.items.push(item) - 1;
    if (this.#known.has(item)) return number;
    const id = this.#idOf(item);
    if (this.#numbers.has(id)) return number;
    this.#numbers.set(id, number);
    this.#known.set(item, number);
    return number;
  }
}
