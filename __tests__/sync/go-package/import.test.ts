import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Progress } from '../../../src/observe.ts';
import { parseManifest } from '../../../src/oci/manifest.ts';
import type { Remote } from '../../../src/oci/remote.ts';
import { Store } from '../../../src/store/store.ts';
import { exportTree } from '../../../src/sync/export-tree.ts';
import { importGoSnapshot } from '../../../src/sync/go-package/import.ts';
import { open } from '../../../src/sync/open.ts';
import { useTempDirs } from '../../support/temp.ts';
import { entriesOf, expectImported } from './compare.ts';
import { openFixture, pushOf, pushes } from './support.ts';

const tempDir = useTempDirs();
let remote: Remote;

beforeAll(() => {
  remote = openFixture();
});

afterAll(() => remote.close());

function freshStore(cacheDir = tempDir()): Store {
  return Store.open('imported', { cacheDir });
}

/** What no manifest lists any more. An empty content is known without one. */
const ABSENT: Readonly<Record<string, readonly string[]>> = {
  'again-2': ['b', 'dir/c'],
  'again-3': ['a', 'b', 'd', 'dir/c'],
  second: ['one', 'two'],
  v2: ['lib'],
  reopened: ['old'],
  'pulled-2': ['from-job-1'],
};

describe('what the Go package has pushed', () => {
  test.each(pushes)('$tag: all that its manifest lists is imported', async (push) => {
    await using store = freshStore();
    const imported = await importGoSnapshot(remote, push.tag, store);
    expect(imported.snapshot).toBe(push.manifest);
    expect(imported.lost.map(({ key }) => key)).toEqual(ABSENT[push.tag] ?? []);
    expect(imported.lost.every(({ reason }) => reason === 'absent')).toBe(true);
    await expectImported(store, push, imported);
  });

  test('the Go package itself misses the same contents, but for the empty one', () => {
    for (const { tag, pull } of pushes) {
      const missing = (pull.missing ?? []).filter((key) => key !== 'empty');
      expect([tag, missing]).toEqual([tag, ABSENT[tag] ?? []]);
    }
  });

  test('it cannot pull a layer that ends with an empty content, which is imported', async () => {
    expect(pushOf('empty-last').pull.error).toMatch(/unpack layer: read data: EOF/);
    await using store = freshStore();
    const { imported, lost } = await importGoSnapshot(remote, 'empty-last', store);
    expect({ imported, lost }).toEqual({ imported: 2, lost: [] });
  });

  test('keys that are not UTF-8 have become one when they were pushed', async () => {
    await using store = freshStore();
    const { imported, root } = await importGoSnapshot(remote, 'not-utf8', store);
    expect(imported).toBe(1);
    expect(entriesOf(store).map(({ key }) => key)).toEqual(['caf\uFFFD']);
    // So it is for the Go package that pulls it.
    expect(root).toBe(pushOf('not-utf8').pull.root);
    expect(root).not.toBe(pushOf('not-utf8').root);
  });

  test('a manifest can be named by its digest', async () => {
    await using store = freshStore();
    const { lost } = await importGoSnapshot(remote, pushOf('again-1').manifest, store);
    expect(lost).toEqual([]);
    expect(store.root()).toBe(pushOf('again-1').root);
  });
});

describe('contents that the manifest does not list any more', () => {
  test('come from the layers of other tags', async () => {
    await using store = freshStore();
    const { lost } = await importGoSnapshot(remote, 'v2', store, { also: ['v1'] });
    expect(lost).toEqual([]);
    expect(store.root()).toBe(pushOf('v2').root);
    expect((await store.get('lib')).toString()).toBe('lib 1');
    expect((await store.get('app')).toString()).toBe('app 2');
  });

  test('come from the manifests that a tag pointed to before', async () => {
    await using store = freshStore();
    const also = [pushOf('again-1').manifest, pushOf('again-2').manifest];
    const { lost } = await importGoSnapshot(remote, 'again-3', store, { also });
    expect(lost).toEqual([]);
    expect(store.root()).toBe(pushOf('again-3').root);
  });

  test('come from this disk', async () => {
    const cacheDir = tempDir();
    {
      await using other = Store.open('other', { cacheDir });
      await importGoSnapshot(remote, 'v1', other);
    }
    await using store = freshStore(cacheDir);
    const { lost } = await importGoSnapshot(remote, 'v2', store);
    expect(lost).toEqual([]);
    expect(store.root()).toBe(pushOf('v2').root);
  });

  test('are reported with what they were', async () => {
    await using store = freshStore();
    const { lost } = await importGoSnapshot(remote, 'v2', store);
    const lib = pushOf('v2').entries!.find(({ key }) => key === 'lib')!;
    expect(lost).toEqual([
      {
        ...lib,
        reason: 'absent',
        message: 'Its content is in no layer that the manifest lists.',
      },
    ]);
  });
});

