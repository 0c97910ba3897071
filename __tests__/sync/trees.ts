import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { afterAll } from '@jest/globals';

import type { Store } from '../../src/store/store.ts';
import { open } from '../../src/sync/open.ts';
import { useTempDirs } from '../support/temp.ts';

/** Stores and folders that are gone when the test file ends, read-only ones too. */
export function useTrees(): {
  tempDir: () => string;
  openStore: (cacheDir?: string, remote?: string) => Promise<Store>;
} {
  const opened: Store[] = [];
  const made: string[] = [];
  afterAll(async () => {
    for (const store of opened) await store.close();
    if (process.platform !== 'win32' && made.length > 0) {
      execFileSync('chmod', ['-R', 'u+rwX', ...made]);
    }
  });
  const tempDir = useTempDirs();
  const openStore = async (
    cacheDir = join(tempDir(), 'cache'),
    remote?: string,
  ): Promise<Store> => {
    const store = await open('trees:main', { cacheDir, remote });
    opened.push(store);
    return store;
  };
  return {
    tempDir: () => {
      const dir = tempDir();
      made.push(dir);
      return dir;
    },
    openStore,
  };
}

/** Does something without root's right to pass over modes, in a folder that is given to `nobody`. */
export async function asNobody<T>(dir: string, action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action();
  const nobody = 65534;
  execFileSync('chown', ['-Rh', String(nobody), dir]);
  process.seteuid!(nobody);
  try {
    return await action();
  } finally {
    process.seteuid!(0);
  }
}

/** What `diff` has to say about two trees: nothing where they are the same. */
export function diff(a: string, b: string): string {
  const { stdout, stderr } = spawnSync('diff', ['-r', '--no-dereference', a, b]);
  return stdout.toString() + stderr.toString();
}

/** Longer than any tick of a clock that stamps files. */
export const SETTLED_MS = 30;
