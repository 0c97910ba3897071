import { Buffer, File } from 'node:buffer';
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import {
  InvalidKeyError,
  NoRemoteError,
  NotFoundError,
  IntegrityError,
  ReservedKeyError,
} from '../../src/errors.ts';
import { type Store, open } from '../../src/index.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

function openAt(cacheDir = tempDir(), namespace = 'demo:main'): Promise<Store> {
  return open(namespace, { cacheDir });
}

/** All files below a folder of a cache folder. */
function filesIn(...folder: string[]): string[] {
  return readdirSync(join(...folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('putting and getting', () => {
  const big = Buffer.alloc(9 * 1024 * 1024 + 7, 'abc');

  test('bytes, text, files and streams come back, also after closing', async () => {
    const cacheDir = tempDir();
    const file = join(tempDir(), 'big');
    writeFileSync(file, big);
    {
      await using store = await openAt(cacheDir);
      await store.put('text', 'grüße', { meta: { mode: 0o644 } });
      await store.put('bytes', Buffer.from([0, 1, 2]));
      await store.put('empty', '');
      expect(await store.put('file', { file })).toEqual({
        digest: digestOf(big),
        size: big.byteLength,
      });
      await store.put('node stream', Readable.from([Buffer.from('a'), Buffer.from('b')]));
      await store.put('web stream', new File(['c', 'd'], 'name').stream());
      await store.put('text stream', Readable.from(['é', 'f'], { objectMode: true }));
      expect(store.dirty).toBe(true);
    }
    await using store = await openAt(cacheDir);
    expect(store.dirty).toBe(false);
    expect((await store.get('text')).toString()).toBe('grüße');
    expect(await store.get('bytes')).toEqual(Buffer.from([0, 1, 2]));
    expect(await store.get('empty')).toHaveLength(0);
    expect((await store.get('file')).equals(big)).toBe(true);
    expect((await store.get('node stream')).toString()).toBe('ab');
    expect((await store.get('web stream')).toString()).toBe('cd');
    expect((await store.get('text stream')).toString()).toBe('éf');
    expect(store.stat('text')).toEqual({
      digest: digestOf('grüße'),
      size: 7,
      meta: { mode: 0o644 },
    });
    expect(store.len).toBe(7);
  });

  test('streams out, small and large', async () => {
    await using store = await openAt();
    await store.put('small', 'text');
    await store.put('big', Readable.from([big.subarray(0, 5), big.subarray(5)]));
    expect((await buffer(await store.getStream('small'))).toString()).toBe('text');
    expect((await buffer(await store.getStream('big'))).equals(big)).toBe(true);
    await expect(store.getStream('none')).rejects.toBeInstanceOf(NotFoundError);
  });

  test('a stream that fails puts nothing', async () => {
    const cacheDir = tempDir();
    await using store = await openAt(cacheDir);
    await store.put('k', 'before');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the source broke');
    }
    await expect(store.put('k', failing())).rejects.toThrow('the source broke');
    expect((await store.get('k')).toString()).toBe('before');
    expect(filesIn(cacheDir, 'tmp')).toEqual([]);
  });

  test('an aborted put puts nothing', async () => {
    await using store = await openAt();
    const abort = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let i = 0; ; i += 1) {
        if (i === 10) abort.abort(new Error('enough'));
        yield Buffer.alloc(1000);
      }
    }
    await expect(store.put('k', endless(), { signal: abort.signal })).rejects.toThrow('enough');
    expect(store.exists('k')).toBe(false);
  });

  test.each<[string, unknown]>([
    ['a number', 7],
    ['nothing', undefined],
    ['null', null],
    ['an object', {}],
    ['an empty file name', { file: '' }],
    ['a stream of numbers', Readable.from([1, 2])],
  ])('%s is no data', async (_, data) => {
    await using store = await openAt();
    await expect(store.put('k', data as string)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(store.len).toBe(0);
  });

  test('metadata is a copy, and must be JSON', async () => {
    await using store = await openAt();
    const meta = { tags: ['a'] };
    await store.put('k', 'x', { meta });
    meta.tags.push('b');
    expect(store.stat('k')?.meta).toEqual({ tags: ['a'] });
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    for (const wrong of [cyclic, 1n, () => 1, Symbol('s')]) {
      await expect(store.put('k', 'y', { meta: wrong as unknown as string })).rejects.toMatchObject(
        {
          code: 'INVALID_INPUT',
        },
      );
    }
    expect((await store.get('k')).toString()).toBe('x');
  });

  test('every rule of keys has an error that names it', async () => {
    await using store = await openAt();
    const long = 'é'.repeat(513);
    for (const [key, rule] of [
      ['', /not empty/],
      ['a\0b', /NUL/],
      ['a/../b', /"\.\."/],
      ['x..y', /"\.\."/],
      [long, /1024 bytes/],
      ['\ud800', /Unicode/],
    ] as const) {
      const error = await store.put(key, 'x').catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(InvalidKeyError);
      expect(error).toMatchObject({ code: 'INVALID_KEY', message: expect.stringMatching(rule) });
      expect(store.exists(key)).toBe(false);
    }
    for (const wrong of [undefined, null, 7]) {
      await expect(store.put(wrong as unknown as string, 'x')).rejects.toMatchObject({
        code: 'INVALID_KEY',
      });
      expect(() => store.hash(wrong as unknown as string)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      );
    }
    const error = await store.put('_x', 'x').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ReservedKeyError);
    expect(error).toMatchObject({ code: 'RESERVED_KEY' });
    await store.put('é'.repeat(512), 'the longest');
    expect(store.len).toBe(1);
  });

  test('content under another key is adopted, without its bytes', async () => {
    await using store = await openAt();
    const info = await store.put('a', 'same');
    expect(await store.adopt('b', { ...info, meta: 1 })).toBe(true);
    expect((await store.get('b')).toString()).toBe('same');
    expect(store.stat('b')?.meta).toBe(1);
    expect(await store.adopt('c', { digest: digestOf('other'), size: 5 })).toBe(false);
    expect(await store.adopt('c', { ...info, size: 5 })).toBe(false);
    expect(store.exists('c')).toBe(false);
  });
});

