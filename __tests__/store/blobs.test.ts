import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { type Layout, openLayout } from '../../src/store/layout.ts';
import { testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { asNobody } from '../sync/trees.ts';

const tempDir = useTempDirs();
const MiB = 1024 * 1024;
const bytes = Buffer.from('content');
const digest = digestOf(bytes);

function open(): { blobs: Blobs; layout: Layout; dir: string } {
  const dir = tempDir();
  const layout = openLayout(dir);
  return { blobs: new Blobs(layout), layout, dir };
}

/** Jest takes seconds to compare megabytes. */
function expectSame(actual: Buffer | undefined, expected: Buffer): void {
  expect(actual?.equals(expected)).toBe(true);
}

/** What is left of files that were being written. */
function temps(layout: Layout): string[] {
  return existsSync(layout.tempDir) ? readdirSync(layout.tempDir) : [];
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function age(path: string): void {
  utimesSync(path, 1000, 1000);
}

describe('put', () => {
  test.each([0, 1, 3 * MiB + 1])('gives back %i bytes', (size) => {
    const { blobs, layout } = open();
    const content = randomBytes(size);
    const put = blobs.put(content);
    expect(put).toBe(digestOf(content));
    expectSame(blobs.get(put), content);
    expect(blobs.has(put)).toBe(true);
    expect(blobs.sizeOf(put)).toBe(size);
    expectSame(readFileSync(blobs.path(put)!), content);
    expect(temps(layout)).toEqual([]);
  });

  test('makes a blob young that is there already', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    age(layout.blob(digest));
    const { ino } = statSync(layout.blob(digest));
    const before = Date.now();
    blobs.put(bytes);
    expect(statSync(layout.blob(digest))).toMatchObject({ ino });
    expect(statSync(layout.blob(digest)).mtimeMs).toBeGreaterThanOrEqual(before);
  });

  test('heals a blob that a crash has cut short', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    truncateSync(layout.blob(digest), 3);
    blobs.put(bytes);
    expectSame(blobs.get(digest), bytes);
  });

  test.each([7, 3 * MiB + 1])('heals %i bytes that are others of the same number', async (size) => {
    const { blobs, layout } = open();
    const content = randomBytes(size);
    const file = join(tempDir(), 'file');
    writeFileSync(file, content);
    const put = digestOf(content);
    for (const keep of [
      () => blobs.put(content),
      () => blobs.putStream([content]),
      () => blobs.putFile(file),
    ]) {
      await keep();
      const wrong = Buffer.from(content);
      wrong[size - 1]! ^= 1;
      writeFileSync(layout.blob(put), wrong);
      await keep();
      expectSame(blobs.get(put), content);
      expect(temps(layout)).toEqual([]);
    }
  });

  testOnPosix('heals what this user may not read', async () => {
    const { blobs, layout, dir } = open();
    await asNobody(dir, () => {
      blobs.put(bytes);
      chmodSync(layout.blob(digest), 0);
      const unreadable = { code: 'INTEGRITY', message: expect.stringContaining('EACCES') };
      expect(() => blobs.get(digest)).toThrow(expect.objectContaining(unreadable));
      expect(blobs.find(digest)).toBeUndefined();
      expect(blobs.has(digest)).toBe(true);
      blobs.put(bytes);
      expectSame(blobs.get(digest), bytes);
      return Promise.resolve();
    });
  });

  test('has nothing of a blob that is not there', () => {
    const { blobs } = open();
    expect(blobs.has(digest)).toBe(false);
    expect(blobs.get(digest)).toBeUndefined();
    expect(blobs.stream(digest)).toBeUndefined();
    expect(blobs.sizeOf(digest)).toBeUndefined();
    expect(blobs.path(digest)).toBeUndefined();
    expect(blobs.touch(digest)).toBe(false);
  });
});

