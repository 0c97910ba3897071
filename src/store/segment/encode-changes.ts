import type { Columns } from '../index/columns.ts';
import { selectKeys } from '../index/keys.ts';
import { PickedRows } from '../index/picked-rows.ts';
import { NO_ROW, rowDifferences } from '../index/row-differences.ts';
import { encodeColumns } from './encode.ts';

/**
 * What leads from one state to another, as a segment.
 *
 * @throws CafsError `INVALID_INPUT` where that takes more than a segment may hold
 */
export function encodeChanges(from: Columns, to: Columns): Buffer {
  const changed = new PickedRows(to);
  const deleted: number[] = [];
  for (const [before, after] of rowDifferences(from, to, false)) {
    if (after === NO_ROW) deleted.push(before);
    else changed.pick(0, after);
  }
  return encodeColumns(changed.build(), selectKeys(from.data, deleted));
}
