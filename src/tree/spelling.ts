import { lstatSync } from 'node:fs';

import { CafsError } from '../errors.ts';
import { encodePath, showPath } from '../names.ts';

/** Whether two paths below the base lead to one and the same file. */
export type SameFile = (a: string, b: string) => boolean;

/**
 * Refuses two entries that would be one file, on a disk that ignores case or Unicode forms.
 *
 * Two spellings that may be one name are compared on the disk itself. Once a file that was written
 * shows that the disk tells cases apart, nothing is recorded any more; but on macOS, where such
 * disks, too, take NFC and NFD for the same name.
 */
export class Spelling {
  readonly #sameFile: SameFile;
  readonly #normalises: boolean;
  readonly #seen = new Map<string, string>();
  #tellsCasesApart: boolean | undefined;

  constructor(sameFile: SameFile, platform: NodeJS.Platform) {
    this.#sameFile = sameFile;
    this.#normalises = platform === 'darwin';
  }

  /**
   * Takes note of a path that is to be written, and of the folders above it.
   *
   * @throws CafsError `CONTAINMENT` when it was written before in another spelling
   */
  claim(path: string): void {
    if (this.#tellsCasesApart === true && !this.#normalises) return;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const part = path.slice(0, end);
      const folded = part.normalize('NFC').toLowerCase();
      const before = this.#seen.get(folded);
      if (before === part) return;
      if (before === undefined) this.#seen.set(folded, part);
      else if (this.#sameFile(before, part)) throw collision(path, before, part);
    }
  }

  /** A file was written: looks, where its name has letters, whether the disk knows their case. */
  learn(path: string): void {
    if (this.#tellsCasesApart !== undefined) return;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const swapped = swapCase(name);
    if (swapped === name) return;
    this.#tellsCasesApart = !this.#sameFile(path, path.slice(0, -name.length) + swapped);
    if (this.#tellsCasesApart && !this.#normalises) this.#seen.clear();
  }
}

/** Compares what is on disk, without following symlinks. */
export function isSameFile(a: string, b: string): boolean {
  const one = lstatSync(encodePath(a), { throwIfNoEntry: false });
  const other = lstatSync(encodePath(b), { throwIfNoEntry: false });
  return one !== undefined && other?.ino === one.ino && other.dev === one.dev;
}

function swapCase(name: string): string {
  return name.replace(/[a-z]/gi, (letter) =>
    letter < 'a' ? letter.toLowerCase() : letter.toUpperCase(),
  );
}

function collision(path: string, before: string, now: string): CafsError {
  return new CafsError(
    'CONTAINMENT',
    `${showPath(path)} is not written: this disk takes ${showPath(now)} and ` +
      `${showPath(before)} for the same name.`,
    { hint: 'Rename one of them, or restore to a disk that tells them apart.' },
  );
}
