import type { ColumnData } from './columns.ts';
import { type MetaTable, putTogether } from './meta-table.ts';

/** Compares metadata of two indexes by its text, without making it of templates where that can be. */
export class MetaComparison {
  readonly #a: ColumnData;
  readonly #b: ColumnData;
  /** For each template of `a` one of `b` that is the same, as far as they were compared. */
  readonly #same: Int32Array;

  constructor(a: ColumnData, b: ColumnData) {
    this.#a = a;
    this.#b = b;
    this.#same = new Int32Array(a.metaTable.size).fill(-1);
  }

  /** Whether a row of `a` has the metadata that a row of `b` has. */
  isSame(row: number, other: number): boolean {
    const [a, b] = [this.#a, this.#b];
    const one = a.metas[row] ?? 0;
    const two = b.metas[other] ?? 0;
    if (one === 0 || two === 0) return one === two;
    const number = a.thousandths[row] ?? 0;
    const otherNumber = b.thousandths[other] ?? 0;
    if (this.#isSameTemplate(one - 1, two - 1)) return number === otherNumber;
    // One text can be taken apart at different places.
    return textOf(a.metaTable, one - 1, number) === textOf(b.metaTable, two - 1, otherNumber);
  }

  #isSameTemplate(one: number, two: number): boolean {
    const [a, b] = [this.#a.metaTable, this.#b.metaTable];
    if (a === b) return one === two;
    if (this.#same[one] === two) return true;
    if (!hasSameBytes(a, one, b, two)) return false;
    this.#same[one] = two;
    return true;
  }
}

function textOf(table: MetaTable, template: number, thousandths: number): string {
  return putTogether(table.template(template), thousandths);
}

function hasSameBytes(a: MetaTable, one: number, b: MetaTable, two: number): boolean {
  if (a.gaps[one] !== b.gaps[two]) return false;
  const [start, middle, end] = a.bounds(one);
  const [otherStart, otherMiddle, otherEnd] = b.bounds(two);
  if (middle - start !== otherMiddle - otherStart || end - start !== otherEnd - otherStart) {
    return false;
  }
  for (let at = 0; at < end - start; at += 1) {
    if (a.text[start + at] !== b.text[otherStart + at]) return false;
  }
  return true;
}
