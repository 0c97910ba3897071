import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, resolve } from 'node:path';
import type * as sqlite from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { CafsError, systemCode } from './errors.ts';
import { makeFolder } from './make-folder.ts';

/*
 * Locks between processes that the kernel gives back when their holder dies, however it dies.
 *
 * Node has no call for the file locks of its systems, but it brings SQLite, which does: an exclusive
 * transaction on an empty database is an exclusive lock on the file (`fcntl` on POSIX, `LockFileEx` on
 * Windows), also between threads and between two holders in one process. Nothing is ever written.
 *
 * Never open or read a lock file in any other way: on POSIX, closing any descriptor of a file gives
 * back all locks that the process holds on it.
 */

const GIVE_UP_MS = 60_000;

/** SQLite's result codes. @see https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CANTOPEN = 14;
const SQLITE_PROTOCOL = 15;
const SQLITE_NOTADB = 26;

const REASONS: readonly (readonly [codes: readonly unknown[], why: string])[] = [
  [['EROFS'], 'its disk is read-only'],
  [['EACCES', 'EPERM', SQLITE_READONLY], 'no permission'],
  [['ENOTDIR', 'EEXIST'], 'a file is where its folder must be'],
  [[SQLITE_CANTOPEN], 'it is no file, or its path has more than about 500 bytes'],
  [[SQLITE_IOERR, SQLITE_PROTOCOL], 'its file system has no locks, or failed'],
  [[SQLITE_NOTADB], 'it is not empty, as a lock is; remove it'],
];

// A journal on disk would be a file that a killed process leaves behind.
const TAKE = 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE';

/** How a lock is waited for. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** After how long to give up, in milliseconds. Default: a minute. */
  readonly timeoutMs?: number | undefined;
}

/** A lock that this process holds, until it is released or the process ends. */
export interface FileLock extends Disposable {
  /** Gives it back; a second call does nothing. */
  release(): void;
}

/**
 * Does work while nobody else, in this process or another, holds the lock of a file.
 *
 * @param path a file of its own, empty, made where it does not exist, on a disk of this machine
 * @throws CafsError `TIMEOUT` where others hold it all the time; `UNWRITABLE`, `NO_SPACE` where the file
 *   cannot be made or locked; the signal's reason; what the work throws
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lock = await holdFileLock(path, options);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * Waits for the lock of a file, and holds it. The event loop goes on meanwhile.
 *
 * @throws as {@link withFileLock}
 */
export async function holdFileLock(
  path: string,
  { signal, timeoutMs = GIVE_UP_MS }: LockOptions = {},
): Promise<FileLock> {
  const deadline = performance.now() + timeoutMs;
  for (let pause = 1; ; pause = Math.min(pause * 2, 32)) {
    signal?.throwIfAborted();
    const lock = tryFileLock(path);
    if (lock !== undefined) return lock;
    if (performance.now() > deadline) throw held(path, timeoutMs);
    // At random, so that those who wait do not keep step with each other.
    await sleep(pause * (0.5 + Math.random()), undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}

/**
 * Takes the lock of a file, unless somebody holds it. Who only wants to know gives it back at once.
 *
 * @returns undefined where somebody holds it
 * @throws CafsError `UNWRITABLE`, `NO_SPACE`
 */
export function tryFileLock(path: string): FileLock | undefined {
  const file = resolve(path);
  const database = open(file);
  try {
    // SQLite opens what it may not write as read-only, and would share the lock.
    accessSync(file, constants.W_OK);
    database.exec(TAKE);
    return new DatabaseLock(database);
  } catch (error) {
    database.close();
    if (resultOf(error) === SQLITE_BUSY) return undefined;
    // Whoever held it may have removed the file since it was opened.
    if (systemCode(error) === 'ENOENT') return undefined;
    throw explainLock(error, file);
  }
}

class DatabaseLock implements FileLock {
  #database: sqlite.DatabaseSync | undefined;

  constructor(database: sqlite.DatabaseSync) {
    this.#database = database;
  }

  release(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

function open(file: string): sqlite.DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const make = (): sqlite.DatabaseSync => new DatabaseSync(file, { timeout: 0 });
  try {
    return make();
  } catch (first) {
    try {
      // SQLite does not say what is wrong; these two do, where it is what they find.
      makeFolder(dirname(file));
      accessSync(dirname(file), constants.W_OK);
      return make();
    } catch (error) {
      requireDescriptor(file);
      throw explainLock(resultOf(error) === undefined ? error : first, file);
    }
  }
}

/** SQLite cannot say that this process, or the system, has too many open files: another file can. */
function requireDescriptor(file: string): void {
  try {
    closeSync(openSync(devNull, 'r'));
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'EMFILE' && code !== 'ENFILE') return;
    throw new CafsError(
      'UNWRITABLE',
      `The file ${file} cannot be locked: too many files are open (${code}).`,
      {
        hint: 'Raise the limit of open files (ulimit -n), or do less at the same time.',
        cause: error,
      },
    );
  }
}

/** Not imported at the top: to load it takes a millisecond that most commands need not spend. */
function loadSqlite(): typeof sqlite {
  // Before 24.15, Node warned that this module is experimental: nothing that a user can act on.
  const emitWarning: unknown = Reflect.get(process, 'emitWarning');
  Reflect.set(process, 'emitWarning', () => undefined);
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    Reflect.set(process, 'emitWarning', emitWarning);
  }
}

/** SQLite's result code without its details, if it is an error of SQLite's. */
function resultOf(error: unknown): number | undefined {
  if (systemCode(error) !== 'ERR_SQLITE_ERROR') return undefined;
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

function held(path: string, timeoutMs: number): CafsError {
  const seconds = String(Math.round(timeoutMs / 1000));
  return new CafsError('TIMEOUT', `Others held the lock ${path} for ${seconds} seconds.`, {
    hint: 'Wait for the process that works in this folder, or end it: its lock ends with it.',
  });
}

function explainLock(error: unknown, file: string): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CafsError('NO_SPACE', `No space is left on the disk for the lock ${file}.`, {
      hint: 'Free some space, or name a folder on another disk.',
      cause: error,
    });
  }
  const why = reasonOf(error);
  if (why === undefined) return error;
  return new CafsError('UNWRITABLE', `The file ${file} cannot be locked: ${why}.`, {
    hint: 'Use a folder on a disk of this machine that this user may write to.',
    cause: error,
  });
}

function reasonOf(error: unknown): string | undefined {
  const reason = REASONS.find(([codes]) => codes.includes(resultOf(error) ?? systemCode(error)));
  return reason?.[1];
}