describe('entries', () => {
  test('a missing key', async () => {
    await using store = await openAt();
    const error = await store.get('x').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('"x"') });
    expect(store.stat('x')).toBeUndefined();
    expect(store.exists('x')).toBe(false);
    expect(store.delete('x')).toBe(false);
    expect(store.dirty).toBe(false);
  });

  test('are listed and hashed below a prefix that stops at a slash', async () => {
    await using store = await openAt();
    for (const key of ['src/b', 'src/a', 'src2/x', 'src-x', 'src']) await store.put(key, key);
    for (const prefix of ['src', 'src/']) {
      expect([...store.list(prefix)].map(([key]) => key)).toEqual(['a', 'b']);
    }
    expect(store.hash('src')).toBe(store.hash('src/'));
    expect(store.hash('none')).toBe('');
    expect(store.root()).toBe(store.hash(''));
    expect(new Map(store.hashes())).toEqual(
      new Map([
        ['', store.root()],
        ['src/', store.hash('src')],
        ['src2/', store.hash('src2')],
      ]),
    );
  });

  test('may change while they are listed', async () => {
    await using store = await openAt();
    for (const key of ['a', 'b', 'c']) await store.put(key, key);
    const seen: string[] = [];
    for (const [key] of store.list()) {
      seen.push(key);
      store.delete('c');
      await store.put(`x${key}`, key);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect([...store.list()].map(([key]) => key)).toEqual(['a', 'b', 'xa', 'xb', 'xc']);
  });

  test('are cleared', async () => {
    const cacheDir = tempDir();
    await using store = await openAt(cacheDir);
    await store.put('a', 'a');
    await store.sync();
    store.clear();
    expect([store.len, store.dirty, store.root()]).toEqual([0, true, '']);
    await store.sync();
    await using again = await openAt(cacheDir);
    expect(again.len).toBe(0);
  });

  test('stats count entries, and contents once', async () => {
    await using store = await openAt();
    await store.put('a', 'same');
    await store.put('b', 'same');
    await store.put('c', 'other');
    expect(store.stats()).toEqual({ entries: 3, blobs: 2, totalSize: 9 });
  });
});