describe('touch', () => {
  test('makes a blob as young as one that is put now', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    age(layout.blob(digest));
    const now = layout.blob(blobs.put(Buffer.from('now')));
    expect(blobs.touch(digest)).toBe(true);
    expect(statSync(layout.blob(digest)).mtimeMs).toBeGreaterThanOrEqual(statSync(now).mtimeMs);
  });

  test('takes back what garbage collection is about to remove', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    trash(layout, digest);
    expect(blobs.touch(digest)).toBe(true);
    expectSame(readFileSync(layout.blob(digest)), bytes);
    expect(existsSync(layout.trash(digest))).toBe(false);
  });

  test('is not taken in by a blob that is removed at that moment', () => {
    const { blobs, layout, dir } = open();
    blobs.put(bytes);
    const script = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      import { Blobs } from ${JSON.stringify(new URL('../../src/store/blobs.ts', import.meta.url).href)};
      fs.lutimesSync = (path) => fs.rmSync(path);
      syncBuiltinESMExports();
      const blobs = Blobs.open(${JSON.stringify(dir)});
      console.log(blobs.touch(${JSON.stringify(digest)}));
      blobs.put(Buffer.from('content'));
      console.log(blobs.touch(${JSON.stringify(digest)}));
      blobs.put(Buffer.from('content'));`;
    const args = ['--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['false\nfalse\n', '']);
    expect(readFileSync(layout.blob(digest))).toEqual(bytes);
  });

  testOnPosix('works on the blobs of another user', () => {
    const { blobs, layout, dir } = open();
    blobs.put(bytes);
    age(layout.blob(digest));
    const script = `
      import { Blobs } from ${JSON.stringify(new URL('../../src/store/blobs.ts', import.meta.url).href)};
      if (process.getuid() === 0) process.setuid(65534);
      console.log(Blobs.open(${JSON.stringify(dir)}).touch(${JSON.stringify(digest)}));`;
    spawnSync('chmod', ['-R', 'a+rwX', dir]);
    const args = ['--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['true\n', '']);
    expect(statSync(layout.blob(digest)).mtimeMs).toBeGreaterThan(2000_000);
    expectSame(readFileSync(layout.blob(digest)), bytes);
  });
});

describe('a blob in the trash', () => {
  test('is there for all who ask', async () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    trash(layout, digest);
    expect(blobs.has(digest)).toBe(true);
    expect(blobs.sizeOf(digest)).toBe(bytes.length);
    expectSame(blobs.get(digest), bytes);
    expectSame(await collect(blobs.stream(digest)!), bytes);
    expect(blobs.path(digest)).toBe(layout.blob(digest));
    expect(existsSync(layout.trash(digest))).toBe(false);
  });

  test('does not come back over a younger one', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    age(layout.blob(digest));
    trash(layout, digest);
    blobs.put(Buffer.from('other'));
    mkdirSync(join(layout.blob(digest), '..'), { recursive: true });
    writeFileSync(layout.blob(digest), bytes);
    expect(blobs.path(digest)).toBe(layout.blob(digest));
    expect(statSync(layout.blob(digest)).mtimeMs).toBeGreaterThan(2000_000);
  });
});

describe('putStream', () => {
  test('keeps a stream of any chunks', async () => {
    const { blobs, layout } = open();
    const content = randomBytes(5 * MiB);
    const chunks = [content.subarray(0, 1), content.subarray(1, 1), content.subarray(1)];
    const kept = await blobs.putStream(chunks);
    expect(kept).toEqual({ digest: digestOf(content), size: content.length });
    expect(await blobs.putStream(generate(chunks), { expected: kept.digest })).toEqual(kept);
    expectSame(blobs.get(kept.digest), content);
    expect(temps(layout)).toEqual([]);
  });

  test('does not write anew what is there already', async () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    const { ino } = statSync(layout.blob(digest));
    await blobs.putStream([bytes]);
    expect(statSync(layout.blob(digest)).ino).toBe(ino);
  });

  test('leaves nothing of content that is not what was expected', async () => {
    const { blobs, layout } = open();
    const putting = blobs.putStream([Buffer.from('other')], { expected: digest });
    await expect(putting).rejects.toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringContaining(digest),
    });
    expect(blobs.has(digestOf('other'))).toBe(false);
    expect(temps(layout)).toEqual([]);
  });

  test('leaves nothing where the source fails', async () => {
    const { blobs, layout } = open();
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield bytes;
      expect(temps(layout)).toHaveLength(1);
      throw new Error('the source');
    };
    await expect(blobs.putStream(failing())).rejects.toThrow('the source');
    expect(blobs.has(digest)).toBe(false);
    expect(temps(layout)).toEqual([]);
  });

  test('stops at once where it is told to, though the source hangs', async () => {
    const { blobs, layout } = open();
    const reason = new Error('enough');
    const controller = new AbortController();
    let returned = false;
    const hanging = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise<IteratorResult<Buffer>>(() => {
            controller.abort(reason);
          }),
        return: async () => {
          returned = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    await expect(blobs.putStream(hanging, controller)).rejects.toBe(reason);
    await expect(blobs.putStream([bytes], controller)).rejects.toBe(reason);
    expect(returned).toBe(true);
    expect(temps(layout)).toEqual([]);
  });

  test('passes on what goes wrong while a signal listens, and stops listening', async () => {
    const { blobs } = open();
    const controller = new AbortController();
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield bytes;
      throw new Error('the source');
    };
    await expect(blobs.putStream(failing(), controller)).rejects.toThrow('the source');
    const kept = await blobs.putStream(generate([bytes]), controller);
    expect(kept.digest).toBe(digest);
  });

  test('takes memory that does not grow with the stream', () => {
    const dir = tempDir();
    const script = `
      import { Blobs } from ${JSON.stringify(new URL('../../src/store/blobs.ts', import.meta.url).href)};
      const blobs = Blobs.open(${JSON.stringify(dir)});
      await blobs.putStream([Buffer.from('warm')]);
      const before = process.resourceUsage().maxRSS;
      async function* zeros() { for (let i = 0; i < 256; i += 1) yield Buffer.alloc(1024 * 1024, i); }
      const { digest } = await blobs.putStream(zeros());
      let size = 0;
      for await (const chunk of blobs.stream(digest)) size += chunk.length;
      await blobs.putFile(blobs.path(digest));
      console.log(size / 1024 / 1024, (process.resourceUsage().maxRSS - before) / 1024);`;
    const args = ['--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const [size, grown] = stdout.trim().split(' ').map(Number);
    expect(size).toBe(256);
    expect(grown).toBeLessThan(128);
  });
});

describe('putFile', () => {
  test.each([0, 10, 4 * MiB, 4 * MiB + 1, 9 * MiB])('keeps a file of %i bytes', async (size) => {
    const { blobs, layout } = open();
    const file = join(tempDir(), 'file');
    const content = randomBytes(size);
    writeFileSync(file, content);
    const kept = await blobs.putFile(file);
    expect(kept).toEqual({ digest: digestOf(content), size });
    expectSame(blobs.get(kept.digest), content);
    expect(temps(layout)).toEqual([]);
  });

  test('refuses a large file that changes while it is read', async () => {
    const { blobs, layout } = open();
    const file = join(tempDir(), 'file');
    writeFileSync(file, randomBytes(9 * MiB));
    const putting = blobs.putFile(file);
    appendFileSync(file, 'more');
    await expect(putting).rejects.toMatchObject({ code: 'CHANGED' });
    expect(temps(layout)).toEqual([]);
    expect(existsSync(layout.blobsDir)).toBe(false);
  });

  test('refuses a large file that changes without growing', async () => {
    const { blobs } = open();
    const file = join(tempDir(), 'file');
    writeFileSync(file, randomBytes(9 * MiB));
    const putting = blobs.putFile(file);
    age(file);
    await expect(putting).rejects.toMatchObject({ code: 'CHANGED' });
  });

  testOnPosix('refuses a file that holds more than it says', async () => {
    // Of the files of the kernel, whose size is 0 whatever they hold.
    if (!existsSync('/proc/self/status')) return;
    await expect(open().blobs.putFile('/proc/self/status')).rejects.toMatchObject({
      code: 'CHANGED',
    });
  });

  test('refuses what is no file', async () => {
    const { blobs } = open();
    const dir = tempDir();
    const refused = { code: 'INVALID_INPUT', message: expect.stringContaining(dir) };
    await expect(blobs.putFile(dir)).rejects.toMatchObject(refused);
    await expect(blobs.putFile(join(dir, 'missing'))).rejects.toMatchObject(refused);
  });

  testOnPosix('refuses a pipe rather than wait for it', async () => {
    const pipe = join(tempDir(), 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    await expect(open().blobs.putFile(pipe)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('stops where it is told to', async () => {
    const { blobs, layout } = open();
    const file = join(tempDir(), 'file');
    writeFileSync(file, randomBytes(9 * MiB));
    const reason = new Error('enough');
    const controller = new AbortController();
    const putting = blobs.putFile(file, controller);
    controller.abort(reason);
    await expect(putting).rejects.toBe(reason);
    await expect(blobs.putFile(file, controller)).rejects.toBe(reason);
    expect(temps(layout)).toEqual([]);
  });
});

describe('a damaged blob', () => {
  const damage = (layout: Layout, of: Digest): void => {
    const path = layout.blob(of);
    const content = readFileSync(path);
    content[content.length - 1]! ^= 1;
    writeFileSync(path, content);
  };

  test('is set aside when it is read, and healed by the next put', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    damage(layout, digest);
    const found = digestOf(readFileSync(layout.blob(digest)));
    expect(() => blobs.get(digest)).toThrow(
      expect.objectContaining({ code: 'INTEGRITY', message: expect.stringContaining(found) }),
    );
    expect(existsSync(layout.damaged(digest))).toBe(true);
    expect(blobs.has(digest)).toBe(false);
    expect(blobs.find(digest)).toBeUndefined();
    blobs.put(bytes);
    expectSame(blobs.get(digest), bytes);
  });

  test('is as good as none to who looks elsewhere', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    damage(layout, digest);
    expect(blobs.find(digest)).toBeUndefined();
  });

  test('shows before the first piece of a small content', async () => {
    const { blobs, layout } = open();
    const small = blobs.put(randomBytes(8 * MiB));
    damage(layout, small);
    const pieces: Buffer[] = [];
    await expect(async () => {
      for await (const piece of blobs.stream(small)!) pieces.push(piece);
    }).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(pieces).toEqual([]);
  });

  test('shows before the last piece of a large content', async () => {
    const { blobs, layout } = open();
    const content = randomBytes(8 * MiB + 1);
    const large = blobs.put(content);
    expectSame(await collect(blobs.stream(large)!), content);
    damage(layout, large);
    let size = 0;
    await expect(async () => {
      for await (const piece of blobs.stream(large)!) size += piece.length;
    }).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(size).toBeLessThan(content.length);
    expect(existsSync(layout.damaged(large))).toBe(true);
  });

  test('that another process heals while it is read stays', async () => {
    const { blobs, layout } = open();
    const content = randomBytes(8 * MiB + 1);
    const large = blobs.put(content);
    damage(layout, large);
    const reading = blobs.stream(large)!;
    await reading.next();
    const healed = join(layout.tempDir, 'healed');
    writeFileSync(healed, content);
    renameSync(healed, layout.blob(large));
    await expect(collect(reading)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expectSame(blobs.get(large), content);
  });

  test('that is gone when it is read is not found', async () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    const reading = blobs.stream(digest)!;
    renameSync(layout.blob(digest), join(layout.cacheDir, 'gone'));
    await expect(collect(reading)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('that is too large for a buffer is refused, with what to do', () => {
    const { blobs, layout } = open();
    blobs.put(bytes);
    truncateSync(layout.blob(digest), 2 ** 31);
    expect(() => blobs.get(digest)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        hint: expect.stringContaining('getStream'),
      }),
    );
  });
});

describe('what lies in the place of a blob', () => {
  /** What is no blob, whatever it leads to. */
  const others: [string, (path: string) => void][] = [
    [
      'a folder',
      (path) => {
        mkdirSync(join(path, 'full'), { recursive: true });
      },
    ],
    [
      'a symlink to the content',
      (path) => {
        const target = join(mkdtempSync(join(path, '..', 'outside-')), 'target');
        writeFileSync(target, bytes);
        age(target);
        symlinkSync(target, path);
      },
    ],
    [
      'a pipe',
      (path) => {
        spawnSync('mkfifo', [path]);
      },
    ],
  ];

  for (const [name, make] of others) {
    const plant = (layout: Layout): void => {
      mkdirSync(join(layout.blob(digest), '..'), { recursive: true });
      make(layout.blob(digest));
    };

    testOnPosix(`is no blob where it is ${name}`, () => {
      const { blobs, layout } = open();
      plant(layout);
      expect(blobs.has(digest)).toBe(false);
      expect(blobs.sizeOf(digest)).toBeUndefined();
      expect(blobs.path(digest)).toBeUndefined();
      expect(blobs.touch(digest)).toBe(false);
      expect(blobs.stream(digest)).toBeUndefined();
      expect(() => blobs.get(digest)).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
      expect(lstatSync(layout.damaged(digest)).isFile()).toBe(false);
      expect(existsSync(layout.blob(digest))).toBe(false);
    });

    testOnPosix(`makes way for the blob where it is ${name}`, async () => {
      const { blobs, layout } = open();
      // A second time, something lies where things are set aside, too.
      for (let time = 0; time < 2; time += 1) {
        plant(layout);
        if (time === 0) blobs.put(bytes);
        else await blobs.putStream([bytes]);
        expect(lstatSync(layout.blob(digest)).isFile()).toBe(true);
        expectSame(blobs.get(digest), bytes);
        renameSync(layout.blob(digest), join(layout.cacheDir, `was-${time}`));
      }
    });
  }

  testOnPosix('is not reached through a symlink', () => {
    const { blobs, layout } = open();
    const target = join(tempDir(), 'target');
    writeFileSync(target, bytes);
    age(target);
    mkdirSync(join(layout.blob(digest), '..'), { recursive: true });
    symlinkSync(target, layout.blob(digest));
    blobs.put(bytes);
    expect(statSync(target).mtimeMs).toBe(1000_000);
    writeFileSync(target, 'other');
    expectSame(blobs.get(digest), bytes);
  });

  test('is none where a file lies in the place of its folder', () => {
    const { blobs, layout } = open();
    mkdirSync(layout.blobsDir, { recursive: true });
    writeFileSync(join(layout.blob(digest), '..'), '');
    expect(blobs.has(digest)).toBe(false);
    expect(blobs.get(digest)).toBeUndefined();
    expect(() => blobs.put(bytes)).toThrow(expect.objectContaining({ code: 'UNWRITABLE' }));
    expect(temps(layout)).toEqual([]);
  });
});

describe('a cache folder', () => {
  test('of a newer version is refused', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'format'), '2\n');
    expect(() => Blobs.open(dir)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_VERSION' }));
  });

  test('that is a file is refused', () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      expect(() => Blobs.open(path)).toThrow(
        expect.objectContaining({ code: 'UNWRITABLE', message: expect.stringContaining(path) }),
      );
    }
  });

  test('is not written to when it is opened again', () => {
    const dir = join(tempDir(), 'a', 'b');
    Blobs.open(dir);
    age(dir);
    Blobs.open(dir);
    expect(statSync(dir).mtimeMs).toBe(1000_000);
  });

  test('lists the indexes of all namespaces and tags', () => {
    const layout = openLayout(tempDir());
    const paths = ['a', 'a/b', 'a.segment/x'].flatMap((name) =>
      ['latest', 'v1.segment'].map((tag) => layout.index({ name, tag })),
    );
    for (const path of paths) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, '');
    }
    expect([...layout.indexFiles()].sort()).toEqual(paths.sort());
  });
});

function trash(layout: Layout, of: Digest): void {
  mkdirSync(layout.trashDir, { recursive: true });
  renameSync(layout.blob(of), layout.trash(of));
}

async function* generate<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
