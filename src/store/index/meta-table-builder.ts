import { ByteWriter } from './byte-writer.ts';
import { MetaTable, type Template } from './meta-table.ts';

/**
 * So many templates are told apart; later ones stand in the table once for each entry. Bounds the
 * memory for metadata that is different everywhere.
 */
const MAX_SHARED = 65_536;

/** Numbers templates in the order in which they are first seen: equal input gives an equal table. */
export class MetaTableBuilder {
  readonly #shared = new Map<string, number>();
  readonly #text = new ByteWriter();
  readonly #ends: number[] = [];
  readonly #gaps: number[] = [];

  /** The number of a template, a new one where it is not there yet. */
  add({ head, tail }: Template): number {
    // No JSON text holds a NUL.
    const id = tail === undefined ? head : `${head}\0${tail}`;
    const known = this.#shared.get(id);
    if (known !== undefined) return known;
    const number = this.#gaps.push(tail === undefined ? 0 : 1) - 1;
    this.#text.text(head);
    this.#ends.push(this.#text.length);
    if (tail !== undefined) this.#text.text(tail);
    this.#ends.push(this.#text.length);
    if (this.#shared.size < MAX_SHARED) this.#shared.set(id, number);
    return number;
  }

  /** Gives the number here for the number of a template in another table. */
  importer(table: MetaTable): (number: number) => number {
    const numbers = new Int32Array(table.size).fill(-1);
    return (number) => {
      const known = numbers[number] ?? -1;
      if (known >= 0) return known;
      const isFull = this.#shared.size >= MAX_SHARED;
      const before = this.#gaps.length;
      const added = this.add(table.template(number));
      // Where the table is full, what is new to it stands there again for each entry.
      if (!isFull || added < before) numbers[number] = added;
      return added;
    };
  }

  build(): MetaTable {
    const text = Uint8Array.prototype.slice.call(this.#text.finish());
    return new MetaTable(text, Uint32Array.from(this.#ends), Uint8Array.from(this.#gaps));
  }
}
