import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

import { type Digest, isDigest } from '../digest.ts';
import { CafsError, describeError, hasCode } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';
import { withFileLock } from '../lock.ts';
import { TEMP_NAME, moveInPlace } from './atomic-file.ts';
import { putBack, statsAt } from './blob-file.ts';
import { childrenOf, listBlobs } from './blob-list.ts';
import { DigestSet } from './digest-set.ts';
import { writingTo } from '../disk-error.ts';
import { CLOCK_TICK_MS, FileClock } from './file-clock.ts';
import type { Layout } from './layout.ts';
import { isEverythingKept, liveSessions } from './writer-session.ts';

/** For how long, in nanoseconds, a file may be written that no session tells of: an index, say. */
const TEMP_GRACE_NS = 3_600_000_000_000n;

/** Names of blobs that were set aside, or that are about to be removed. */
const BLOB_NAME = /^[0-9a-f]{64}$/;

/** Digests that are read before others get their turn. */
const TURN = 4096;

/** What a garbage collection removed. */
export interface Garbage {
  /** Blobs. */
  readonly removed: number;
  /** Of those blobs. */
  readonly bytes: number;
}

/** What a garbage collection has to know. */
export interface CollectOptions {
  /** What the caller needs beside what the indexes on disk name. */
  readonly needed: Iterable<Digest>;
  /** The digests that an index file names; throws where it cannot tell. */
  readonly readIndex: (file: string) => Iterable<Digest>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Removes the blobs of a cache folder that nobody needs: no index on disk names them, and no writer
 * at work has put or touched them. Removes nothing while a session keeps everything. What crashed
 * processes left behind goes, too.
 *
 * docs/adr/0012-locks-and-garbage-collection.md says why this is right whatever other processes do.
 *
 * @throws CafsError `MALFORMED`, `UNSUPPORTED_VERSION` where an index cannot be read: nothing has been
 *   removed then; `UNWRITABLE`, `TIMEOUT`; the signal's reason
 */
export function collectGarbage(layout: Layout, options: CollectOptions): Promise<Garbage> {
  const work = (): Promise<Garbage> => new Collection(layout, options).run();
  return withFileLock(layout.gcLock, work, { signal: options.signal });
}

class Collection {
  readonly #layout: Layout;
  readonly #options: CollectOptions;
  readonly #needed = new DigestSet();
  #cutoff = 0n;
  #removed = 0;
  #bytes = 0;

  constructor(layout: Layout, options: CollectOptions) {
    this.#layout = layout;
    this.#options = options;
  }

  async run(): Promise<Garbage> {
    // The order matters. A writer that is not among the sessions yet began after `start`: what it puts
    // and touches is younger. One that is not among them any more has written its index before.
    const start = await this.#start();
    this.#cutoff = this.#cutoffOf(start);
    await this.#readNeeded();
    if (await this.#removeBlobs()) this.#removeLeftovers(start);
    return { removed: this.#removed, bytes: this.#bytes };
  }

  /** A time after everything that was put before this call, and before everything put from now on. */
  async #start(): Promise<bigint> {
    const clock = new FileClock(this.#layout.tempDir);
    const stamp = (): bigint => writingTo(this.#layout.tempDir, () => clock.stamp());
    const called = stamp();
    const past = called + BigInt(2 * CLOCK_TICK_MS * 1e6);
    let now = called;
    // Bounded, since a clock may be set back.
    for (let turn = 0; turn < 10 && now <= past; turn += 1) {
      await sleep(CLOCK_TICK_MS);
      this.#options.signal?.throwIfAborted();
      now = stamp();
    }
    return now;
  }

  /** Blobs with this time or a later one may be a writer's. */
  #cutoffOf(start: bigint): bigint {
    return liveSessions(this.#layout).reduce(
      (least, session) => (session.start < least ? session.start : least),
      start,
    );
  }

  async #readNeeded(): Promise<void> {
    await this.#need(this.#options.needed);
    for (const file of this.#layout.indexFiles()) {
      try {
        await this.#need(this.#options.readIndex(file));
      } catch (error) {
        throw explainIndex(error, file);
      }
    }
  }

  async #need(digests: Iterable<Digest>): Promise<void> {
    let count = 0;
    for (const digest of digests) {
      this.#needed.add(digest);
      count += 1;
      if (count % TURN === 0) await this.#pause();
    }
    await this.#pause();
  }

  /** Gives false where it ended early. */
  async #removeBlobs(): Promise<boolean> {
    if (isEverythingKept(this.#layout)) return false;
    this.#emptyTrash();
    for (const { blobs } of listBlobs(this.#layout)) {
      await this.#pause();
      // A session that keeps everything waits for this collection to end.
      if (isEverythingKept(this.#layout)) return false;
      for (const { digest, path } of blobs) {
        if (!this.#needed.has(digest) && this.#isOld(path, this.#cutoff)) this.#remove(digest);
      }
    }
    return true;
  }

  /** What a collection that was killed left there. */
  #emptyTrash(): void {
    for (const { name } of childrenOf(this.#layout.trashDir)) {
      const digest = `sha256:${name}`;
      if (isDigest(digest)) this.#judge(digest);
    }
  }

  #remove(digest: Digest): void {
    const path = this.#layout.blob(digest);
    writingTo(path, () => {
      try {
        moveInPlace(path, this.#layout.trash(digest));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
    this.#judge(digest);
  }

  /**
   * Decides about a blob in the trash. A writer that touched it while it was in its place has done so
   * by now; one that wants to touch it from now on misses it there, and takes it back or writes it anew.
   */
  #judge(digest: Digest): void {
    const trash = this.#layout.trash(digest);
    const stats = statsAt(trash);
    if (stats === undefined) return;
    writingTo(trash, () => {
      if (this.#needed.has(digest) || stats.mtimeNs >= this.#cutoff) {
        putBack(trash, this.#layout.blob(digest));
        return;
      }
      rmSync(trash, { recursive: true, force: true });
      this.#removed += 1;
      this.#bytes += Number(stats.size);
    });
  }

  #removeLeftovers(start: bigint): void {
    const grace = start - TEMP_GRACE_NS;
    this.#removeOld(this.#layout.tempDir, TEMP_NAME, grace < this.#cutoff ? grace : this.#cutoff);
    this.#removeOld(this.#layout.damagedDir, BLOB_NAME, this.#cutoff);
    this.#removeOld(this.#layout.trashDir, BLOB_NAME, this.#cutoff);
  }

  /** Removes what is ours, by its name, and old. */
  #removeOld(dir: string, ours: RegExp, cutoff: bigint): void {
    for (const { name } of childrenOf(dir)) {
      const path = join(dir, name);
      if (!ours.test(name) || !this.#isOld(path, cutoff)) continue;
      writingTo(path, () => {
        rmSync(path, { recursive: true, force: true });
      });
    }
  }

  #isOld(path: string, cutoff: bigint): boolean {
    const stats = statsAt(path);
    return stats !== undefined && stats.mtimeNs < cutoff;
  }

  async #pause(): Promise<void> {
    await setImmediate();
    this.#options.signal?.throwIfAborted();
  }
}

function explainIndex(error: unknown, file: string): unknown {
  for (const code of ['MALFORMED', 'UNSUPPORTED_VERSION'] as const) {
    if (!hasCode(error, code)) continue;
    return new CafsError(
      code,
      `Nothing was removed, since the index ${file} may need it: ${describeError(error)}`,
      { hint: 'Remove that index file if nothing of its namespace is needed.', cause: error },
    );
  }
  return explainUnreadable(error, file);
}
