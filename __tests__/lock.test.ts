import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import { describe, expect, test } from '@jest/globals';

import { holdFileLock, tryFileLock, withFileLock } from '../src/lock.ts';
import { useChildren } from './support/child.ts';
import { testOnPosix } from './support/platform.ts';
import { useTempDirs } from './support/temp.ts';

const tempDir = useTempDirs();
const startChild = useChildren();
const HOLDER = new URL('./support/lock-holder.ts', import.meta.url);

describe('a lock between processes', () => {
  test('keeps others out until it is released', async () => {
    const path = join(tempDir(), 'lock');
    const child = startChild(HOLDER, [path]);
    expect(await child.line()).toBe('held');
    expect(tryFileLock(path)).toBeUndefined();

    const taken = holdFileLock(path);
    expect(await Promise.race([taken, sleep(100, 'waits')])).toBe('waits');
    child.say('release');
    expect(await child.line()).toBe('released');
    (await taken).release();
  });

  test('is free at once when its holder is killed', async () => {
    const path = join(tempDir(), 'lock');
    const child = startChild(HOLDER, [path]);
    await child.line();
    expect(tryFileLock(path)).toBeUndefined();

    await child.kill();
    const lock = tryFileLock(path);
    expect(lock).toBeDefined();
    lock?.release();
  });

  test('lets through one at a time, and nobody is lost', async () => {
    const dir = tempDir();
    const count = script(
      dir,
      `import { readFileSync, writeFileSync } from 'node:fs';
       const [lock, counter] = process.argv.slice(2);
       for (let i = 0; i < 100; i += 1) await withFileLock(lock, async () => {
         const before = Number(readFileSync(counter, 'utf8'));
         await new Promise((resolve) => setImmediate(resolve));
         writeFileSync(counter, String(before + 1));
       });`,
    );
    const counter = join(dir, 'counter');
    writeFileSync(counter, '0');
    const children = [1, 2, 3].map(() => startChild(count, [join(dir, 'lock'), counter]));
    for (const child of children) expect(await child.end()).toMatchObject({ code: 0 });
    expect(readFileSync(counter, 'utf8')).toBe('300');
  });
});

