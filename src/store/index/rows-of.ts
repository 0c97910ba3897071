import type { Digest } from '../../digest.ts';
import { type Columns, NO_LOCATION } from './columns.ts';
import { readDigest, writeDigest } from './digest-column.ts';
import { DIGEST_BYTES } from './limits.ts';

/** The rows that have no location, in order. */
export function* unlocatedRows({ data }: Columns): Generator<number, void, undefined> {
  const { frameCounts } = data;
  let row = frameCounts.indexOf(NO_LOCATION);
  for (; row !== -1; row = frameCounts.indexOf(NO_LOCATION, row + 1)) yield row;
}

/** The rows whose contents have one of these digests, in order. */
export function* rowsOfContents(
  { data, size }: Columns,
  digests: ReadonlySet<Digest>,
): Generator<number, void, undefined> {
  if (digests.size === 0) return;
  const starts = startsOf(digests);
  for (let row = 0; row < size; row += 1) {
    // Few others start like one of these, so that few are written out.
    const isLike = starts.has(data.digests.readUInt32LE(row * DIGEST_BYTES));
    if (isLike && digests.has(readDigest(data.digests, row))) yield row;
  }
}

function startsOf(digests: ReadonlySet<Digest>): Set<number> {
  const starts = new Set<number>();
  const bytes = Buffer.alloc(DIGEST_BYTES);
  for (const digest of digests) {
    writeDigest(bytes, 0, digest);
    starts.add(bytes.readUInt32LE(0));
  }
  return starts;
}
