import { closeSync, fstatSync } from 'node:fs';

import { dropFile, openTemp } from './atomic-file.ts';

/** For how long, in milliseconds, the distance between two clocks is taken to stay the same. */
const TRUSTED_MS = 10_000;

/**
 * File systems take their time from a clock that ticks every few milliseconds (10 on Linux, 15.6 on
 * Windows): what they stamp may be older than it is by this much, in milliseconds.
 */
export const CLOCK_TICK_MS = 20;

/**
 * The clock by which a file system stamps files. It need not be this process's: the files may lie
 * on a server, or on the host of a virtual machine.
 */
export class FileClock {
  readonly #tempDir: string;
  #offset = 0;
  #measured = -Infinity;

  /** @param tempDir a folder on the file system, for a file that lives for a moment */
  constructor(tempDir: string) {
    this.#tempDir = tempDir;
  }

  /** What a file that is written at this moment gets as its time, in nanoseconds since 1970. */
  stamp(): bigint {
    const { path, fd } = openTemp(this.#tempDir);
    try {
      return fstatSync(fd, { bigint: true }).mtimeNs;
    } finally {
      closeSync(fd);
      dropFile(path);
    }
  }

  /**
   * A time, in milliseconds since 1970, that is no less than that of any file written before, found
   * without writing one each time.
   */
  now(): number {
    const here = Date.now();
    if (here < this.#measured || here - this.#measured > TRUSTED_MS) {
      this.#offset = Number(this.stamp()) / 1e6 - here;
      this.#measured = here;
    }
    return here + this.#offset + CLOCK_TICK_MS;
  }
}
