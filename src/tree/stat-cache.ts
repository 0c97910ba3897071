import { type BigIntStats, lstatSync, readFileSync, realpathSync } from 'node:fs';

import { type Digest, digestOf } from '../digest.ts';
import { bytesOf, decodeName, encodePath } from '../names.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import { CLOCK_TICK_MS } from '../store/file-clock.ts';
import { openLayout } from '../store/layout.ts';
import { type HashFile, hashFile } from './hash-file.ts';
import { StatTable } from './stat-table.ts';

/** The time of day in nanoseconds since 1970, never ahead of the true one. */
export type Clock = () => bigint;

const SECOND = 1_000_000_000n;

const TICK = BigInt(CLOCK_TICK_MS) * 1_000_000n;

/** FAT keeps even seconds, and some others whole ones. */
const COARSE_TICK = 2n * SECOND;

/** What a cache knew of a path when it was opened, and whether that is still so. */
const UNSEEN = 0;
const VALID = 1;
const SUPERSEDED = 2;

/**
 * The digests of files below one folder, by what `lstat` says of them: a file with the size, the
 * times (`ctime`, too, which nobody can set), the inode and the mode that it had when it was read
 * has the content that it had.
 *
 * That holds only if whatever is written to the file from then on changes one of these. A clock
 * that stamps files moves in ticks, and a write in the tick of the last one leaves no trace: so a
 * file is remembered only if its stamps were older than a tick when it began to be read. A file
 * whose time lies in the future is not, either.
 *
 * A cache that is lost, damaged or of another version costs time, and nothing else. What no such
 * cache can see: a program that writes to a file through memory that it mapped before, and a
 * network share whose clock is behind this machine's.
 */
export class StatCache {
  readonly #base: string;
  readonly #file: string;
  readonly #tempDir: string;
  readonly #clock: Clock;
  readonly #known: StatTable;
  /** What has become of each record of `known`. */
  readonly #states: Uint8Array;
  readonly #fresh = StatTable.empty();
  /** Written by this process, perhaps within this very tick. */
  readonly #written = StatTable.empty();

  private constructor(base: string, cacheDir: string, clock: Clock) {
    const layout = openLayout(cacheDir);
    this.#base = realpathSync(base);
    this.#file = layout.statCache(digestOf(bytesOf(this.#base)));
    this.#tempDir = layout.tempDir;
    this.#clock = clock;
    this.#known = read(this.#file);
    this.#states = new Uint8Array(this.#known.count);
  }

  /**
   * Opens the cache of a folder.
   *
   * @param base an existing folder; by whatever path it is named, its cache is the same
   */
  static open(base: string, cacheDir: string, clock: Clock = timeOfDay): StatCache {
    return new StatCache(base, cacheDir, clock);
  }

  /**
   * The digest of a file.
   *
   * @param path relative to the base
   * @param stats what `lstat` says of it now
   * @returns undefined where it has to be read
   */
  find(path: string, stats: BigIntStats): Digest | undefined {
    const index = this.#known.find(bytesOf(path));
    if (index < 0) return undefined;
    if (this.#states[index] !== SUPERSEDED && this.#known.hasStats(index, stats)) {
      this.#states[index] = VALID;
      return this.#known.digest(index);
    }
    this.#states[index] = SUPERSEDED;
    return undefined;
  }

  /** The moment for {@link StatCache.remember}: ask for it before a file is read. */
  now(): bigint {
    return this.#clock();
  }

  /**
   * Remembers a file, if it can be told from then on whether it was written to.
   *
   * @param stats what `stat` said after the last byte was read
   * @param since a moment from which on the file had this content
   */
  remember(path: string, stats: BigIntStats, digest: Digest, since: bigint): void {
    const name = this.#supersede(path);
    if (!isSettled(stats.mtimeNs, since) || !isSettled(stats.ctimeNs, since)) return;
    this.#fresh.append(name, stats, digest);
  }

  /**
   * Remembers a file that this process has just written, and given a time that lies in the past: what
   * anybody else writes to it gives it another.
   *
   * @param stats what `lstat` says of it now
   */
  rememberWritten(path: string, stats: BigIntStats, digest: Digest): void {
    const name = this.#supersede(path);
    if (isSettled(stats.mtimeNs, this.now())) this.#written.append(name, stats, digest);
  }

  /** Hashes a file, or spares that: for `describeFile` and `differences`. */
  readonly hash: HashFile = (file, path, stats) => {
    const known = this.find(path, stats);
    if (known !== undefined) return { digest: known, size: Number(stats.size), stats };
    const since = this.now();
    const hashed = hashFile(file);
    this.remember(path, hashed.stats, hashed.digest, since);
    return hashed;
  };

  /**
   * Writes what has been remembered, if anything has. Files that are gone are dropped. The last thing
   * to do with a cache.
   *
   * @throws CafsError `NO_SPACE`, `UNWRITABLE`
   */
  save(): void {
    const now = this.now();
    for (let index = 0; index < this.#written.count; index += 1) {
      if (isSettled(this.#written.ctimeNs(index), now))
        this.#fresh.appendFrom(this.#written, index);
    }
    if (this.#fresh.count === 0) return;
    for (let index = 0; index < this.#known.count; index += 1) {
      if (this.#isKept(index)) this.#fresh.appendFrom(this.#known, index);
    }
    writeFileAtomic(this.#file, this.#tempDir, [this.#fresh.encode()]);
  }

  #supersede(path: string): Buffer {
    const name = bytesOf(path);
    const before = this.#known.find(name);
    if (before >= 0) this.#states[before] = SUPERSEDED;
    return name;
  }

  /** Nobody asked for an unseen file: it may lie outside what was looked at, or be gone. */
  #isKept(index: number): boolean {
    if (this.#states[index] !== UNSEEN) return this.#states[index] === VALID;
    const file = encodePath(`${this.#base}/${decodeName(this.#known.path(index))}`);
    try {
      return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
    } catch {
      return false;
    }
  }
}

/** Whether a clock that stamped a file at this time has moved on since. */
function isSettled(stamp: bigint, since: bigint): boolean {
  return stamp + (stamp % SECOND === 0n ? COARSE_TICK : TICK) < since;
}

function timeOfDay(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function read(file: string): StatTable {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return StatTable.empty();
  }
  return StatTable.decode(bytes) ?? StatTable.empty();
}
