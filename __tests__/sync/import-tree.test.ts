import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Observed } from '../../src/observe.ts';
import type { Store } from '../../src/store/store.ts';
import { type ImportOptions, importTree } from '../../src/sync/import-tree.ts';
import { FOLDER, writeTree } from '../support/files.ts';
import { describeOnPosix, testOnPosix } from '../support/platform.ts';
import { SETTLED_MS, asNobody, useTrees } from './trees.ts';

const { tempDir, openStore } = useTrees();

let store: Store;
let dir: string;
beforeEach(async () => {
  store = await openStore();
  dir = tempDir();
});

function keys(): string[] {
  return [...store.list()].map(([key]) => key);
}

describe('entries', () => {
  test('are files, symlinks and empty folders under the prefix, with modes and times', async () => {
    writeTree(dir, {
      'a/b': 'text',
      'a/tool': { script: '#!' },
      link: { link: 'a/b' },
      empty: FOLDER,
    });
    expect(await importTree(store, dir, 'p')).toEqual({
      files: 3,
      bytes: 4 + 2 + 3,
      hashed: 2,
      unchanged: 0,
      removed: 0,
    });
    const mtimeMs = 1_700_000_000_500;
    expect([...store.list('p')]).toMatchObject([
      ['a/b', { digest: digestOf('text'), size: 4, meta: { mode: 0o644, mtimeMs } }],
      ['a/tool', { meta: { mode: 0o755, mtimeMs } }],
      ['empty', { size: 0, meta: { kind: 'folder', mode: 0o755, mtimeMs } }],
      ['link', { digest: digestOf('a/b'), meta: { kind: 'symlink', mode: 0o777, mtimeMs } }],
    ]);
    expect((await store.get('p/a/b')).toString()).toBe('text');
  });

  test.each([
    ['', '_private/[...slug].tsx', '%5Fprivate/[%2E%2E%2Eslug].tsx'],
    ['', '_', '%5F'],
    ['', '%5Fx', '%255Fx'],
    ['', 'a/_b', 'a/_b'],
    ['p', '_private', 'p/_private'],
    ['p/', '100%', 'p/100%25'],
    ['a/b', 'c', 'a/b/c'],
  ])('under %j, the file %j has the key %j', async (prefix, path, key) => {
    writeTree(dir, { [path]: 'x' });
    await importTree(store, dir, prefix);
    expect(keys()).toEqual([key]);
    expect(await importTree(store, dir, prefix)).toMatchObject({ unchanged: 1, removed: 0 });
  });

  test('a large file is stored in pieces, and known again', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 5_000_001 }, (_, i) => (i * 7) % 251));
    writeFileSync(join(dir, 'large'), bytes);
    expect(await importTree(store, dir, 'p')).toMatchObject({ hashed: 1, bytes: bytes.length });
    expect(store.stat('p/large')).toMatchObject({ digest: digestOf(bytes), size: bytes.length });
    expect((await store.get('p/large')).equals(bytes)).toBe(true);
    const options = { statCache: false };
    expect(await importTree(store, dir, 'p', options)).toMatchObject({ hashed: 1, unchanged: 1 });
    bytes[4_000_000] = 252;
    writeFileSync(join(dir, 'large'), bytes);
    expect(await importTree(store, dir, 'p')).toMatchObject({ hashed: 1, unchanged: 0 });
    expect((await store.get('p/large')).equals(bytes)).toBe(true);
  });

  testOnPosix(
    'of the folder that a symlink leads to; symlinks in it are not followed',
    async () => {
      const outside = tempDir();
      writeTree(outside, { secret: 's' });
      writeTree(dir, { a: 'a', out: { link: outside } });
      const link = join(tempDir(), 'link');
      symlinkSync(dir, link);
      await importTree(store, link, 'p');
      expect(keys()).toEqual(['p/a', 'p/out']);
    },
  );
});

