import type { Columns } from './columns.ts';
import { ColumnsBuilder } from './columns-builder.ts';
import type { Change, Overlay } from './overlay.ts';
import type { Unsaved } from './unsaved.ts';
import { View } from './view.ts';

/**
 * Columns with all changes in them.
 *
 * @param size how many rows come out
 * @param unsaved is told where the changes went
 * @throws CafsError `INVALID_INPUT` for more than an index can hold: nothing has changed then
 */
export function fold(columns: Columns, overlay: Overlay, size: number, unsaved: Unsaved): Columns {
  const changes = overlay.below('');
  const builder = new ColumnsBuilder(size, columns.keyStart(columns.size) + keyBytes(changes));
  const copy = builder.importer(columns);
  const follower = unsaved.follow(size);
  for (const step of new View(columns, '', changes).steps()) {
    if (step.change === undefined) {
      copy(...step.rows);
      follower.keep(...step.rows);
    } else {
      const [, entry] = step.change;
      if (entry !== undefined) builder.add(step.key, entry);
      follower.change(entry !== undefined);
    }
  }
  const folded = builder.build();
  follower.end(changes);
  return folded;
}

function keyBytes(changes: readonly Change[]): number {
  let bytes = 0;
  for (const [key, entry] of changes) if (entry !== undefined) bytes += Buffer.byteLength(key);
  return bytes;
}
