import type { FrameRef, PackRef } from '../../location.ts';
import { writeDigest } from './digest-column.ts';
import { CODECS, type FrameColumns, FrameTable, type PackColumns } from './frame-table.ts';
import { DIGEST_BYTES } from './limits.ts';

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

  /** The number of the first of some frames; the others follow it in the table. */
  add(frames: readonly FrameRef[]): number {
    const [first] = frames;
    if (first === undefined) return 0;
    if (frames.length === 1) return this.#frames.of(first);
    const start = this.#frames.find(first) ?? this.#frames.items.length;
    const isThere = frames.every((frame, i) => this.#frames.holds(start + i, frame));
    if (isThere) return start;
    // Some of them may stand elsewhere already, in another order: the table holds those twice.
    const added = this.#frames.items.length;
    for (const frame of frames) this.#frames.append(frame);
    return added;
  }

  /** Gives the number here for a run of frames in another table. */
  importer(table: FrameTable): (first: number, count: number) => number {
    const numbers = new Int32Array(table.size).fill(-1);
    return (first, count) => {
      const known = count === 1 ? (numbers[first] ?? -1) : -1;
      if (known >= 0) return known;
      const added = this.add(table.run(first, count));
      if (count === 1) numbers[first] = added;
      return added;
    };
  }

  build(): FrameTable {
    // Numbers the packs: those of frames that stand twice are numbered already.
    const columns = this.#frameColumns();
    return new FrameTable(this.#packColumns(), columns);
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
    const number = this.items.push(item) - 1;
    const id = this.#idOf(item);
    if (this.#numbers.has(id)) return number;
    this.#numbers.set(id, number);
    this.#known.set(item, number);
    return number;
  }

  /** Whether this number is that of an equal thing. */
  holds(number: number, item: T): boolean {
    const held = this.items[number];
    return held !== undefined && (held === item || this.#idOf(held) === this.#idOf(item));
  }
}
