import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { systemCode } from '../errors.ts';

/** A temporary file this old was left by a process that was killed. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for every
 * other process: bytes go to a file of another name, to the disk, and only then in place.
 *
 * @param tempDir a folder on the same file system; it exists
 * @param mayPlace asked last of all; where it gives `false`, nothing changes
 * @returns whether the file is in place
 */
export async function writeDurably(
  path: string,
  tempDir: string,
  bytes: Uint8Array,
  mayPlace: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  const temp = join(tempDir, `tmp-${randomUUID()}`);
  try {
    const file = await open(temp, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await mayPlace())) return false;
    await replace(temp, path);
    return true;
  } finally {
    await rm(temp, { force: true });
  }
}

/** Removes what killed processes have left in a folder of temporary files. */
export async function sweepAbandoned(tempDir: string, now: number): Promise<void> {
  for (const name of await readdir(tempDir)) {
    if (!name.startsWith('tmp-')) continue;
    const path = join(tempDir, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && now - stats.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
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
