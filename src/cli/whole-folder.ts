import { resolve } from 'node:path';

import { type Area, isGits, isNobodys } from '../tree/area.ts';

/**
 * All of a folder. Its files' keys begin with `ws/`, as those of a workspace do.
 *
 * @param onSkip hears of what is no part of it, with what that is
 */
export function wholeFolder(folder: string, onSkip?: (path: string, why: string) => void): Area {
  const enter = (path: string): boolean => !isNobodys(path);
  const select = (path: string): boolean => {
    if (enter(path)) return true;
    onSkip?.(path, isGits(path) ? "git's own" : 'left by a pull that was killed');
    return false;
  };
  return { root: 'ws', base: resolve(folder), enter, select };
}
