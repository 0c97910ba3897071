import type { Entry } from '../entry.ts';
import type { Columns } from './columns.ts';
import { toEntry } from './kept-entry.ts';
import type { Change } from './overlay.ts';
import { View } from './view.ts';

/** A key with the entry that it has now; undefined: it is deleted. */
export type UnsavedChange = readonly [key: string, entry: Entry | undefined];

/**
 * What of an index is not saved, beside what its overlay holds: remembers which of the changes
 * that went from the overlay into the columns are not.
 */
export class Unsaved {
  /** 1 for each row of the columns that was set. Never changed once it is here; undefined: none. */
  #rows: Uint8Array | undefined;
  readonly #deleted = new Set<string>();
  /** All keys of these were deleted at once: they say it themselves, for less than a set would take. */
  #cleared: Columns | undefined;

  get isEmpty(): boolean {
    return this.#cleared === undefined && this.#rows === undefined && this.#deleted.size === 0;
  }

  /** Everything was removed: the rows of these columns, and what was changed on top of them. */
  clear(columns: Columns, changed: Iterable<string>): void {
    this.#rows = undefined;
    for (const key of changed) this.#deleted.add(key);
    if (columns.size === 0) return;
    if (this.#cleared === undefined) {
      this.#cleared = columns;
      return;
    }
    for (let row = 0; row < columns.size; row += 1) {
      const key = columns.key(row);
      if (this.#cleared.find(key) === -1) this.#deleted.add(key);
    }
  }

  /** Everything was saved. */
  reset(): void {
    this.#rows = undefined;
    this.#deleted.clear();
    this.#cleared = undefined;
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
      change: (isSet) => {
        if (!isSet) return;
        rows[at++] = 1;
        any = true;
      },
      skip: (count) => {
        at += count;
      },
      end: (changes) => {
        this.#rows = any ? rows : undefined;
        for (const [key, entry] of changes) {
          if (entry === undefined) this.#deleted.add(key);
          else this.#deleted.delete(key);
        }
      },
    };
  }

  /** Forgets of keys that they were deleted: they are here again, or their deletion was saved. */
  forgetDeleted(isForgotten: (key: string) => boolean): void {
    const cleared = this.#cleared;
    for (let row = 0; row < (cleared?.size ?? 0); row += 1) {
      const key = cleared?.key(row);
      if (key !== undefined) this.#deleted.add(key);
    }
    this.#cleared = undefined;
    for (const key of this.#deleted) if (isForgotten(key)) this.#deleted.delete(key);
  }

  /**
   * Every key that is not as it was saved.
   *
   * @param columns those that there are now
   * @param changes all that is on top of them
   * @param isChanged whether a key is among the changes
   */
  changes(
    columns: Columns,
    changes: readonly Change[],
    isChanged: (key: string) => boolean,
  ): Iterable<UnsavedChange> {
    const cleared = this.#cleared;
    const deleted = [...this.#deleted].filter(
      (key) => !isChanged(key) && (cleared === undefined || cleared.find(key) === -1),
    );
    return listChanges({ columns, changes, deleted, cleared, rows: this.#rows });
  }
}

/** Hears of each step in order. */
interface Follower {
  readonly keep: (from: number, to: number) => void;
  readonly change: (isSet: boolean) => void;
  /** So many rows come that are saved. */
  readonly skip: (count: number) => void;
  /** Takes over what it heard, with all changes there were: nothing counts before. */
  readonly end: (changes: readonly Change[]) => void;
}

interface Parts {
  readonly columns: Columns;
  readonly changes: readonly Change[];
  readonly deleted: readonly string[];
  readonly cleared: Columns | undefined;
  readonly rows: Uint8Array | undefined;
}

function* listChanges({
  columns,
  changes,
  deleted,
  cleared,
  rows,
}: Parts): Generator<UnsavedChange, void, undefined> {
  for (const key of deleted) yield [key, undefined];
  if (cleared !== undefined) yield* clearedRows(new View(cleared, '', changes), columns);
  for (const step of new View(columns, '', changes).steps()) {
    if (step.change !== undefined) {
      const [key, entry] = step.change;
      yield [key, entry && toEntry(entry)];
    } else if (rows !== undefined) {
      yield* changedRows(columns, rows, step.rows);
    }
  }
}

/** The keys of cleared columns that are neither changed since nor among the columns of now. */
function* clearedRows(view: View, now: Columns): Generator<UnsavedChange, void, undefined> {
  const { keys } = view.columns.data;
  let at = 0;
  for (const step of view.steps()) {
    if (step.change !== undefined) continue;
    const [from, to] = step.rows;
    for (let row = from; row < to; row += 1) {
      const key = keys.subarray(view.columns.keyStart(row), view.columns.keyStart(row + 1));
      at = now.lowerBound(key, at);
      if (!now.hasKey(at, key)) yield [view.columns.key(row), undefined];
    }
  }
}

function* changedRows(
  columns: Columns,
  unsaved: Uint8Array,
  [from, to]: readonly [number, number],
): Generator<UnsavedChange, void, undefined> {
  const part = unsaved.subarray(from, to);
  for (let i = part.indexOf(1); i !== -1; i = part.indexOf(1, i + 1)) {
    yield [columns.key(from + i), columns.entry(from + i)];
  }
}
