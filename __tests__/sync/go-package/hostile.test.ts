import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';

import { encodeManifest } from '../../../src/oci/manifest.ts';
import { openRemote } from '../../../src/oci/open.ts';
import type { Remote } from '../../../src/oci/remote.ts';
import { Blobs } from '../../../src/store/blobs.ts';
import { Store } from '../../../src/store/store.ts';
import { importGoSnapshot } from '../../../src/sync/go-package/import.ts';
import { Layers } from '../../../src/sync/go-package/layers.ts';
import { readGoSnapshot } from '../../../src/sync/go-package/snapshot.ts';
import { open } from '../../../src/sync/open.ts';
import { useTempDirs } from '../../support/temp.ts';
import { entriesOf } from './compare.ts';
import { type GoImage, indexOf, packed, pushImage, sha256 } from './support.ts';

const tempDir = useTempDirs();

function layout(): Remote {
  return openRemote('oci:remote', { cwd: tempDir() });
}

/** Imports an image into a store that holds something already. */
async function importImage(image: GoImage): Promise<unknown> {
  const remote = layout();
  await pushImage(remote, 'main', image);
  await using store = Store.open('imported', { cacheDir: tempDir() });
  await store.put('before', 'was here');
  const before = entriesOf(store);
  try {
    const { imported, lost } = await importGoSnapshot(remote, 'main', store);
    return { imported, lost: lost.map(({ key, reason }) => [key, reason]) };
  } catch (error) {
    // Whatever it is: the store is as it was.
    expect(entriesOf(store)).toEqual(before);
    return error;
  }
}

const index = indexOf({ a: 'content of a' });
const good = { index, contents: ['content of a'] };

test('the image that all of these are made of is imported', async () => {
  expect(await importImage(good)).toEqual({ imported: 1, lost: [] });
});

const HASH = sha256('another');
const prefixOfA = sha256('content of a').slice(7, 9);

