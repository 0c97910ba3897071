import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import { tryFileLock } from '../../src/lock.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { type CollectOptions, type Garbage, collectGarbage } from '../../src/store/gc.ts';
import { type Layout, openLayout } from '../../src/store/layout.ts';
import { WriterSession } from '../../src/store/writer-session.ts';
import { useChildren } from '../support/child.ts';
import { testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { readIndex, writeIndex } from './line-index.ts';

const tempDir = useTempDirs();
const startChild = useChildren();
const MOMENTS = new URL('./gc-moments.ts', import.meta.url);

interface Cache {
  readonly layout: Layout;
  readonly blobs: Blobs;
  readonly put: (text: string) => Digest;
  readonly collect: (options?: Partial<CollectOptions>) => Promise<Garbage>;
}

function open(): Cache {
  const layout = openLayout(tempDir());
  const blobs = new Blobs(layout);
  return {
    layout,
    blobs,
    put: (text) => blobs.put(Buffer.from(text)),
    collect: (options = {}) => collectGarbage(layout, { needed: [], readIndex, ...options }),
  };
}

function namesIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}

function moveToTrash(layout: Layout, digest: Digest): void {
  mkdirSync(layout.trashDir, { recursive: true });
  renameSync(layout.blob(digest), layout.trash(digest));
}