describe('on disk', () => {
  test('namespaces and tags are apart, and share their blobs', async () => {
    const cacheDir = tempDir();
    for (const namespace of ['a', 'a:other', 'a/latest', 'b']) {
      await using store = await openAt(cacheDir, namespace);
      expect(store.len).toBe(0);
      await store.put(namespace, 'same');
    }
    expect(filesIn(cacheDir, 'blobs')).toHaveLength(1);
    await using store = await openAt(cacheDir, 'a:latest');
    expect(store.namespace).toBe('a:latest');
    expect(store.exists('a')).toBe(true);
  });

  test.each(['../a', '/a', 'a//b', 'a/../b', '', 'a:', 'a:b/../c', 'a\0b', '.'])(
    '%j is no namespace',
    async (namespace) => {
      await expect(openAt(tempDir(), namespace)).rejects.toMatchObject({
        code: 'INVALID_NAMESPACE',
      });
    },
  );

  test('a content has a file', async () => {
    await using store = await openAt();
    const { digest } = await store.put('k', 'content');
    expect(readFileSync(store.path(digest), 'utf8')).toBe('content');
    expect(() => store.path(digestOf('other'))).toThrow(NotFoundError);
    for (const wrong of ['sha256:../../etc/passwd', 'sha1:00', '', `${digest}0`]) {
      expect(() => store.path(wrong as Digest)).toThrow(
        expect.objectContaining({ code: 'INVALID_DIGEST' }),
      );
    }
  });

  test('a damaged blob is reported, set aside, and healed by the next put', async () => {
    await using store = await openAt();
    const { digest } = await store.put('k', 'content');
    damage(store.path(digest));
    const error = await store.get('k').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ message: expect.stringContaining(digest) });
    await expect(store.get('k')).rejects.toMatchObject({ code: 'CONTENT_LOST' });
    await store.put('k', 'content');
    expect((await store.get('k')).toString()).toBe('content');
  });

  test('a large damaged blob never ends a stream', async () => {
    await using store = await openAt();
    const { digest } = await store.put('k', Buffer.alloc(20 * 1024 * 1024, 'x'));
    damage(store.path(digest));
    await expect(buffer(await store.getStream('k'))).rejects.toMatchObject({ code: 'INTEGRITY' });
    await expect(store.getStream('k')).rejects.toMatchObject({ code: 'CONTENT_LOST' });
  });

  test('verify finds damage and loss, and says which keys it hits', async () => {
    await using store = await openAt();
    const good = await store.put('good', 'good');
    const bad = await store.put('a/bad', 'content');
    await store.adopt('b/bad', bad);
    const lost = await store.put('lost', 'lost');
    expect(await store.verify()).toEqual({
      checked: 3,
      bytes: 15,
      damaged: [],
      strangers: [],
      missing: [],
    });
    damage(store.path(bad.digest));
    rmSync(store.path(lost.digest));
    const found = await store.verify();
    expect(found).toMatchObject({
      checked: 2,
      damaged: [{ digest: bad.digest, keys: ['a/bad', 'b/bad'] }],
      missing: [{ digest: lost.digest, keys: ['lost'] }],
    });
    expect(() => store.path(bad.digest)).toThrow(NotFoundError);
    expect((await store.get('good')).toString()).toBe('good');
    expect(good.size).toBe(4);
  });

  test('a damaged index is an error that leaves everything as it is', async () => {
    const cacheDir = tempDir();
    {
      await using store = await openAt(cacheDir);
      await store.put('k', 'content');
    }
    const [file = ''] = filesIn(cacheDir, 'index').filter((path) => path.endsWith('.segment'));
    const bytes = readFileSync(file);
    for (const damaged of [
      Buffer.alloc(0),
      bytes.subarray(0, 10),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, bytes]),
      flip(bytes, 3),
      flip(bytes, bytes.length - 5),
    ]) {
      writeFileSync(file, damaged);
      await expect(openAt(cacheDir)).rejects.toMatchObject({
        code: 'MALFORMED',
        message: expect.stringContaining(file),
        hint: expect.stringContaining('Blobs are not affected'),
      });
      expect(readFileSync(file).equals(damaged)).toBe(true);
    }
    writeFileSync(file, bytes);
    await using store = await openAt(cacheDir);
    expect((await store.get('k')).toString()).toBe('content');
  });

  test('a cache folder of a newer version is refused, and left alone', async () => {
    const cacheDir = tempDir();
    writeFileSync(join(cacheDir, 'format'), '99\n');
    await expect(openAt(cacheDir)).rejects.toMatchObject({ code: 'UNSUPPORTED_VERSION' });
    expect(filesIn(cacheDir)).toEqual([join(cacheDir, 'format')]);
  });

  test("somebody else's folder is refused, and left alone", async () => {
    const cacheDir = tempDir();
    mkdirSync(join(cacheDir, 'tmp'));
    writeFileSync(join(cacheDir, 'tmp', 'mine.txt'), 'mine');
    await expect(openAt(cacheDir)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('no cache folder'),
    });
    expect(filesIn(cacheDir)).toEqual([join(cacheDir, 'tmp', 'mine.txt')]);
    const other = tempDir();
    writeFileSync(join(other, 'oci-layout'), '{}');
    await expect(openAt(other)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const disk = tempDir();
    mkdirSync(join(disk, 'lost+found'));
    await using store = await openAt(disk);
    expect(store.len).toBe(0);
  });

  test('two stores of one namespace keep what the other wrote', async () => {
    const cacheDir = tempDir();
    await using one = await openAt(cacheDir);
    await using two = await openAt(cacheDir);
    await one.put('one', '1');
    await one.put('both', 'one');
    await two.put('two', '2');
    await two.put('both', 'two');
    await one.sync();
    await two.sync();
    expect([...two.list()].map(([key]) => key)).toEqual(['both', 'one', 'two']);
    expect((await two.get('both')).toString()).toBe('two');
    one.delete('one');
    await one.sync();
    expect([...one.list()].map(([key]) => key)).toEqual(['both', 'two']);
    expect(two.exists('one')).toBe(true);
    await two.sync();
    expect(two.exists('one')).toBe(false);
    two.clear();
    await two.put('new', 'new');
    await two.sync();
    await using three = await openAt(cacheDir);
    expect([...three.list()].map(([key]) => key)).toEqual(['new']);
  });

  test('a closed store says so', async () => {
    const store = await openAt();
    await store.close();
    await store.close();
    await expect(store.put('k', 'x')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(store.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => {
      store.clear();
    }).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  test('a put that is under way when the store closes is kept', async () => {
    const cacheDir = tempDir();
    const store = await openAt(cacheDir);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    async function* slow(): AsyncGenerator<string> {
      yield 'slow ';
      await gate;
      yield 'content';
    }
    const put = store.put('k', slow());
    const closed = store.close();
    await expect(store.put('late', 'x')).rejects.toMatchObject({ code: 'CLOSED' });
    go();
    await Promise.all([put, closed]);
    expect(readdirSync(join(cacheDir, 'writers'))).toEqual([]);
    await using again = await openAt(cacheDir);
    expect((await again.get('k')).toString()).toBe('slow content');
    expect(again.exists('late')).toBe(false);
  });

  test('a store that is told to stop does nothing more, and can be closed', async () => {
    const cacheDir = tempDir();
    const abort = new AbortController();
    const store = await open('demo', { cacheDir, signal: abort.signal });
    await store.put('k', 'content');
    abort.abort(new Error('enough'));
    await expect(store.put('late', 'x')).rejects.toThrow('enough');
    await expect(store.get('k')).rejects.toThrow('enough');
    await expect(store.sync()).rejects.toThrow('enough');
    await store.close();
    expect(readdirSync(join(cacheDir, 'writers'))).toEqual([]);
    await using again = await openAt(cacheDir, 'demo');
    expect([...again.list()].map(([key]) => key)).toEqual(['k']);
  });

  test('without a remote there is nothing to push to', async () => {
    await using store = await openAt();
    expect(store.ref).toBe('');
    await expect(store.push()).rejects.toBeInstanceOf(NoRemoteError);
    await expect(store.pull()).rejects.toMatchObject({
      code: 'NO_REMOTE',
      hint: expect.stringContaining('remote'),
    });
  });
});

describe('garbage', () => {
  test('is what no entry of any namespace names', async () => {
    const cacheDir = tempDir();
    await using store = await openAt(cacheDir, 'a:one');
    await using other = await openAt(cacheDir, 'a:two');
    await using third = await openAt(cacheDir, 'b');
    await store.put('mine', 'mine');
    await store.put('gone', 'gone');
    await store.put('replaced', 'first');
    await store.put('replaced', 'second');
    await other.put('others', 'gone but for the other tag');
    await third.put('others', 'of another name');
    await store.put('x', 'gone but for the other tag');
    for (const one of [store, other, third]) await one.sync();
    store.delete('gone');
    store.delete('x');
    expect(await store.gc()).toMatchObject({ removed: 2, bytes: 9 });
    expect(await store.gc()).toMatchObject({ removed: 0, bytes: 0 });
    expect((await store.get('replaced')).toString()).toBe('second');
    expect((await other.get('others')).toString()).toBe('gone but for the other tag');
    expect((await third.get('others')).toString()).toBe('of another name');
    expect(filesIn(cacheDir, 'blobs')).toHaveLength(4);
  });

  test('is nothing that another store has put and not synced', async () => {
    const cacheDir = tempDir();
    await using store = await openAt(cacheDir, 'a');
    await using other = await openAt(cacheDir, 'b');
    await store.put('old', 'shared');
    await store.sync();
    store.delete('old');
    await store.sync();
    await other.put('k', 'fresh');
    await other.put('again', 'shared');
    expect((await store.gc()).removed).toBe(0);
    await other.sync();
    expect((await other.get('k')).toString()).toBe('fresh');
    expect((await other.get('again')).toString()).toBe('shared');
    other.clear();
    expect((await other.gc()).removed).toBe(2);
  });

  test('stays while an index cannot be read', async () => {
    const cacheDir = tempDir();
    await using store = await openAt(cacheDir, 'a');
    await store.put('k', 'content');
    await store.sync();
    store.clear();
    mkdirSync(join(cacheDir, 'index', 'other~'), { recursive: true });
    writeFileSync(join(cacheDir, 'index', 'other~', 'latest.segment'), 'damaged');
    await expect(store.gc()).rejects.toMatchObject({ code: 'MALFORMED' });
    expect(filesIn(cacheDir, 'blobs')).toHaveLength(1);
  });
});

function damage(path: string): void {
  chmodSync(path, 0o644);
  writeFileSync(path, flip(readFileSync(path), 1));
}

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 0x10;
  return copy;
}
