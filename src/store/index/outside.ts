import type { PackRef } from '../../location.ts';
import { type ColumnData, type Columns, NO_LOCATION } from './columns.ts';
import { firstPacks } from './equal-frames.ts';
import { namedFrames } from './named-frames.ts';

/**
 * The first row whose content does not lie in packs of some kind, all of it; undefined: there is none.
 *
 * @param isIn asked once for each pack that rows name, until one is not
 */
export function firstOutside(
  { data }: Columns,
  isIn: (pack: PackRef) => boolean,
): number | undefined {
  const { firstFrames, frameCounts } = data;
  const nowhere = frameCounts.indexOf(NO_LOCATION);
  const stray = strayFrame(data, isIn);
  const elsewhere =
    stray === undefined
      ? -1
      : firstFrames.findIndex((first, row) => {
          return first <= stray && stray < first + (frameCounts[row] ?? 0);
        });
  const found = [nowhere, elsewhere].filter((row) => row !== -1);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** The first frame that rows name, in their order, that lies in another pack. */
function strayFrame(data: ColumnData, isIn: (pack: PackRef) => boolean): number | undefined {
  const { frameTable } = data;
  const packNumbers = firstPacks(frameTable);
  const known = new Set<number>();
  return namedFrames(data).find((frame) => {
    const pack = packNumbers[frameTable.frames.packs[frame] ?? 0] ?? 0;
    if (known.has(pack)) return false;
    known.add(pack);
    return !isIn(frameTable.pack(pack));
  });
}
