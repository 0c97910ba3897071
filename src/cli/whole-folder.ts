import { resolve } from 'node:path';

import type { Area } from '../tree/area.ts';

/** All of a folder. Its files' keys begin with `ws/`, as those of a workspace do. */
export function wholeFolder(folder: string): Area {
  return { root: 'ws', base: resolve(folder), enter: () => true, select: () => true };
}
