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
 * @param settled asked for where both have changed a key, once: what others have made of it. Where mine is
 *   as in there, it was not made here, and theirs is taken
 * @throws CafsError `INVALID_INPUT` for more than an index can hold
 */
export function mergeRows(
  base: Columns,
  theirs: Columns,
  mine: Columns,
  settled?: () => Columns | undefined,
): Columns {
  if (mine === base || mine === theirs) return theirs;
  const picked = new PickedRows(theirs, mine);
  const both = new RowComparison(mine, theirs, true);
  const mineInBase = lookup(mine, base);
  const theirsInBase = lookup(theirs, base);
  let known: Columns | undefined;
  let hasAsked = false;
  const settledFor = (side: Columns): Lookup => {
    if (!hasAsked) known = settled?.();
    hasAsked = true;
    return known === undefined ? NOWHERE : lookup(side, known);
  };
  const mineInSettled = lazy(() => settledFor(mine));
  const theirsInSettled = lazy(() => settledFor(theirs));
  let my = 0;
  let their = 0;
  while (my < mine.size || their < theirs.size) {
    const order = compareNext(mine, my, theirs, their);
    if (order === 0) {
      const isTheirs =
        both.isSame(my, their) ||
        mineInBase(my) === 'same' ||
        (theirsInBase(their) !== 'same' && mineInSettled(my) === 'same');
      if (isTheirs) picked.pick(THEIRS, their);
      else picked.pick(MINE, my);
    } else if (order < 0) {
      const before = mineInBase(my);
      const isGone = before === 'same' || (before === 'other' && mineInSettled(my) === 'same');
      if (!isGone) picked.pick(MINE, my);
    } else {
      const before = theirsInBase(their);
      const isNew =
        before === 'absent' || (before === 'other' && theirsInSettled(their) === 'absent');
      if (isNew) picked.pick(THEIRS, their);
    }
    if (order <= 0) my += 1;
    if (order >= 0) their += 1;
  }
  return picked.build();
}

/** What columns hold under the key of a row of others; undefined: it is not known. Keys are asked for in their order. */
type Lookup = (row: number) => 'absent' | 'same' | 'other' | undefined;

const NOWHERE: Lookup = () => undefined;

function lookup(of: Columns, columns: Columns): Lookup {
  const find = finder(columns);
  const comparison = new RowComparison(of, columns, true);
  return (row) => {
    const found = find(of.data, row);
    if (found === NO_ROW) return 'absent';
    return comparison.isSame(row, found) ? 'same' : 'other';
  };
}

/** Most merges need none. */
function lazy(make: () => Lookup): Lookup {
  let made: Lookup | undefined;
  return (row) => (made ??= make())(row);
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
