import type { Columns } from '../index/columns.ts';
import { type Keys, compareKeys, isKeyAt, keyAt, lowerBound } from '../index/keys.ts';
import { MAX_ENTRIES, MAX_FRAME_USES } from '../index/limits.ts';
import { PickedRows } from '../index/picked-rows.ts';
import type { Unsaved } from '../index/unsaved.ts';
import type { Changes } from './decode.ts';
import { malformed } from './format.ts';

const BEFORE = 0;
const SET = 1;

/**
 * Columns with the changes of a segment in them.
 *
 * @param unsaved is told what is saved by that
 * @throws CafsError `MALFORMED` for more than an index can hold: nothing has changed then
 */
export function applyChanges(before: Columns, changes: Changes, unsaved: Unsaved): Columns {
  const { columns, tombstones } = changes;
  const rows = new PickedRows(before, columns);
  let from = 0;
  let row = 0;
  let tombstone = 0;
  const goTo = (key: Uint8Array): void => {
    const to = before.lowerBound(key, from);
    rows.pick(BEFORE, from, to);
    from = before.hasKey(to, key) ? to + 1 : to;
  };
  while (row < columns.size || tombstone < tombstones.keyEnds.length) {
    if (comesFirst(columns.data, row, tombstones, tombstone)) {
      goTo(keyAt(columns.data, row));
      rows.pick(SET, row++);
    } else {
      goTo(keyAt(tombstones, tombstone++));
    }
  }
  rows.pick(BEFORE, from, before.size);
  const after = build(rows);
  if (!unsaved.isEmpty) markSaved(unsaved, rows, after, tombstones);
  return after;
}

/** Whether the next key of `a` comes before that of `b`; what is at its end comes last. */
function comesFirst(a: Keys, i: number, b: Keys, j: number): boolean {
  if (i === a.keyEnds.length) return false;
  return j === b.keyEnds.length || compareKeys(a, i, b, j) < 0;
}

function build(rows: PickedRows): Columns {
  if (rows.size > MAX_ENTRIES) {
    throw malformed('with those before it, it makes more entries than an index can have');
  }
  let after: Columns;
  try {
    after = rows.build();
  } catch (cause) {
    throw malformed('with those before it, it makes more than an index can hold', cause);
  }
  let uses = 0;
  for (const count of after.data.frameCounts) uses += Math.max(count, 0);
  if (uses > MAX_FRAME_USES) {
    throw malformed('with those before it, its entries name too many frames');
  }
  return after;
}

function markSaved(unsaved: Unsaved, rows: PickedRows, after: Columns, tombstones: Keys): void {
  const follower = unsaved.follow(rows.size);
  for (const { source, from, to } of rows.runs()) {
    if (source === BEFORE) follower.keep(from, to);
    else follower.skip(to - from);
  }
  follower.end([]);
  unsaved.forgetDeleted((key) => after.find(key) !== -1 || hasKey(tombstones, key));
}

function hasKey(all: Keys, key: string): boolean {
  const bytes = Buffer.from(key);
  return isKeyAt(all, lowerBound(all, bytes, 0, all.keyEnds.length), bytes);
}
