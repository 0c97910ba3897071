import { copyFileSync, lutimesSync } from 'node:fs';

import type { Digest } from '../digest.ts';
import { isMissing, isRefused } from '../file-access.ts';
import { dropFile, moveInPlace, writeTemp } from './atomic-file.ts';
import { hasFile, putBack, statsAt } from './blob-file.ts';
import { writingTo } from '../disk-error.ts';
import { FileClock } from './file-clock.ts';
import type { Layout } from './layout.ts';

/** Tells garbage collection that blobs are needed: one that looks just written stays. */
export class BlobToucher {
  readonly #layout: Layout;
  readonly #clock: FileClock;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#clock = new FileClock(layout.tempDir);
  }

  /**
   * Makes a blob as young as one that is put now.
   *
   * @param size what the blob must have; one of another size is as good as none
   * @returns whether there is such a blob
   * @throws CafsError `UNWRITABLE`, `NO_SPACE`
   */
  touch(digest: Digest, size?: number): boolean {
    const path = this.#layout.blob(digest);
    // Garbage collection may take the file away at any moment, and gives it back where it was
    // touched before: only a file that is still there afterwards is certain to have been.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (!hasFile(path) && !this.takeBack(digest)) return false;
      writingTo(path, () => {
        this.#renew(path);
      });
      const stats = statsAt(path);
      if (stats?.isFile() === true) return size === undefined || Number(stats.size) === size;
    }
    return false;
  }

  /** Puts back what garbage collection is about to remove. Gives whether the blob is in its place. */
  takeBack(digest: Digest): boolean {
    const path = this.#layout.blob(digest);
    return writingTo(path, () => putBack(this.#layout.trash(digest), path)) || hasFile(path);
  }

  #renew(path: string): void {
    const now = this.#clock.now() / 1000;
    try {
      lutimesSync(path, now, now);
    } catch (error) {
      if (isMissing(error)) return;
      if (!isRefused(error)) throw error;
      this.#replace(path, now);
    }
  }

  /** Times are the owner's to set; whoever may write to the folder can put a copy in place. */
  #replace(path: string, time: number): void {
    const temp = writeTemp(this.#layout.tempDir, []);
    try {
      copyFileSync(path, temp);
      lutimesSync(temp, time, time);
      moveInPlace(temp, path);
    } catch (error) {
      dropFile(temp);
      if (!isMissing(error)) throw error;
    }
  }
}