const REFUSED: Readonly<Record<string, readonly [code: string, words: RegExp, image: GoImage]>> = {
  'an image of somebody else': [
    'NOT_A_SNAPSHOT',
    /has not pushed/,
    { ...good, labels: { 'dev.cafs.root': undefined } },
  ],
  'an artifact of somebody else': [
    'NOT_A_SNAPSHOT',
    /has not pushed/,
    { ...good, configType: 'application/vnd.oci.empty.v1+json' },
  ],
  'a config that is too large': [
    'NOT_A_SNAPSHOT',
    /has not pushed/,
    { ...good, labels: { 'dev.cafs.root': sha256(index), more: 'x'.repeat(1024 * 1024) } },
  ],
  'a config that is not JSON': ['MALFORMED', /config is not JSON/, { ...good, config: '{' }],
  'a root that is no digest': [
    'MALFORMED',
    /dev\.cafs\.root: no digest/,
    { ...good, labels: { 'dev.cafs.root': '../../etc/passwd' } },
  ],
  'no prefixes': [
    'MALFORMED',
    /dev\.cafs\.prefixes/,
    { ...good, labels: { 'dev.cafs.prefixes': undefined } },
  ],
  'prefixes that are not JSON': [
    'MALFORMED',
    /dev\.cafs\.prefixes is not JSON/,
    { ...good, labels: { 'dev.cafs.prefixes': '[' } },
  ],
  'a prefix that is none': [
    'MALFORMED',
    /no prefix/,
    { ...good, prefixes: { '../x': { hash: HASH, layer: HASH } } },
  ],
  'a prefix without a layer': [
    'MALFORMED',
    /\.layer: no digest/,
    { ...good, prefixes: { '00': { hash: HASH, layer: 'x' } } },
  ],
  'another hash of a prefix': [
    'INTEGRITY',
    new RegExp(`other contents under ${prefixOfA}`),
    { ...good, prefixes: { [prefixOfA]: { hash: HASH, layer: HASH } } },
  ],
  'more layers than there are prefixes': ['MALFORMED', /257 layers/, { ...good, layers: 257 }],
  'fewer diff_ids than layers': ['MALFORMED', /1 layers and 0 diff_ids/, { ...good, diffIds: [] }],
  'another diff_id': ['INTEGRITY', /decompresses to/, { ...good, diffIds: [HASH] }],
  'a layer that is not zstd': [
    'MALFORMED',
    /cannot be decompressed/,
    { ...good, stored: Buffer.from('no zstd') },
  ],
  'a layer whose zstd is cut off': [
    'MALFORMED',
    /cannot be decompressed/,
    { ...good, stored: zstdCompressSync(Buffer.alloc(100_000, 'abc')).subarray(0, -5) },
  ],
  'a layer that ends within a digest': [
    'MALFORMED',
    /ends in the middle/,
    { ...good, raw: Buffer.from('sha256:0123') },
  ],
  'a layer that ends within a content': [
    'MALFORMED',
    /ends in the middle/,
    { ...good, raw: packed({ content: 'short', size: 6n }) },
  ],
  'a content of 2^53 bytes': [
    'MALFORMED',
    /claims 9007199254740992 bytes/,
    { ...good, raw: packed({ content: 'x', size: 2n ** 53n }) },
  ],
  'a content of 2^64 - 1 bytes': [
    'MALFORMED',
    /claims 18446744073709551615 bytes/,
    { ...good, raw: packed({ content: 'x', size: 2n ** 64n - 1n }) },
  ],
  'a digest that is a path': [
    'MALFORMED',
    /where a digest is due/,
    { ...good, raw: packed({ content: 'x', digest: '../'.repeat(23) + '..' }) },
  ],
  'contents that are not sorted': [
    'MALFORMED',
    /not sorted/,
    {
      ...good,
      raw: Buffer.concat(
        ['1', '2', '3']
          .sort((a, b) => (sha256(a) < sha256(b) ? 1 : -1))
          .map((content) => packed({ content })),
      ),
    },
  ],
  'the same content twice': [
    'MALFORMED',
    /not sorted/,
    { ...good, raw: Buffer.concat([packed({ content: '1' }), packed({ content: '1' })]) },
  ],
  'no index': ['NOT_FOUND', /holds its index/, { ...good, packIndex: false }],
  'no layers': ['NOT_FOUND', /holds its index/, { ...good, layers: 0 }],
  'an index with other bytes': [
    'INTEGRITY',
    /index sha256:\w+ has the digest/,
    { index, records: [{ content: '{}', digest: sha256(index) }] },
  ],
  'an index that is too large': [
    'MALFORMED',
    /index claims 134217729 bytes/,
    {
      index,
      raw: packed({ content: '', digest: sha256(index), size: 128n * 1024n * 1024n + 1n }),
    },
  ],
  'an index that is not JSON': ['MALFORMED', /index is not JSON/, { index: '{"a":' }],
  'an index that is a list': ['MALFORMED', /no JSON object/, { index: '[]' }],
  'an index that is null': ['MALFORMED', /no JSON object/, { index: 'null' }],
  'an index of a million lists one in another': [
    'MALFORMED',
    /one in another/,
    { index: '['.repeat(1_000_000) },
  ],
  'an entry that is no object': ['MALFORMED', /"a" is no object/, { index: '{"a":1}' }],
  'an entry as the first versions wrote it': [
    'MALFORMED',
    /versions before 30 November 2025/,
    { index: JSON.stringify({ a: HASH }) },
  ],
  'an entry with a path as its digest': [
    'MALFORMED',
    /"a" has no digest/,
    { index: '{"a":{"d":"sha256:../../../../etc/passwd","s":1}}' },
  ],
  'an entry with a negative size': [
    'MALFORMED',
    /"a" has no size/,
    { index: JSON.stringify({ a: { d: HASH, s: -1 } }) },
  ],
  'an entry of 2^53 bytes': [
    'MALFORMED',
    /"a" has no size/,
    { index: JSON.stringify({ a: { d: HASH, s: 2 ** 53 } }) },
  ],
  'two sizes for one content': [
    'MALFORMED',
    /two sizes/,
    { index: JSON.stringify({ a: { d: HASH, s: 1 }, b: { d: HASH, s: 2 } }) },
  ],
};

describe('refused, and nothing in the store changes', () => {
  test.each(Object.entries(REFUSED))('%s', async (_, [code, words, image]) => {
    expect(await importImage(image)).toMatchObject({
      code,
      message: expect.stringMatching(words),
    });
  });

  test('an image index', async () => {
    const remote = layout();
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = encodeManifest({ schemaVersion: 2, mediaType, manifests: [] });
    await remote.putManifest(bytes, mediaType, ['main']);
    await using store = Store.open('imported', { cacheDir: tempDir() });
    await expect(importGoSnapshot(remote, 'main', store)).rejects.toMatchObject({
      code: 'NOT_A_SNAPSHOT',
    });
  });

  test('a snapshot of ours, with what to do instead', async () => {
    const target = `oci:${join(tempDir(), 'ours')}`;
    {
      await using store = await open('ours:main', { cacheDir: tempDir(), remote: target });
      await store.put('a', 'b');
      await store.push({ soleWriter: true });
    }
    await using store = Store.open('imported', { cacheDir: tempDir() });
    const remote = openRemote(target, { cwd: '.' });
    await expect(importGoSnapshot(remote, 'main', store)).rejects.toMatchObject({
      code: 'NOT_A_SNAPSHOT',
      hint: expect.stringContaining('pull it'),
    });
  });

  test('another tag that the Go package has not pushed', async () => {
    const remote = layout();
    await pushImage(remote, 'main', good);
    await pushImage(remote, 'other', { ...good, labels: { 'dev.cafs.root': undefined } });
    await using store = Store.open('imported', { cacheDir: tempDir() });
    const options = { also: ['other'] };
    await expect(importGoSnapshot(remote, 'main', store, options)).rejects.toMatchObject({
      code: 'NOT_A_SNAPSHOT',
    });
  });
});

