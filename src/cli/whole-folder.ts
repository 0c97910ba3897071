import { resolve } from 'node:path';

import type { Area } from '../tree/area.ts';

/**
 * All of a folder but `.git`, which holds credentials and is nobody's output. Its files' keys begin
 * with `ws/`, as those of a workspace do.
 */
export function wholeFolder(folder: string): Area {
  const isMeant = (path: string): boolean => !/(?:^|\/)\.git(?:\/|$)/i.test(path);
  return { root: 'ws', base: resolve(folder), enter: isMeant, select: isMeant };
}
