import { resolve } from 'node:path';

import { type Area, isNobodys } from '../tree/area.ts';

/** All of a folder. Its files' keys begin with `ws/`, as those of a workspace do. */
export function wholeFolder(folder: string): Area {
  const isMeant = (path: string): boolean => !isNobodys(path);
  return { root: 'ws', base: resolve(folder), enter: isMeant, select: isMeant };
}