describe('a lock within a process', () => {
  test('has one holder', async () => {
    const path = join(tempDir(), 'lock');
    const first = await holdFileLock(path);
    expect(tryFileLock(path)).toBeUndefined();
    // A failed attempt has opened and closed the file: that must not free it for other processes.
    const child = startChild(HOLDER, [path]);
    expect(await Promise.race([child.line(), sleep(1000, 'waits')])).toBe('waits');

    first.release();
    first.release();
    expect(tryFileLock(join(tempDir(), 'other'))).toBeDefined();
    await child.kill();
    const second = tryFileLock(path);
    expect(second).toBeDefined();
    second?.release();
  });

  test('holds against worker threads', async () => {
    const path = join(tempDir(), 'lock');
    const lock = await holdFileLock(path);
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ tryFileLock }) => {
        parentPort.postMessage(tryFileLock(workerData.path) === undefined);
      });`;
    const module = new URL('../src/lock.ts', import.meta.url).href;
    const worker = new Worker(source, { eval: true, workerData: { module, path } });
    const isHeld = await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    await worker.terminate();
    expect(isHeld).toBe(true);
    expect(tryFileLock(path)).toBeUndefined();
    lock.release();
  });

  test('is given back whatever the work does', async () => {
    const path = join(tempDir(), 'lock');
    expect(await withFileLock(path, async () => 7)).toBe(7);
    const failing = withFileLock(path, async () => {
      throw new Error('work');
    });
    await expect(failing).rejects.toThrow('work');
    tryFileLock(path)!.release();
  });
});

describe('waiting for a lock', () => {
  test('ends with an error that names the file', async () => {
    const path = join(tempDir(), 'lock');
    const lock = await holdFileLock(path);
    const waiting = withFileLock(path, async () => 1, { timeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining(path),
    });
    lock.release();
  });

  test('ends with the reason of the signal', async () => {
    const path = join(tempDir(), 'lock');
    const lock = await holdFileLock(path);
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(reason);
    }, 30);
    await expect(withFileLock(path, async () => 1, controller)).rejects.toBe(reason);
    await expect(holdFileLock(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    lock.release();
  });
});

describe('the file of a lock', () => {
  test('is empty and alone', async () => {
    const dir = tempDir();
    const path = join(dir, 'a', 'b', 'lock');
    await withFileLock(path, async () => {
      expect(readdirSync(join(dir, 'a', 'b'))).toEqual(['lock']);
    });
    expect(readdirSync(join(dir, 'a', 'b'))).toEqual(['lock']);
    expect(statSync(path).size).toBe(0);
  });

  test.each([
    [
      'no empty file',
      (path: string) => {
        writeFileSync(path, 'text'.repeat(1000));
      },
      /not empty/,
    ],
    [
      'a folder',
      (path: string) => {
        mkdirSync(path);
      },
      /no file/,
    ],
  ])('is refused where it is %s', async (_, make, message) => {
    const path = join(tempDir(), 'lock');
    make(path);
    expect(() => tryFileLock(path)).toThrow(
      expect.objectContaining({ code: 'UNWRITABLE', message: expect.stringMatching(message) }),
    );
  });

  test('is refused in a folder that is a file', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    expect(() => tryFileLock(join(dir, 'file', 'lock'))).toThrow(
      expect.objectContaining({ code: 'UNWRITABLE' }),
    );
  });

  testOnPosix('is refused, rather than shared, where it cannot be written', async () => {
    const dir = tempDir();
    const path = join(dir, 'lock');
    writeFileSync(path, '');
    chmodSync(path, 0o444);
    chmodSync(dir, 0o755);
    // Root may write everything: it becomes nobody.
    const child = script(
      dir,
      `process.setgid?.(process.getuid() === 0 ? 65534 : process.getgid());
       process.setuid?.(process.getuid() === 0 ? 65534 : process.getuid());
       try { tryFileLock(process.argv[2]); console.log('locked'); }
       catch (error) { console.log(error.code, error.message); }`,
    );
    expect(await startChild(child, [path]).line()).toMatch(/^UNWRITABLE .*no permission/);
  });

  testOnPosix('is refused with what to do where too many files are open', async () => {
    const dir = tempDir();
    const child = script(
      dir,
      `import { closeSync, openSync } from 'node:fs';
       tryFileLock(process.argv[2] + '-first').release();
       const open = [];
       let all = false;
       while (!all) {
         try { open.push(openSync(process.argv[2] + '-first')); }
         catch { all = true; }
       }
       let found;
       try { tryFileLock(process.argv[2]); }
       catch (error) { found = error; }
       for (const fd of open) closeSync(fd);
       console.log(found?.code, found?.message, found?.hint);`,
    );
    const limited = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -n 64; exec "$@"',
        'sh',
        process.execPath,
        fileURLToPath(child),
        join(dir, 'lock'),
      ],
      { encoding: 'utf8' },
    );
    expect(limited.stderr).toBe('');
    expect(limited.stdout).toMatch(/^UNWRITABLE .*too many files are open \(EMFILE\).*ulimit -n/);
  });

  testOnPosix('can be reached through a symlink', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'real'));
    symlinkSync('real', join(dir, 'link'));
    const lock = await holdFileLock(join(dir, 'link', 'lock'));
    expect(tryFileLock(join(dir, 'real', 'lock'))).toBeUndefined();
    lock.release();
  });
});

test('nothing is printed, and SQLite is loaded only when it is used', async () => {
  const dir = tempDir();
  const quiet = script(
    dir,
    `const loaded = () => process.moduleLoadList.includes('NativeModule sqlite');
     console.log(loaded());
     tryFileLock(process.argv[2]).release();
     console.log(loaded());`,
  );
  const child = startChild(quiet, [join(dir, 'lock')]);
  expect([await child.line(), await child.line()]).toEqual(['false', 'true']);
  expect(await child.end()).toEqual({ code: 0, stderr: '' });
});

/** Makes a script that has the functions of the lock. */
function script(dir: string, source: string): URL {
  const path = join(dir, 'script.mjs');
  const module = new URL('../src/lock.ts', import.meta.url).href;
  writeFileSync(
    path,
    `import { tryFileLock, withFileLock } from ${JSON.stringify(module)};\n${source}`,
  );
  return pathToFileURL(path);
}