describe('what did not change', () => {
  test('keeps its entry, and the store is as it was', async () => {
    writeTree(dir, { a: 'a', b: 'b', link: { link: 'a' }, empty: FOLDER });
    await importTree(store, dir, 'p');
    const before = [...store.list()];
    await store.sync();
    // A rebuild writes the same bytes at another time.
    writeFileSync(join(dir, 'a'), 'a');
    expect(await importTree(store, dir, 'p')).toMatchObject({ files: 3, unchanged: 4 });
    expect([...store.list()]).toEqual(before);
    expect(store.dirty).toBe(false);
  });

  test('is not read again, by whatever store of the cache folder; what did is', async () => {
    writeTree(dir, { a: 'a', b: 'b', 'c/d': 'd' });
    await sleep(SETTLED_MS);
    expect(await importTree(store, dir, 'p')).toMatchObject({ hashed: 3 });
    expect(await importTree(store, dir, 'p')).toMatchObject({ hashed: 0, unchanged: 3 });
    expect(await importTree(store, dir, 'q')).toMatchObject({ hashed: 0, unchanged: 0 });
    expect(store.hash('q')).toBe(store.hash('p'));
    writeFileSync(join(dir, 'b'), 'x');
    utimesSync(join(dir, 'b'), 1_700_000_000.5, 1_700_000_000.5);
    await sleep(SETTLED_MS);
    expect(await importTree(store, dir, 'p')).toMatchObject({ hashed: 1, unchanged: 2 });
    expect(store.stat('p/b')?.digest).toBe(digestOf('x'));
    expect(await importTree(store, dir, 'p', { statCache: false })).toMatchObject({ hashed: 3 });
  });

  testOnPosix('but for its mode has a new entry', async () => {
    writeTree(dir, { a: 'a' });
    await importTree(store, dir, 'p');
    chmodSync(join(dir, 'a'), 0o755);
    expect(await importTree(store, dir, 'p')).toMatchObject({ unchanged: 0 });
    expect(store.stat('p/a')).toMatchObject({ digest: digestOf('a'), meta: { mode: 0o755 } });
  });

  test('but was put by hand gets the metadata of a file', async () => {
    await store.put('p/a', 'a');
    writeTree(dir, { a: 'a' });
    expect(await importTree(store, dir, 'p')).toMatchObject({ unchanged: 0 });
    expect(store.stat('p/a')).toMatchObject({ meta: { mode: 0o644 } });
  });

  test('but was lost from the disk is stored again', async () => {
    writeTree(dir, { a: 'a', b: 'b' });
    await sleep(SETTLED_MS);
    await importTree(store, dir, 'p');
    rmSync(store.path(digestOf('a')));
    expect(await importTree(store, dir, 'p')).toMatchObject({ hashed: 1, unchanged: 1 });
    expect((await store.get('p/a')).toString()).toBe('a');
    writeFileSync(store.path(digestOf('b')), 'damaged');
    await expect(store.get('p/b')).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(await importTree(store, dir, 'p')).toMatchObject({ hashed: 1, unchanged: 1 });
    expect((await store.get('p/b')).toString()).toBe('b');
  });

  test('of size and time, but in content, is never missed', async () => {
    const file = join(dir, 'a');
    const wrong: number[] = [];
    for (let round = 0; round < 1000; round += 1) {
      writeFileSync(file, `first ${String(round).padStart(4, '0')}`);
      utimesSync(file, 1000, 1000);
      await importTree(store, dir, 'p');
      const second = `other ${String(round).padStart(4, '0')}`;
      writeFileSync(file, second);
      utimesSync(file, 1000, 1000);
      await importTree(store, dir, 'p');
      if (store.stat('p/a')?.digest !== digestOf(second)) wrong.push(round);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('what is missing', () => {
  beforeEach(async () => {
    writeTree(dir, { a: 'a', 'b/c': 'c', 'b/d': 'd' });
    await importTree(store, dir, 'p');
    await store.put('p/by-hand', 'x');
    await store.put('p/no path: 100%', 'x');
    await store.put('p2/x', 'x');
    rmSync(join(dir, 'b/c'));
  });

  test('goes, by whomever it was put; nothing beside the prefix does', async () => {
    expect(await importTree(store, dir, 'p')).toMatchObject({ removed: 3 });
    expect(keys()).toEqual(['p/a', 'p/b/d', 'p2/x']);
  });

  test('stays where that is asked for', async () => {
    expect(await importTree(store, dir, 'p', { removeMissing: false })).toMatchObject({
      removed: 0,
    });
    expect(store.len).toBe(6);
  });

  test('goes only as far as patterns select it', async () => {
    expect(await importTree(store, dir, 'p', { patterns: ['b'] })).toEqual({
      files: 1,
      bytes: 1,
      hashed: 1,
      unchanged: 1,
      removed: 1,
    });
    expect(keys()).toEqual(['p/a', 'p/b/d', 'p/by-hand', 'p/no path: 100%', 'p2/x']);
  });

  test('a file that became a folder, and a folder that became a file', async () => {
    rmSync(join(dir, 'b'), { recursive: true });
    rmSync(join(dir, 'a'));
    writeTree(dir, { b: 'file', 'a/x': 'x' });
    await importTree(store, dir, 'p');
    expect(keys()).toEqual(['p/a/x', 'p/b', 'p2/x']);
  });

  test('goes with all of the prefix where the folder is empty, but not where it is no folder', async () => {
    rmSync(dir, { recursive: true });
    for (const make of [
      () => undefined,
      () => {
        writeFileSync(dir, '');
      },
    ]) {
      make();
      await expect(importTree(store, dir, 'p')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(store.len).toBe(6);
    }
    rmSync(dir);
    mkdirSync(dir);
    expect(await importTree(store, dir, 'p')).toMatchObject({ files: 0, removed: 5 });
  });
});

describe('patterns', () => {
  test.each<[readonly string[], readonly string[]]>([
    [['**'], ['.hidden', 'a.map', 'a.ts', 'b/a.map', 'b/a.ts']],
    [
      ['**', '!**/*.map'],
      ['.hidden', 'a.ts', 'b/a.ts'],
    ],
    [['b'], ['b/a.map', 'b/a.ts']],
    [['*.ts', '!b'], ['a.ts']],
    [
      ['**', '!b', 'b/*.map'],
      ['.hidden', 'a.map', 'a.ts', 'b/a.map'],
    ],
    [[], []],
  ])('%j select %j', async (patterns, expected) => {
    writeTree(dir, { '.hidden': '', 'a.ts': '', 'a.map': '', 'b/a.ts': '', 'b/a.map': '' });
    await importTree(store, dir, 'p', { patterns });
    expect([...store.list('p')].map(([key]) => key)).toEqual(expected);
  });

  test.each([['/absolute'], ['../out'], ['!only'], ['']])('%j is refused', async (pattern) => {
    await expect(importTree(store, dir, 'p', { patterns: [pattern] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('what is not imported', () => {
  test('`.git`, unless it is asked for, and what a killed restore left', async () => {
    writeTree(dir, {
      '.git/config': 'token',
      'sub/.git': 'gitdir: x',
      '.gitignore': '',
      '.cafs-0123456789abcdef.tmp': 'left',
    });
    await importTree(store, dir, 'p');
    expect(keys()).toEqual(['p/.gitignore']);
    await importTree(store, dir, 'p', { git: true });
    expect(keys()).toEqual(['p/.git/config', 'p/.gitignore', 'p/sub/.git']);
    // What is not looked at is not missing.
    rmSync(join(dir, '.git'), { recursive: true });
    expect(await importTree(store, dir, 'p')).toMatchObject({ removed: 0 });
  });

  test('the cache folder, where it lies in the folder', async () => {
    const own = await openStore(join(dir, '.cache/cafs'));
    writeTree(dir, { a: 'a', '.cache/other': 'o' });
    for (let round = 0; round < 2; round += 1) {
      await importTree(own, dir, '');
      expect([...own.list()].map(([key]) => key)).toEqual(['.cache/other', 'a']);
    }
    for (const inside of ['.cache/cafs', '.cache/cafs/blobs']) {
      await expect(importTree(own, join(dir, inside), 'p')).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('cache folder'),
      });
    }
  });

  testOnPosix('sockets and pipes, of which the caller hears', async () => {
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    writeTree(dir, { a: 'a' });
    const skipped: string[] = [];
    const onSkip = (path: string, why: string): void => void skipped.push(`${path}: ${why}`);
    expect(await importTree(store, dir, 'p', { onSkip })).toMatchObject({ files: 1 });
    expect(skipped).toEqual(['pipe: named pipe']);
  });
});

describe('errors', () => {
  test.each([
    ['_p', 'RESERVED_KEY'],
    ['a/../b', 'INVALID_KEY'],
    ['x'.repeat(1024), 'INVALID_KEY'],
    ['x'.repeat(960), 'INVALID_INPUT'],
  ])('the prefix %j: %s', async (prefix, code) => {
    writeTree(dir, { a: 'a' });
    await expect(importTree(store, dir, prefix)).rejects.toMatchObject({ code });
    expect(store.len).toBe(0);
  });

  describeOnPosix('of files', () => {
    test('that may not be read name them, and nothing is deleted', async () => {
      writeTree(dir, { a: 'a', b: 'b' });
      await store.put('p/old', 'x');
      const parent = tempDir();
      await asNobody(parent, async () => {
        const own = await openStore(join(parent, 'cache'));
        writeTree(join(parent, 'tree'), { a: 'a', 'closed/b': 'b' });
        await own.put('p/old', 'x');
        chmodSync(join(parent, 'tree/a'), 0);
        await expect(importTree(own, join(parent, 'tree'), 'p')).rejects.toMatchObject({
          code: 'INVALID_INPUT',
          message: expect.stringContaining('tree/a'),
        });
        chmodSync(join(parent, 'tree/a'), 0o644);
        chmodSync(join(parent, 'tree/closed'), 0);
        await expect(importTree(own, join(parent, 'tree'), 'p')).rejects.toMatchObject({
          code: 'INVALID_INPUT',
          message: expect.stringContaining('closed'),
        });
        expect(own.exists('p/old')).toBe(true);
      });
    });

    test('that are written to all the time', async () => {
      const file = join(dir, 'log');
      writeFileSync(file, Buffer.alloc(3_000_000));
      const timer = setInterval(() => {
        appendFileSync(file, 'x');
      }, 0);
      try {
        await expect(importTree(store, dir, 'p')).rejects.toMatchObject({
          code: 'CHANGED',
          message: expect.stringContaining('log'),
        });
      } finally {
        clearInterval(timer);
      }
      expect(store.exists('p/log')).toBe(false);
      expect(await importTree(store, dir, 'p')).toMatchObject({ files: 1 });
      expect(store.stat('p/log')?.size).toBe(lstatSync(file).size);
    });

    test('that were written to once are read again', async () => {
      const file = join(dir, 'log');
      writeFileSync(file, Buffer.alloc(3_000_000));
      let left = 1;
      const timer = setInterval(() => {
        if (left-- > 0) appendFileSync(file, 'x');
      }, 0);
      try {
        await importTree(store, dir, 'p');
      } finally {
        clearInterval(timer);
      }
      expect(store.stat('p/log')?.size).toBe(3_000_001);
    });
  });

  test('an abort stops it in the middle of a large file', async () => {
    writeTree(dir, { a: 'a', b: Buffer.alloc(30_000_000), c: 'c' });
    const controller = new AbortController();
    const options: ImportOptions = {
      signal: controller.signal,
      observer: () => {
        setImmediate(() => {
          controller.abort(new Error('enough'));
        });
      },
    };
    await expect(importTree(store, dir, 'p', options)).rejects.toThrow('enough');
    expect(keys()).toEqual(['p/a']);
    const aborted = AbortSignal.abort(new Error('at once'));
    await expect(importTree(store, dir, 'q', { signal: aborted })).rejects.toThrow('at once');
  });
});

test('progress counts files and bytes', async () => {
  writeTree(dir, { a: 'aa', b: 'bbb', empty: FOLDER });
  const events: Observed[] = [];
  await importTree(store, dir, 'p', { observer: (event) => void events.push(event) });
  expect(events.at(-1)).toEqual({ kind: 'hash', done: 2, bytes: 5 });
});

testOnPosix('a cache folder that cannot be written to costs a notice, and time', async () => {
  const parent = tempDir();
  await asNobody(parent, async () => {
    const own = await openStore(join(parent, 'cache'));
    const tree = join(parent, 'tree');
    writeTree(tree, { a: 'a' });
    await sleep(SETTLED_MS);
    mkdirSync(join(parent, 'cache/stat'));
    chmodSync(join(parent, 'cache/stat'), 0o500);
    const events: Observed[] = [];
    const observer = (event: Observed): void => void events.push(event);
    expect(await importTree(own, tree, 'p', { observer })).toMatchObject({ hashed: 1 });
    expect(events.some((event) => event.kind === 'notice')).toBe(true);
    expect(await importTree(own, tree, 'p')).toMatchObject({ hashed: 1, unchanged: 1 });
    expect(readdirSync(join(parent, 'cache/stat'))).toEqual([]);
  });
});
