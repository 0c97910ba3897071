import type { Columns } from './columns.ts';
import { compareKeys } from './keys.ts';
import { RowComparison } from './row-comparison.ts';

/** Stands for the row of a key that is not there. */
export const NO_ROW = -1;

/**
 * The rows in which two indexes are different, in the order of their keys: of each such key the row
 * in `from` and the row in `to`, or {@link NO_ROW}.
 */
export function* rowDifferences(
  from: Columns,
  to: Columns,
  ignoreLocations: boolean,
): Generator<readonly [number, number], void, undefined> {
  if (from === to) return;
  const comparison = new RowComparison(from, to, ignoreLocations);
  let row = 0;
  let other = 0;
  while (row < from.size && other < to.size) {
    const order = compareKeys(from.data, row, to.data, other);
    if (order < 0) yield [row++, NO_ROW];
    else if (order > 0) yield [NO_ROW, other++];
    else {
      if (!comparison.isSame(row, other)) yield [row, other];
      row += 1;
      other += 1;
    }
  }
  for (; row < from.size; row += 1) yield [row, NO_ROW];
  for (; other < to.size; other += 1) yield [NO_ROW, other];
}
