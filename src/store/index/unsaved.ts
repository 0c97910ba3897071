import type { Columns } from './columns.ts';
import type { Change } from './overlay.ts';
import type { View } from './view.ts';

/**
 * What of an index is not saved, beside what its overlay holds: remembers which of the changes
 * that went from the overlay into the columns are not.
 */
export class Unsaved {
  /** 1 for each row of the columns that was set. Never changed once it is here; undefined: none. */
  #rows: Uint8Array | undefined;
  readonly #deleted = new Set<string>();
  #cleared = false;

  /** Whether everything was removed, before all other changes. */
  get cleared(): boolean {
    return this.#cleared;
  }

  get isEmpty(): boolean {
    return !this.#cleared && this.#rows === undefined && this.#deleted.size === 0;
  }

  /** Everything was removed. */
  clear(): void {
    this.reset();
    this.#cleared = true;
  }

  /** Everything was saved. */
  reset(): void {
    this.#rows = undefined;
    this.#deleted.clear();
    this.#cleared = false;
  }

  /** Follows the steps of a view while they become the rows of new columns, `size` in number. */
  follow(size: number): Follower {
    const before = this.#rows;
    const rows = new Uint8Array(size);
    let at = 0;
    let any = false;
    return {
      keep: (from, to) => {
        const kept = before?.subarray(from, to);
        if (kept !== undefined) rows.set(kept, at);
        any ||= kept?.includes(1) === true;
        at += to - from;
      },
      change: ([key, entry]) => {
        if (entry === undefined) {
          this.#deleted.add(key);
        } else {
          this.#deleted.delete(key);
          rows[at++] = 1;
          any = true;
        }
      },
      end: () => {
        this.#rows = any ? rows : undefined;
      },
    };
  }

  /** Every key that is not as it was saved, by a view of all columns with changes on top. */
  changes(view: View, isChanged: (key: string) => boolean): Iterable<Change> {
    const deleted = [...this.#deleted].filter((key) => !isChanged(key));
    return listChanges(view, deleted, this.#rows);
  }
}

/** Hears of each step in order. */
interface Follower {
  readonly keep: (from: number, to: number) => void;
  readonly change: (change: Change) => void;
  readonly end: () => void;
}

function* listChanges(
  view: View,
  deleted: readonly string[],
  unsaved: Uint8Array | undefined,
): Generator<Change, void, undefined> {
  for (const key of deleted) yield [key, undefined];
  for (const step of view.steps()) {
    if (step.change !== undefined) yield step.change;
    else if (unsaved !== undefined) yield* changedRows(view.columns, unsaved, step.rows);
  }
}

function* changedRows(
  columns: Columns,
  unsaved: Uint8Array,
  [from, to]: readonly [number, number],
): Generator<Change, void, undefined> {
  const part = unsaved.subarray(from, to);
  for (let i = part.indexOf(1); i !== -1; i = part.indexOf(1, i + 1)) {
    yield [columns.key(from + i), columns.entry(from + i)];
  }
}