describe('an entry that cannot be kept is lost, and the others are not', () => {
  const entry = { d: sha256('content of a'), s: 12 };
  const keys = {
    'a key with ..': '../../etc/passwd',
    'a reserved key': '_private',
    'what objects inherit': '__proto__',
    'an empty key': '',
    'a key with NUL': 'a\0b',
    'a key that is too long': 'k'.repeat(1025),
    'half of a surrogate pair': '\ud800',
  };

  test.each(Object.entries(keys))('%s', async (_, key) => {
    const text = `{${JSON.stringify(key)}:${JSON.stringify(entry)},"a":${JSON.stringify(entry)}}`;
    expect(await importImage({ index: text, contents: ['content of a'] })).toEqual({
      imported: 1,
      lost: [[key, 'invalid-key']],
    });
  });

  test('metadata that is too large', async () => {
    const m = 'x'.repeat(1024 * 1024);
    const text = JSON.stringify({ large: { ...entry, m }, a: entry });
    expect(await importImage({ index: text, contents: ['content of a'] })).toEqual({
      imported: 1,
      lost: [['large', 'invalid-meta']],
    });
  });

  test('a content with other bytes', async () => {
    const records = [
      { content: 'CONTENT of a', digest: sha256('content of a') },
      { content: indexOf({ a: 'content of a', b: 'content of b' }) },
      { content: 'content of b' },
    ].sort((a, b) => ((a.digest ?? sha256(a.content)) < (b.digest ?? sha256(b.content)) ? -1 : 1));
    const text = indexOf({ a: 'content of a', b: 'content of b' });
    expect(await importImage({ index: text, records })).toEqual({
      imported: 1,
      lost: [['a', 'damaged']],
    });
  });

  test('a large content with other bytes', async () => {
    const [right, wrong] = ['a', 'b'].map((letter) => letter.repeat(2 * 1024 * 1024));
    const text = indexOf({ large: right! });
    const records = [{ content: wrong!, digest: sha256(right!) }, { content: text }].sort((a, b) =>
      (a.digest ?? sha256(a.content)) < (b.digest ?? sha256(b.content)) ? -1 : 1,
    );
    expect(await importImage({ index: text, records })).toEqual({
      imported: 0,
      lost: [['large', 'damaged']],
    });
  });

  test.each([11, 13])('a content whose size is said to be %d', async (s) => {
    const text = JSON.stringify({ a: { ...entry, s } });
    expect(await importImage({ index: text, contents: ['content of a'] })).toEqual({
      imported: 0,
      lost: [['a', 'damaged']],
    });
  });

  test('the empty content with a size', async () => {
    const text = JSON.stringify({ a: { d: sha256(''), s: 5 } });
    expect(await importImage({ index: text, contents: [''] })).toEqual({
      imported: 0,
      lost: [['a', 'damaged']],
    });
  });
});

describe('bounded', () => {
  /** Zeros in a content that nobody wants, in 1 / 20,000 of their bytes. */
  function bomb(bytes: number): GoImage {
    return { index, records: [{ content: Buffer.alloc(bytes) }] };
  }

  test('what a layer decompresses to is neither held nor written', async () => {
    const remote = layout();
    await pushImage(remote, 'main', bomb(128 * 1024 * 1024));
    const cacheDir = tempDir();
    await using store = Store.open('imported', { cacheDir });
    const before = process.memoryUsage().rss;
    await expect(importGoSnapshot(remote, 'main', store)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    // The layer as it was stored, and no more.
    const folders = readdirSync(join(cacheDir, 'blobs', 'sha256'));
    expect(folders).toHaveLength(1);
    const temp = join(cacheDir, 'tmp');
    expect(existsSync(temp) ? readdirSync(temp) : []).toEqual([]);
  });

  test('and no more than a limit of it is read', async () => {
    const remote = layout();
    await pushImage(remote, 'main', bomb(16 * 1024 * 1024));
    const { layers } = await readGoSnapshot(remote, 'main', {});
    const read = async (maxRawBytes: number): Promise<number> => {
      const blobs = Blobs.open(tempDir());
      const records = new Layers({ remote, blobs, maxRawBytes }).records(layers[0]!);
      return (await Array.fromAsync(records)).length;
    };
    await expect(read(16 * 1024 * 1024)).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining('more than 16777216 bytes'),
    });
    expect(await read(17 * 1024 * 1024)).toBe(1);
  });

  test('an index of thirty thousand entries whose contents are nowhere', async () => {
    const entries = Array.from({ length: 30_000 }, (_, at) => {
      const d = sha256(String(at));
      return [`key/${at}`, { d, s: 1 }] as const;
    });
    const started = performance.now();
    const { imported, lost } = (await importImage({
      index: JSON.stringify(Object.fromEntries(entries)),
    })) as { readonly imported: number; readonly lost: readonly unknown[] };
    expect([imported, lost.length]).toEqual([0, 30_000]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
