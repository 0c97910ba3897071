import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { withLock } from '../../src/oci/folder-lock.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();
const DEAD = '11111111-2222-4333-8444-555555555555 4711 some-host\n';

describe('withLock', () => {
  test('lets one in at a time', async () => {
    const path = join(tempDir(), 'lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(3);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => withLock(path, work)));
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  test('is free again after work that failed', async () => {
    const path = join(tempDir(), 'lock');
    const failing = withLock(path, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  test.each([DEAD, ''])('breaks the lock of a dead process, once: %j', async (content) => {
    const dir = tempDir();
    const path = join(dir, 'lock');
    writeFileSync(path, content);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(30);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, work, { staleMs: 100 })));
    expect(most).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('does not break a lock that changes hands', async () => {
    const path = join(tempDir(), 'lock');
    let stop = false;
    let broken = 0;
    const busy = async (): Promise<void> => {
      while (!stop) {
        await withLock(path, async (lock) => {
          await delay(20);
          if (!(await lock.isHeld())) broken += 1;
        });
      }
    };
    const holders = [busy(), busy(), busy()];
    const waiter = withLock(path, () => Promise.resolve(), { staleMs: 300 });
    await delay(900);
    stop = true;
    await Promise.all([...holders, waiter]);
    expect(broken).toBe(0);
  });

  test('tells a holder that it was taken for dead', async () => {
    const path = join(tempDir(), 'lock');
    await withLock(path, async (lock) => {
      expect(await lock.isHeld()).toBe(true);
      await withLock(path, () => Promise.resolve(), { staleMs: 50 });
      expect(await lock.isHeld()).toBe(false);
    });
  });

  test('does not remove the lock of the one who took it over', async () => {
    const path = join(tempDir(), 'lock');
    await withLock(path, () => {
      rmSync(path);
      writeFileSync(path, DEAD);
      return Promise.resolve();
    });
    expect(existsSync(path)).toBe(true);
  });

  test('gives up with an error that names the file and the holder', async () => {
    const path = join(tempDir(), 'lock');
    writeFileSync(path, DEAD);
    const waiting = withLock(path, () => Promise.resolve(), { giveUpMs: 100 });
    await expect(waiting).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/lock.*4711 on some-host/),
    });
  });

  test('can be aborted while it waits', async () => {
    const path = join(tempDir(), 'lock');
    writeFileSync(path, DEAD);
    const signal = AbortSignal.timeout(50);
    const waiting = withLock(path, () => Promise.resolve(), { signal });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
