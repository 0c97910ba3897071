import { isUtf8 } from 'node:buffer';
import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';

import { CafsError } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';
import { childOf } from './ancestors.ts';
import { type Kind, kindOf, USUAL_FOLDER_MODE, fileMetaFrom } from './meta.ts';
import { compareBytes } from '../order.ts';

/** Which part of a tree is meant. Paths are POSIX, relative to the walk's base. */
export interface Selection {
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
  readonly stats: Stats;
}

interface Folder {
  readonly path: string;
  /** Read once: to see whether the folder is empty, then to go into it. */
  children?: readonly Dirent[];
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
 * @throws CafsError `INVALID_INPUT` for what may not be read, and for a selected name that is not
 *   valid UTF-8: no key could name it
 */
export function* walk(base: string, options: WalkOptions): Generator<Found, void, undefined> {
  const pending: Step[] = [{ order: '/', kind: 'folder', folder: { path: '' } }];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const { order, kind, folder } = step;
    if (folder !== undefined && order.endsWith('/')) {
      folder.children ??= readFolder(base, folder.path, options);
      const steps = stepsInto(folder.path, folder.children, options);
      steps.sort((a, b) => compareBytes(b.order, a.order));
      for (const next of steps) pending.push(next);
      continue;
    }
    const stats = lstat(base, order);
    const actual = stats && kindOf(stats);
    if (stats === undefined || actual === undefined) continue;
    // A file may have become a symlink since its folder was read; a folder is another matter.
    if ((actual === 'folder') !== (kind === 'folder')) continue;
    if (folder !== undefined && fileMetaFrom(stats).mode === USUAL_FOLDER_MODE) {
      folder.children ??= readFolder(base, folder.path, options);
      if (folder.children.some((child) => kindOf(child) !== undefined)) continue;
    }
    yield { path: order, kind: actual, stats };
  }
}

function stepsInto(parent: string, children: readonly Dirent[], options: WalkOptions): Step[] {
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

function readFolder(base: string, path: string, selection: Selection): readonly Dirent[] {
  const folder = path === '' ? base : `${base}/${path}`;
  try {
    const children = readdirSync(folder, { withFileTypes: true });
    if (children.some((child) => child.name.includes('\uFFFD'))) {
      refuseOtherEncodings(folder, path, selection);
    }
    return children;
  } catch (error) {
    if (isMissing(error)) return [];
    throw explainUnreadable(error, folder);
  }
}

/** U+FFFD is what Node shows for bytes that are not UTF-8, but a name may really hold it. */
function refuseOtherEncodings(folder: string, parent: string, selection: Selection): void {
  for (const child of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    if (isUtf8(child.name)) continue;
    const path = childOf(parent, child.name.toString());
    const isFolder = child.isDirectory();
    const kind = isFolder ? 'folder' : child.isSymbolicLink() ? 'symlink' : 'file';
    if (!selection.select(path, kind) && !(isFolder && selection.enter(path))) continue;
    throw new CafsError(
      'INVALID_INPUT',
      `The name of ${JSON.stringify(path)} is not valid UTF-8 (in hexadecimal: ${child.name.toString('hex')}).`,
      { hint: 'Rename it, or exclude it.' },
    );
  }
}

function lstat(base: string, path: string): Stats | undefined {
  const file = `${base}/${path}`;
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw explainUnreadable(error, file);
  }
}

function describeSpecial(child: Dirent): string {
  if (child.isSocket()) return 'socket';
  return child.isFIFO() ? 'named pipe' : 'device';
}
