import type { Columns } from './columns.ts';
import { type Keys, compareKeys, keyAt } from './keys.ts';
import { PickedRows } from './picked-rows.ts';
import { RowComparison } from './row-comparison.ts';
import { NO_ROW } from './row-differences.ts';

const THEIRS = 0;
const MINE = 1;

/**
 * Brings two descendants of a base together, key by key: mine where it is not as in the base, else
 * theirs; and theirs where both are the same. Locations make no difference.
 *
 * @throws CafsError `INVALID_INPUT` for more than an index can hold
 */
export function mergeRows(base: Columns, theirs: Columns, mine: Columns): Columns {
  if (mine === base || mine === theirs) return theirs;
  const picked = new PickedRows(theirs, mine);
  const both = new RowComparison(mine, theirs, true);
  const own = new RowComparison(mine, base, true);
  const find = finder(base);
  const isChanged = (row: number): boolean => {
    const before = find(mine.data, row);
    return before === NO_ROW || !own.isSame(row, before);
  };
  let my = 0;
  let their = 0;
  while (my < mine.size || their < theirs.size) {
    const order = compareNext(mine, my, theirs, their);
    if (order === 0) {
      if (both.isSame(my, their) || !isChanged(my)) picked.pick(THEIRS, their);
      else picked.pick(MINE, my);
    } else if (order < 0) {
      if (isChanged(my)) picked.pick(MINE, my);
    } else if (find(theirs.data, their) === NO_ROW) {
      picked.pick(THEIRS, their);
    }
    if (order <= 0) my += 1;
    if (order >= 0) their += 1;
  }
  return picked.build();
}

/** Of the next key of each, the one that comes first; what is at its end comes last. */
function compareNext(a: Columns, row: number, b: Columns, other: number): number {
  if (row === a.size) return 1;
  return other === b.size ? -1 : compareKeys(a.data, row, b.data, other);
}

/** Looks for keys that are asked for in their order. */
function finder(columns: Columns): (keys: Keys, number: number) => number {
  let at = 0;
  return (keys, number) => {
    const key = keyAt(keys, number);
    at = columns.lowerBound(key, at);
    return columns.hasKey(at, key) ? at : NO_ROW;
  };
}
