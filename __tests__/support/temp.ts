import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from '@jest/globals';

/** Makes folders that are gone when the test file ends. Call it once, outside of tests. */
export function useTempDirs(): () => string {
  const made: string[] = [];
  afterAll(() => {
    for (const dir of made) removeTree(dir);
  });
  return () => {
    const dir = mkdtempSync(join(tmpdir(), 'cafs-test-'));
    made.push(dir);
    return dir;
  };
}

/** Removes a folder with all that lies in it, folders that nobody may write to as well. */
export function removeTree(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch {
    execFileSync('chmod', ['-R', 'u+rwX', dir]);
    rmSync(dir, { recursive: true, force: true });
  }
}
