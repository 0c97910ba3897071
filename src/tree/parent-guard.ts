import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';

import { CafsError, systemCode } from '../errors.ts';
import { isMissing } from '../file-access.ts';
import { encodePath, type FilePath, showPath } from '../names.ts';
import { parentOf } from './ancestors.ts';
import { requireContained } from './contain.ts';
import { FolderLocks } from './folder-locks.ts';
import { USUAL_FOLDER_MODE } from './meta.ts';

/** How far the folders above a path are real folders. */
export type Parents =
  | { readonly state: 'real' }
  | { readonly state: 'missing'; readonly folder: string }
  /** Something else is in a folder's place: a symlink or a file. */
  | { readonly state: 'blocked'; readonly folder: string; readonly by: string };

/** What a guard is told beside its base. */
export interface GuardOptions {
  /** Whether a folder that forbids it may be opened for the time being. Default: none may. */
  readonly mayOpen?: (folder: string) => boolean;
  readonly platform?: NodeJS.Platform | undefined;
}

/**
 * Makes sure that a path below a base folder leads through real folders only, never through a
 * symlink: what comes from a snapshot must not choose where it is written.
 *
 * What was verified is not looked at again until it is forgotten. This guards against hostile
 * snapshots and against what lies on disk, not against another process of the same user that swaps
 * folders while this one writes: that process could write there itself.
 */
export class ParentGuard {
  /** Opens read-only folders on the way. */
  readonly locks: FolderLocks;
  readonly #start: string;
  readonly #platform: NodeJS.Platform;
  readonly #verified = new Set<string>();
  readonly #made = new Set<string>();

  /**
   * @param base an existing folder; symlinks in its own path are followed, once, here
   * @throws CafsError `INVALID_INPUT` when it does not exist
   */
  constructor(base: string, { mayOpen = () => false, platform }: GuardOptions = {}) {
    const real = realBase(base);
    this.#start = real.endsWith('/') ? real : `${real}/`;
    this.#platform = platform ?? process.platform;
    this.locks = new FolderLocks((folder) => this.fileAt(folder), mayOpen);
  }

  /** The absolute path of something below the base. Checks nothing. */
  absolute(path: string): string {
    return this.#start + path;
  }

  /** The same for system calls. */
  fileAt(path: string): FilePath {
    return encodePath(this.absolute(path));
  }

  /**
   * Looks at the folders above a path, and creates nothing.
   *
   * @throws CafsError `CONTAINMENT` for a path that {@link requireContained} refuses
   */
  examine(path: string): Parents {
    requireContained(path, this.#platform);
    if (this.#verified.has(parentOf(path))) return { state: 'real' };
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (this.#verified.has(folder)) continue;
      const found = this.#look(folder);
      if (found.state !== 'real') return found;
      this.#verified.add(folder);
    }
    return { state: 'real' };
  }

  /**
   * Whether the folders above a path are there.
   *
   * @throws CafsError `CONTAINMENT` when something else is in a folder's place
   */
  check(path: string): boolean {
    const parents = this.examine(path);
    if (parents.state === 'blocked') throw blocked(path, parents);
    return parents.state === 'real';
  }

  /**
   * Makes sure that the folders above a path are there, and creates those that are missing.
   *
   * @throws CafsError `CONTAINMENT` when something else is in a folder's place
   */
  ensure(path: string): void {
    for (;;) {
      const parents = this.examine(path);
      if (parents.state === 'real') return;
      if (parents.state === 'blocked') throw blocked(path, parents);
      this.makeFolder(parents.folder);
    }
  }

  /** Makes one folder, in a parent that has been verified. One that is there already is no error. */
  makeFolder(folder: string): void {
    const file = this.fileAt(folder);
    this.locks.attempt(parentOf(folder), () => {
      try {
        mkdirSync(file);
      } catch (error) {
        if (systemCode(error) === 'EEXIST') return;
        throw error;
      }
      this.#made.add(folder);
      // Whatever the umask: a folder without an entry of its own had this mode.
      chmodSync(file, USUAL_FOLDER_MODE);
    });
  }

  /** The folders that were made here. */
  get made(): ReadonlySet<string> {
    return this.#made;
  }

  /** A folder is no longer there: it and what is below it must be looked at again. */
  forget(folder: string): void {
    const below = `${folder}/`;
    for (const verified of this.#verified) {
      if (verified === folder || verified.startsWith(below)) this.#verified.delete(verified);
    }
    this.locks.forget(folder);
  }

  #look(folder: string): Parents {
    try {
      const stats = this.locks.attempt(parentOf(folder), () => lstatSync(this.fileAt(folder)));
      if (stats.isDirectory()) return { state: 'real' };
      return { state: 'blocked', folder, by: stats.isSymbolicLink() ? 'a symlink' : 'no folder' };
    } catch (error) {
      if (isMissing(error)) return { state: 'missing', folder };
      throw error;
    }
  }
}

function realBase(base: string): string {
  try {
    return realpathSync(base);
  } catch (error) {
    throw new CafsError('INVALID_INPUT', `The folder ${showPath(base)} cannot be opened.`, {
      hint: 'Create it first.',
      cause: error,
    });
  }
}

/** For those who name what is restored. */
export const BLOCKED_HINT = 'Remove it, or name it among what is restored.';

function blocked(path: string, { folder, by }: { folder: string; by: string }): CafsError {
  return new CafsError(
    'CONTAINMENT',
    `${showPath(path)} is not written: ${showPath(folder)} on the way to it is ${by}.`,
    { hint: BLOCKED_HINT },
  );
}
