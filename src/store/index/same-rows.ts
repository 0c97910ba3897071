import type { Columns } from './columns.ts';
import { RowComparison } from './row-comparison.ts';

/** Whether two indexes have the same keys with the same entries: the quickest answers come first. */
export function haveSameRows(a: Columns, b: Columns, ignoreLocations: boolean): boolean {
  if (a === b) return true;
  if (a.size !== b.size || !a.data.keys.equals(b.data.keys)) return false;
  if (!a.data.digests.equals(b.data.digests)) return false;
  if (a.data.keyEnds.some((end, row) => end !== b.data.keyEnds[row])) return false;
  const comparison = new RowComparison(a, b, ignoreLocations);
  for (let row = 0; row < a.size; row += 1) if (!comparison.isSame(row, row)) return false;
  return true;
}
