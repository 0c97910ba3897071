import { chmodSync, lstatSync } from 'node:fs';

import { systemCode } from '../errors.ts';
import type { FilePath } from '../names.ts';

const OWNER_WRITE_AND_ENTER = 0o300;

/**
 * Opens folders that are read-only, for as long as something below them is being written.
 *
 * Remembers the modes, so that they can be put back: see {@link FolderLocks.openedMode}.
 */
export class FolderLocks {
  readonly #fileAt: (folder: string) => FilePath;
  readonly #mayOpen: (folder: string) => boolean;
  readonly #modes = new Map<string, number>();
  readonly #own = new Set<string>();

  /**
   * @param fileAt the absolute path of a folder
   * @param mayOpen whether this folder's mode may be touched
   */
  constructor(fileAt: (folder: string) => FilePath, mayOpen: (folder: string) => boolean) {
    this.#fileAt = fileAt;
    this.#mayOpen = mayOpen;
  }

  /** A folder is ours to remove: it and what is below it may be opened. */
  own(folder: string): void {
    this.#own.add(folder);
  }

  /** Does something in a folder; when the folder forbids it, opens the folder and tries again. */
  attempt<T>(folder: string, operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      if (systemCode(error) !== 'EACCES' || !this.#open(folder)) throw error;
      return operation();
    }
  }

  /** The folders that were opened. */
  opened(): Iterable<string> {
    return this.#modes.keys();
  }

  /** The mode that a folder had before it was opened. */
  openedMode(folder: string): number | undefined {
    return this.#modes.get(folder);
  }

  /** The folder is gone, or has its mode back. */
  forget(folder: string): void {
    this.#modes.delete(folder);
  }

  #open(folder: string): boolean {
    if (folder === '' || !(this.#mayOpen(folder) || this.#isOwn(folder))) return false;
    const file = this.#fileAt(folder);
    const stats = lstatSync(file);
    const mode = stats.mode & 0o777;
    if (!stats.isDirectory() || (mode & OWNER_WRITE_AND_ENTER) === OWNER_WRITE_AND_ENTER) {
      return false;
    }
    chmodSync(file, mode | 0o700);
    this.#modes.set(folder, mode);
    return true;
  }

  #isOwn(folder: string): boolean {
    return [...this.#own].some((own) => folder === own || folder.startsWith(`${own}/`));
  }
}