describe('garbage collection', () => {
  test('removes what no index of any namespace and tag names', async () => {
    const { layout, blobs, put, collect } = open();
    const [a, b, mine, garbage] = [put('a'), put('b'), put('mine'), put('garbage')];
    writeIndex(layout, 'one', [a]);
    writeIndex(layout, 'two/three', [a, b]);
    expect(await collect({ needed: [mine] })).toEqual({ removed: 1, bytes: 'garbage'.length });
    expect([a, b, mine, garbage].map((digest) => blobs.has(digest))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(namesIn(layout.trashDir)).toEqual([]);
  });

  test('removes what was put, and what was touched, the moment before', async () => {
    const { put, collect } = open();
    for (let i = 0; i < 20; i += 1) put(`new ${i}`);
    for (let i = 0; i < 20; i += 1) put(`new ${i}`);
    expect(await collect()).toMatchObject({ removed: 20 });
    expect(await collect()).toEqual({ removed: 0, bytes: 0 });
  });

  test('has nothing to do in a cache folder without blobs', async () => {
    expect(await open().collect()).toEqual({ removed: 0, bytes: 0 });
  });

  test.each([
    ['is damaged', new CafsError('MALFORMED', 'damaged'), 'MALFORMED'],
    ['is newer', new CafsError('UNSUPPORTED_VERSION', 'newer'), 'UNSUPPORTED_VERSION'],
    ['is not ours', Object.assign(new Error('no'), { code: 'EACCES' }), 'INVALID_INPUT'],
  ])('removes nothing where an index %s', async (_, error, code) => {
    const { layout, blobs, put, collect } = open();
    const garbage = put('garbage');
    moveToTrash(layout, put('in the trash'));
    const path = writeIndex(layout, 'one', []);
    const failing = collect({
      readIndex: () => {
        throw error;
      },
    });
    await expect(failing).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path),
    });
    expect(blobs.has(garbage)).toBe(true);
    expect(blobs.has(digestOf('in the trash'))).toBe(true);
    tryFileLock(layout.gcLock)!.release();
  });

  test('stops where it is told to', async () => {
    const { blobs, put, collect } = open();
    const garbage = put('garbage');
    const reason = new Error('enough');
    await expect(collect({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const collecting = collect({ signal: controller.signal });
    controller.abort(reason);
    await expect(collecting).rejects.toBe(reason);
    expect(blobs.has(garbage)).toBe(true);
  });

  test('runs once at a time', async () => {
    const { put, collect } = open();
    for (let i = 0; i < 50; i += 1) put(`garbage ${i}`);
    const results = await Promise.all([collect(), collect(), collect()]);
    expect(results.reduce((sum, { removed }) => sum + removed, 0)).toBe(50);
  });
});

describe('a session', () => {
  test('keeps what is put and touched while it lives, and not what was there before', async () => {
    const { layout, blobs, put, collect } = open();
    const [old, touched] = [put('old'), put('touched')];
    await collect({ needed: [old, touched] });
    const session = await WriterSession.open(layout, { keeps: 'new' });
    const added = put('added');
    expect(blobs.touch(touched)).toBe(true);
    expect(await collect()).toMatchObject({ removed: 1 });
    expect([old, touched, added].map((digest) => blobs.has(digest))).toEqual([false, true, true]);

    await session.close();
    expect(await collect()).toMatchObject({ removed: 2 });
  });

  test('that is older keeps what a younger one put before it gave up', async () => {
    const { layout, blobs, put, collect } = open();
    await using older = await WriterSession.open(layout, { keeps: 'new' });
    const younger = await WriterSession.open(layout, { keeps: 'new' });
    const added = put('added');
    await younger.close();
    expect(await collect()).toMatchObject({ removed: 0 });
    expect(blobs.has(added)).toBe(true);
    expect(older.name).not.toBe(younger.name);
  });

  test('that keeps everything keeps everything', async () => {
    const { layout, put, collect } = open();
    put('garbage');
    moveToTrash(layout, put('in the trash'));
    const session = await WriterSession.open(layout, { keeps: 'everything' });
    expect(await collect()).toEqual({ removed: 0, bytes: 0 });
    await session.close();
    expect(await collect()).toMatchObject({ removed: 2 });
  });

  test('that keeps everything ends a collection that is at work', async () => {
    const { layout, blobs, put } = open();
    const all = Array.from({ length: 400 }, (_, i) => put(`garbage ${i}`));
    const child = startChild(MOMENTS, [layout.cacheDir, 'after it was moved', 'wait', '']);
    expect(await child.line()).toBe('waiting');
    const opening = WriterSession.open(layout, { keeps: 'everything' });
    while (namesIn(layout.writersDir).length === 0) await new Promise(setImmediate);
    writeFileSync(join(layout.cacheDir, 'go'), '');
    const session = await opening;

    const { removed } = JSON.parse(await child.line()) as Garbage;
    expect(removed).toBeGreaterThan(0);
    expect(removed).toBeLessThan(50);
    expect(all.filter((digest) => blobs.has(digest))).toHaveLength(400 - removed);
    await session.close();
  });
});

describe('what happens at the worst moment', () => {
  const lines = async (moment: string, deed: string, cache: Cache): Promise<string[]> => {
    const child = startChild(MOMENTS, [cache.layout.cacheDir, moment, deed, 'content']);
    const printed = await child.rest();
    if (deed !== 'kill') expect(await child.end()).toEqual({ code: 0, stderr: '' });
    return printed;
  };

  for (const moment of ['before it is moved', 'after it was moved', 'before it is removed']) {
    for (const deed of ['put', 'touch']) {
      test(`a ${deed} of the blob ${moment} keeps it`, async () => {
        const cache = open();
        const digest = cache.put('content');
        const [line] = await lines(moment, deed, cache);
        expect(JSON.parse(line!)).toBeDefined();
        expect(cache.blobs.get(digest)).toEqual(Buffer.from('content'));
        expect(existsSync(cache.layout.blob(digest))).toBe(true);
        expect(namesIn(cache.layout.trashDir)).toEqual([]);
      });
    }

    test(`a collection that is killed ${moment} takes nothing from who needs it later`, async () => {
      const cache = open();
      const digest = cache.put('content');
      await lines(moment, 'kill', cache);
      expect(cache.blobs.get(digest)).toEqual(Buffer.from('content'));

      writeIndex(cache.layout, 'late', [digest]);
      expect(await cache.collect()).toEqual({ removed: 0, bytes: 0 });
      expect(existsSync(cache.layout.blob(digest))).toBe(true);
      expect(namesIn(cache.layout.trashDir)).toEqual([]);
      writeIndex(cache.layout, 'late', []);
      expect(await cache.collect()).toMatchObject({ removed: 1 });
    });

    test(`what a collection left that was killed ${moment} goes with the next`, async () => {
      const cache = open();
      cache.put('content');
      await lines(moment, 'kill', cache);
      expect(await cache.collect()).toEqual({ removed: 1, bytes: 'content'.length });
      expect(namesIn(cache.layout.trashDir)).toEqual([]);
    });
  }
});

describe('what crashed processes left', () => {
  const HOURS = 3600;

  test('goes: old temporary files, what was set aside, and sessions', async () => {
    const { layout, put, collect } = open();
    put('garbage');
    for (const dir of [layout.tempDir, layout.damagedDir, layout.trashDir, layout.writersDir]) {
      mkdirSync(dir, { recursive: true });
    }
    const now = Date.now() / 1000;
    const make = (path: string, age: number): string => {
      writeFileSync(path, '');
      utimesSync(path, now - age, now - age);
      return path;
    };
    const gone = [
      make(join(layout.tempDir, '1-0123456789abcdef'), 2 * HOURS),
      make(layout.damaged(digestOf('damaged')), 1),
      make(join(layout.writersDir, '0123456789abcdef.new'), 2 * HOURS),
      make(join(layout.writersDir, '0123456789abcdef.everything'), 1),
    ];
    const folder = layout.damaged(digestOf('a folder in the place of a blob'));
    mkdirSync(join(folder, 'full'), { recursive: true });
    utimesSync(folder, now - 1, now - 1);
    const strangers = [layout.tempDir, layout.damagedDir, layout.trashDir].map((dir) =>
      make(join(dir, 'not-ours'), 9 * HOURS),
    );
    // An index may be on its way there, which no session tells of.
    const young = make(join(layout.tempDir, '2-0123456789abcdef'), 60);

    expect(await collect()).toMatchObject({ removed: 1 });
    expect(gone.filter((path) => existsSync(path))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    for (const stranger of strangers) expect(existsSync(stranger)).toBe(true);
    expect(existsSync(young)).toBe(true);
  });

  test('stays while a writer may be at it', async () => {
    const { layout, collect } = open();
    mkdirSync(layout.damagedDir, { recursive: true });
    const session = await WriterSession.open(layout, { keeps: 'new' });
    writeFileSync(layout.damaged(digestOf('damaged')), '');
    await collect();
    expect(existsSync(layout.damaged(digestOf('damaged')))).toBe(true);
    await session.close();
    await collect();
    expect(existsSync(layout.damaged(digestOf('damaged')))).toBe(false);
  });

  test('in the trash comes back where it is needed, and never over a younger blob', async () => {
    const { layout, blobs, put, collect } = open();
    const [needed, both] = [put('needed'), put('both')];
    moveToTrash(layout, needed);
    moveToTrash(layout, both);
    utimesSync(layout.trash(both), 1000, 1000);
    writeFileSync(layout.blob(both), 'both');
    const { ino } = statSync(layout.blob(both));

    expect(await collect({ needed: [needed, both] })).toMatchObject({ removed: 0 });
    expect(blobs.get(needed)).toEqual(Buffer.from('needed'));
    expect(statSync(layout.blob(both)).ino).toBe(ino);
    expect(namesIn(layout.trashDir)).toEqual([]);
  });
});

describe('strangers in the cache folder', () => {
  testOnPosix('are left alone', async () => {
    const { layout, put, collect } = open();
    const dir = tempDir();
    writeFileSync(join(dir, 'target'), 'target');
    const shard = join(layout.blob(put('garbage')), '..');
    const strangers = [
      join(layout.blobsDir, 'README'),
      join(shard, 'README'),
      // A blob in the wrong folder.
      join(layout.blobsDir, 'zz', 'a'.repeat(64)),
    ];
    mkdirSync(join(layout.blobsDir, 'zz'));
    for (const path of strangers) writeFileSync(path, '');
    const folder = layout.blob(digestOf('folder'));
    mkdirSync(join(folder, 'full'), { recursive: true });
    const link = layout.blob(digestOf('link'));
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(join(dir, 'target'), link);
    writeFileSync(join(layout.cacheDir, 'index'), 'a file, where a folder must be');

    expect(await collect()).toMatchObject({ removed: 1 });
    for (const path of [...strangers, folder, link]) expect(existsSync(path)).toBe(true);
    expect(existsSync(join(dir, 'target'))).toBe(true);
  });
});
