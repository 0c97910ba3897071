import type { Entry } from '../store/entry.ts';

/**
 * Bytes that a compressed tarball of these entries has, at the least: each file with the bytes that
 * it takes in its pack, once for each place it lies at, as a tarball knows no equal files. Of a frame
 * that holds several files a file has the share that it has of the raw bytes. What lies in no pack
 * counts as it is. Names and headers, which a tarball has too, do not count.
 */
export function tarballBytes(entries: Iterable<readonly [string, Entry]>): number {
  let bytes = 0;
  for (const [, entry] of entries) bytes += packedBytes(entry);
  return Math.round(bytes);
}

function packedBytes({ size, location }: Entry): number {
  if (location === undefined) return size;
  const { frames } = location;
  const stored = frames.reduce((sum, { storedSize }) => sum + storedSize, 0);
  const raw = frames.reduce((sum, { rawSize }) => sum + rawSize, 0);
  // The frames of a large file hold nothing else.
  return raw === 0 ? 0 : (stored * size) / raw;
}
