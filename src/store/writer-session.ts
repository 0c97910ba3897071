import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import { systemCode } from '../errors.ts';
import { isMissing, isRefused } from '../file-access.ts';
import { type FileLock, holdFileLock, tryFileLock, withFileLock } from '../lock.ts';
import { dropFile } from './atomic-file.ts';
import { hasFile, statsAt } from './blob-file.ts';
import type { Layout } from './layout.ts';

/**
 * What a session keeps from garbage collection: `new` is what is put or touched during the session,
 * `everything` is all blobs there are.
 */
export type Keeps = 'new' | 'everything';

/** A session of whatever process, as garbage collection sees it. */
export interface LiveSession {
  readonly name: string;
  readonly keeps: Keeps;
  /** When it began, in nanoseconds since 1970, by the clock of the file system. */
  readonly start: bigint;
}

const NAME = /^[0-9a-f]{16}\.(new|everything)$/;

/**
 * Tells the garbage collection of all processes that a writer is at work, whose blobs no index on
 * disk names yet. Open it before the first `put` or `touch`, and close it once the index is
 * written. It ends with the process, however that ends.
 *
 * A session is an empty file, which is locked as long as the session lives, and whose time is the
 * session's start.
 *
 * @example
 * await using session = await WriterSession.open(layout, { keeps: 'new' });
 */
export class WriterSession implements AsyncDisposable {
  /** Tells sessions apart. */
  readonly name: string;
  readonly #path: string;
  readonly #lock: FileLock;

  private constructor(path: string, lock: FileLock) {
    this.name = basename(path);
    this.#path = path;
    this.#lock = lock;
  }

  /**
   * Begins a session. One that keeps everything waits for a garbage collection that is at work, which
   * ends early for it.
   *
   * @throws CafsError `UNWRITABLE`, `TIMEOUT`; the signal's reason
   */
  static async open(
    layout: Layout,
    { keeps, signal }: { readonly keeps: Keeps; readonly signal?: AbortSignal | undefined },
  ): Promise<WriterSession> {
    const session = await WriterSession.#register(layout.writersDir, keeps, signal);
    if (keeps === 'new') return session;
    try {
      await withFileLock(layout.gcLock, () => Promise.resolve(), { signal });
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  static async #register(
    dir: string,
    keeps: Keeps,
    signal: AbortSignal | undefined,
  ): Promise<WriterSession> {
    for (;;) {
      const path = join(dir, `${randomBytes(8).toString('hex')}.${keeps}`);
      const lock = await holdFileLock(path, { signal });
      // Garbage collection that saw the file before it was locked has taken it for a dead one's.
      if (hasFile(path)) return new WriterSession(path, lock);
      lock.release();
    }
  }

  /** Ends the session; a second call does nothing. */
  close(): Promise<void> {
    this.#lock.release();
    dropFile(this.#path);
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The sessions that live. The files of those that died are removed. */
export function liveSessions(layout: Layout): LiveSession[] {
  return namesIn(layout.writersDir).flatMap((name) => {
    const path = join(layout.writersDir, name);
    if (!isAlive(path)) return [];
    const stats = statsAt(path);
    // It has ended since it was listed.
    if (stats === undefined) return [];
    return { name, keeps: keepsOf(name), start: stats.mtimeNs };
  });
}

/** Whether there is a session, of those alive, that keeps everything. */
export function isEverythingKept(layout: Layout): boolean {
  return namesIn(layout.writersDir).some(
    (name) => keepsOf(name) === 'everything' && isAlive(join(layout.writersDir, name)),
  );
}

function keepsOf(name: string): Keeps {
  return name.endsWith('.everything') ? 'everything' : 'new';
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).filter((name) => NAME.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isAlive(path: string): boolean {
  const lock = tryFileLock(path);
  if (lock === undefined) return true;
  try {
    // While it is locked here: a session that is about to lock it sees that it is gone.
    rmSync(path, { force: true });
  } catch (error) {
    // Windows does not remove what is open, here or in a session that is about to lock it.
    if (!isRefused(error) && systemCode(error) !== 'EBUSY') throw error;
    lock.release();
    dropFile(path);
  } finally {
    lock.release();
  }
  return false;
}
