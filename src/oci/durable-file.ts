import { randomUUID } from 'node:crypto';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { systemCode } from '../errors.ts';

/** A temporary file this old was left by a process that was killed. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for every
 * other process: bytes go to a file of another name, to the disk, and only then in place. When this
 * returns, its name is on the disk, too, as far as the system can tell: a power cut does not take it.
 *
 * @param tempDir a folder on the same file system; it exists
 * @param content all bytes, or pieces, of which one is held at a time; where they end with an error,
 *   nothing changes
 */
export async function writeDurably(
  path: string,
  tempDir: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const temp = join(tempDir, `tmp-${randomUUID()}`);
  try {
    const file = await open(temp, 'wx', 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await replace(temp, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(temp, { force: true });
  }
}

/** What systems answer that cannot sync a folder: Windows cannot open one, some disks know no such thing. */
const NO_SYNC: ReadonlySet<string | undefined> = new Set([
  'EISDIR',
  'EPERM',
  'EACCES',
  'EINVAL',
  'ENOTSUP',
]);

async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!NO_SYNC.has(systemCode(error))) throw error;
  }
}

/** Removes what killed processes have left in a folder of temporary files. */
export async function sweepAbandoned(tempDir: string, now: number): Promise<void> {
  for (const name of await readdir(tempDir)) {
    if (!name.startsWith('tmp-')) continue;
    const path = join(tempDir, name);
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isFile() !== true || now - stats.mtimeMs <= ABANDONED_MS) continue;
    await rm(path, { force: true });
  }
}

/** On Windows, a file that another process is just reading cannot be replaced: it soon can. */
async function replace(temp: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(temp, path);
      return;
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '');
      if (!busy || attempt === 10) throw error;
      await delay(attempt * 10);
    }
  }
}
