import { createHash } from 'node:crypto';

import { bytesOf } from '../names.ts';
import type { Area } from '../tree/area.ts';
import { walk } from '../tree/walk.ts';

/**
 * What an area is on disk, by the names, sizes and times of its files, and which files they are: equal
 * before and after a build means that the build did not write there. Another owner or mode alone, as
 * `chown` after a container has run, is no build. Null where the area is empty.
 */
export function outputsState(area: Area): string | null {
  const hash = createHash('sha256');
  let empty = true;
  for (const { path, stats } of walk(area.base, area)) {
    hash.update(bytesOf(path));
    hash.update(`\0${String(stats.size)}\0${String(stats.mtimeNs)}\0${String(stats.ino)}\0`);
    empty = false;
  }
  return empty ? null : hash.digest('hex');
}
