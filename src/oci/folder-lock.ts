import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

import { CafsError, systemCode } from '../errors.ts';
import { SYSTEM_CLOCK } from './retry.ts';

/*
 * A lock between processes, with nothing but a file.
 *
 * - To take it is to create the file, which only one can (O_EXCL). The file holds a token that no
 *   other holder ever has.
 * - It is held for milliseconds. Whoever sees the same token for STALE_MS, by its own clock, takes
 *   the holder for dead. Process ids are no help: containers that share a folder do not share them.
 * - To break it, create `<lock>.<token>` (O_EXCL again): of all who see the dead holder, one may
 *   remove its file, and nobody can remove the file of the one who comes next.
 * - A holder that only slept notices: before it changes what the lock guards, it asks `isHeld`,
 *   and starts over where it is not. What remains is a process that is stopped for five seconds
 *   between that question and the rename that follows it.
 */

const STALE_MS = 5000;
const GIVE_UP_MS = 60_000;

/** Times in milliseconds, for tests that do not want to wait. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  readonly staleMs?: number;
  readonly giveUpMs?: number;
}

/** A lock that this process holds. */
export interface HeldLock {
  /** Whether nobody has broken it in the meantime. */
  isHeld(): Promise<boolean>;
}

/**
 * Does work while holding a lock.
 *
 * @param path the lock's file, in a folder that exists
 * @throws CafsError `TIMEOUT` where others hold it for a minute
 */
export async function withLock<T>(
  path: string,
  work: (lock: HeldLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const token = randomUUID();
  await take(path, token, options);
  const isHeld = async (): Promise<boolean> => tokenOf(await read(path)) === token;
  try {
    return await work({ isHeld });
  } finally {
    if (await isHeld()) await rm(path, { force: true });
  }
}

async function take(path: string, token: string, options: LockOptions): Promise<void> {
  const { signal, staleMs = STALE_MS, giveUpMs = GIVE_UP_MS } = options;
  const start = performance.now();
  let seen: string | undefined;
  let seenSince = start;
  while (!(await create(path, `${token} ${String(process.pid)} ${hostname()}\n`))) {
    const now = performance.now();
    const content = await read(path);
    if (content !== seen) {
      seen = content;
      seenSince = now;
    } else if (content !== undefined && now - seenSince > staleMs) {
      await breakLock(path, content);
      seen = undefined;
    }
    if (now - start > giveUpMs) throw held(path, content);
    await SYSTEM_CLOCK.sleep(5 + Math.random() * 20, signal);
  }
}

async function breakLock(path: string, content: string): Promise<void> {
  // A holder that was killed between creating and writing left a file without a token.
  const claim = `${path}.${tokenOf(content) ?? 'empty'}`;
  if (!(await create(claim, ''))) return;
  if ((await read(path)) === content) await rm(path, { force: true });
  await rm(claim, { force: true });
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    // Windows says EPERM of a file that is just being removed.
    if (systemCode(error) === 'EEXIST' || systemCode(error) === 'EPERM') return false;
    throw error;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EPERM') return undefined;
    throw error;
  }
}

function tokenOf(content: string | undefined): string | undefined {
  return /^[0-9a-f-]{36}/.exec(content ?? '')?.[0];
}

function held(path: string, content: string | undefined): CafsError {
  const [, pid = '?', host = '?'] = content?.trim().split(' ') ?? [];
  return new CafsError(
    'TIMEOUT',
    `The lock ${path} is held by others all the time, now by process ${pid} on ${host}.`,
    { hint: 'If no process writes to this folder, remove the file.' },
  );
}
