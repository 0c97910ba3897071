import { type Columns, NO_LOCATION } from './columns.ts';

/** Bytes of the contents of entries, each entry counted. */
export interface Totals {
  readonly bytes: number;
  /** Those of entries without a location. */
  readonly unlocatedBytes: number;
}

export function totalsOf({ data: { sizes, frameCounts } }: Columns): Totals {
  let bytes = 0;
  let unlocatedBytes = 0;
  for (const [row, size] of sizes.entries()) {
    bytes += size;
    if (frameCounts[row] === NO_LOCATION) unlocatedBytes += size;
  }
  return { bytes, unlocatedBytes };
}
