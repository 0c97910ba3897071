import { type BigIntStats, lstatSync } from 'node:fs';

import {
  explainUnreadable,
  isMissing,
  type NamedDirent,
  readFolder,
  requireNameable,
} from '../file-access.ts';
import { encodePath } from '../names.ts';
import { compareBytes } from '../order.ts';
import { childOf } from './ancestors.ts';
import { type Kind, kindOf, USUAL_FOLDER_MODE, fileMetaFrom } from './meta.ts';

/** Which part of a tree is meant. Paths are POSIX, relative to the walk's base. */
export interface Selection {
  /**
   * A folder, relative to the base, in which everything lies that is meant: the walk goes straight there, however much
   * lies beside it. Empty, or left out: the base itself.
   */
  readonly within?: string;
  /** Whether anything below this folder may be selected: false spares the walk from reading it. */
  enter(path: string): boolean;
  /** Whether this path itself is meant. */
  select(path: string, kind: Kind): boolean;
}

/** What a walk is told beside its base. */
export interface WalkOptions extends Selection {
  /** Hears of selected things that cannot be kept, with what they are. */
  onSkip?(path: string, why: string): void;
}

/** Something selected that lies on disk. */
export interface Found {
  /** POSIX path, relative to the walk's base. */
  readonly path: string;
  readonly kind: Kind;
  /** Of the thing itself: a symlink is not followed. */
  readonly stats: BigIntStats;
}

interface Folder {
  readonly path: string;
  /** Read once: to see whether the folder is empty, then to go into it. */
  children?: readonly NamedDirent[];
}

/** Something to yield, or a folder to go into: `order` ends in `/` then. */
interface Step {
  readonly order: string;
  readonly kind: Kind;
  readonly folder?: Folder;
}

/**
 * Everything selected below a folder, ordered by the bytes of its path. Symlinks are not followed.
 *
 * A selected folder is yielded only when its files alone would not bring it back: when it is
 * empty (sockets and the like do not count), or when its mode is not 0o755.
 *
 * What vanishes during the walk, or a base that does not exist, is no error.
 *
 * @param base a path with the platform's separators
 * @throws CafsError `INVALID_INPUT` for what may not be read, and for a selected name that
 *   {@link requireNameable} refuses
 */
export function* walk(base: string, options: WalkOptions): Generator<Found, void, undefined> {
  const { within = '' } = options;
  if (!isReached(base, within)) return;
  const pending: Step[] = [{ order: `${within}/`, kind: 'folder', folder: { path: within } }];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const { order, kind, folder } = step;
    if (folder !== undefined && order.endsWith('/')) {
      const steps = stepsInto(folder.path, childrenOf(base, folder), options);
      steps.sort((a, b) => compareBytes(b.order, a.order));
      for (const next of steps) {
        requireNameable(next.order);
        pending.push(next);
      }
      continue;
    }
    const stats = lstat(base, order);
    const actual = stats && kindOf(stats);
    if (stats === undefined || actual === undefined) continue;
    // A file may have become a symlink since its folder was read; a folder is another matter.
    if ((actual === 'folder') !== (kind === 'folder')) continue;
    if (folder !== undefined && fileMetaFrom(stats).mode === USUAL_FOLDER_MODE) {
      if (childrenOf(base, folder).some((child) => kindOf(child) !== undefined)) continue;
    }
    yield { path: order, kind: actual, stats };
  }
}

/** Whether a folder can be entered from the base without following a symlink. */
function isReached(base: string, folder: string): boolean {
  for (let end = folder.indexOf('/'); folder !== ''; end = folder.indexOf('/', end + 1)) {
    const stats = lstat(base, end === -1 ? folder : folder.slice(0, end));
    if (stats?.isDirectory() !== true) return false;
    if (end === -1) break;
  }
  return true;
}

function childrenOf(base: string, folder: Folder): readonly NamedDirent[] {
  folder.children ??= readFolder(folder.path === '' ? base : `${base}/${folder.path}`);
  return folder.children;
}

function stepsInto(parent: string, children: readonly NamedDirent[], options: WalkOptions): Step[] {
  const steps: Step[] = [];
  for (const child of children) {
    const path = childOf(parent, child.name);
    const kind = kindOf(child);
    if (kind === 'folder') {
      const folder: Folder = { path };
      if (options.select(path, kind)) steps.push({ order: path, kind, folder });
      // With its `/`, for `a-b` lies between `a` and `a/b`.
      if (options.enter(path)) steps.push({ order: `${path}/`, kind, folder });
    } else if (options.select(path, kind ?? 'file')) {
      if (kind === undefined) options.onSkip?.(path, describeSpecial(child));
      else steps.push({ order: path, kind });
    }
  }
  return steps;
}

function lstat(base: string, path: string): BigIntStats | undefined {
  const file = `${base}/${path}`;
  try {
    return lstatSync(encodePath(file), { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw explainUnreadable(error, file);
  }
}

function describeSpecial(child: NamedDirent): string {
  if (child.isSocket()) return 'socket';
  return child.isFIFO() ? 'named pipe' : 'device';
}