describe('importing', () => {
  test('leaves other entries of the store as they are', async () => {
    await using store = freshStore();
    await store.put('a', 'mine');
    await store.put('mine', 'too');
    await importGoSnapshot(remote, 'again-1', store);
    expect((await store.get('a')).toString()).toBe('a1');
    expect((await store.get('mine')).toString()).toBe('too');
  });

  test('lasts: another store of the same folder has it', async () => {
    const cacheDir = tempDir();
    {
      await using store = freshStore(cacheDir);
      await importGoSnapshot(remote, 'everything', store);
    }
    await using store = freshStore(cacheDir);
    expect(store.root()).toBe(pushOf('everything').root);
    await store.gc();
    for (const [key] of store.list()) await store.get(key);
  });

  test('fetches each layer once, and no layer again', async () => {
    const own = openFixture();
    const { bytes } = (await own.getManifest('everything'))!;
    const { config, layers } = parseManifest(bytes);
    const small = bytes.byteLength + config.size;
    const large = layers.reduce((sum, { size }) => sum + size, 0);
    await using store = freshStore();
    await importGoSnapshot(own, 'everything', store);
    const { downloadedBytes } = own.stats;
    expect(downloadedBytes).toBe(bytes.byteLength + small + large);
    await importGoSnapshot(own, 'everything', store);
    expect(own.stats.downloadedBytes - downloadedBytes).toBe(small);
    await own.close();
  });

  test('says how far it is', async () => {
    await using store = freshStore();
    const seen: Progress[] = [];
    const observer = (event: unknown): void => void seen.push(event as Progress);
    await importGoSnapshot(remote, 'everything', store, { observer });
    expect(seen.map(({ kind, done }) => [kind, done])).toEqual([
      ['download', 1],
      ['download', 2],
      ['download', 3],
      ['download', 4],
    ]);
    expect(seen.at(-1)!.bytes).toBeGreaterThan(10_000);
  });

  test('can be stopped, and the store is as it was', async () => {
    await using store = freshStore();
    const stop = new AbortController();
    const observer = (): void => {
      stop.abort(new Error('enough'));
    };
    const options = { observer, signal: stop.signal };
    await expect(importGoSnapshot(remote, 'everything', store, options)).rejects.toThrow('enough');
    expect(store.len).toBe(0);
    expect(store.dirty).toBe(false);
    const early = { signal: AbortSignal.abort(new Error('before')) };
    await expect(importGoSnapshot(remote, 'everything', store, early)).rejects.toThrow('before');
  });

  test('refuses options that it does not have', async () => {
    await using store = freshStore();
    const options = { alsoFrom: ['v1'] } as object;
    await expect(importGoSnapshot(remote, 'v2', store, options)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      hint: expect.stringContaining('also'),
    });
  });

  test('a tag that does not exist is an error', async () => {
    await using store = freshStore();
    await expect(importGoSnapshot(remote, 'nowhere', store)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('what was imported', () => {
  test('can be pushed, and pulled elsewhere, whole', async () => {
    const target = `oci:${join(tempDir(), 'ours')}:main`;
    {
      await using store = await open('go:main', { cacheDir: tempDir(), remote: target });
      await importGoSnapshot(remote, 'everything', store);
      await store.push({ soleWriter: true });
    }
    await using store = await open('go:main', { cacheDir: tempDir(), remote: target });
    await store.pull();
    const push = pushOf('everything');
    const imported = { imported: push.entries!.length, lost: [], root: push.root };
    await expectImported(store, push, { ...imported, snapshot: push.manifest });
  });

  test('can be written to a folder', async () => {
    const dir = tempDir();
    await using store = freshStore();
    await importGoSnapshot(remote, 'everything', store);
    const { files } = await exportTree(store, 'file', dir);
    expect(files).toBe(7);
    expect(readdirSync(dir).sort()).toEqual([
      'executable',
      'folder',
      'link',
      'no-mode',
      'no-time',
      'old',
      'plain',
      'setuid',
    ]);
  });
});
