import type { Entry } from '../entry.ts';
import type { Columns } from './columns.ts';
import { toEntry } from './kept-entry.ts';
import type { Change } from './overlay.ts';

/** What comes next in the order of keys: rows that stand as they are, or a change. */
export type Step =
  | { readonly rows: readonly [from: number, to: number]; readonly change?: undefined }
  | { readonly change: Change; readonly key: Uint8Array };

/**
 * Columns with changes on top, both limited to a prefix, at one moment: neither of them changes
 * any more, so that an index may be changed while somebody walks through a view of it.
 */
export class View {
  readonly columns: Columns;
  readonly #rows: readonly [from: number, to: number];
  readonly #changes: readonly Change[];

  constructor(columns: Columns, prefix: string, changes: readonly Change[]) {
    this.columns = columns;
    this.#rows = columns.below(prefix);
    this.#changes = changes;
  }

  /** Everything in the order of the keys' bytes, deletions included. */
  *steps(): Generator<Step, void, undefined> {
    const [start, end] = this.#rows;
    let from = start;
    for (const change of this.#changes) {
      const key = Buffer.from(change[0]);
      const to = this.columns.lowerBound(key, from, end);
      if (to > from) yield { rows: [from, to] };
      yield { change, key };
      from = this.columns.hasKey(to, key) ? to + 1 : to;
    }
    if (end > from) yield { rows: [from, end] };
  }

  /** Keys and entries, sorted by the bytes of the keys. */
  *entries(): Generator<[string, Entry], void, undefined> {
    for (const step of this.steps()) {
      if (step.change === undefined) {
        const [from, to] = step.rows;
        for (let row = from; row < to; row += 1) {
          yield [this.columns.key(row), this.columns.entry(row)];
        }
      } else {
        const [key, entry] = step.change;
        if (entry !== undefined) yield [key, toEntry(entry)];
      }
    }
  }
}
