import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { AutoPull, type OpenOptions, type Store, open } from '../../src/index.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { layerType } from '../../src/sync/snapshot-manifest.ts';
import { MEDIA_TYPE_PACK, MEDIA_TYPE_SEGMENT } from '../../src/sync/media-types.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { KINDS, noise, readAt } from './support.ts';

const tempDir = useTempDirs();

/** Nobody else writes in these tests while a push is under way. */
const ALONE = { soleWriter: true };

describe.each(KINDS)('pushes and pulls of several stores (%s)', (kind) => {
  let remote: string;
  beforeEach(() => {
    remote = kind === 'layout' ? `oci:${join(tempDir(), 'remote')}` : freshRepository();
  });

  /** A store on a machine of its own. */
  function machine(tag = 'main', more: OpenOptions = {}): Promise<Store> {
    return open(`demo:${tag}`, { cacheDir: tempDir(), remote, ...more });
  }

  async function at(tag: string): Promise<Record<string, string>> {
    await using store = await machine(tag, { autoPull: AutoPull.Always });
    return await contentsOf(store);
  }

  async function contentsOf(store: Store): Promise<Record<string, string>> {
    const all: Record<string, string> = {};
    for (const [key] of store.list()) all[key] = (await store.get(key)).toString();
    return all;
  }

  async function copyTag(from: string, to: string): Promise<void> {
    const opened = openRemote(remote, { cwd: '/' });
    try {
      const { bytes, descriptor } = (await opened.getManifest(from))!;
      await opened.putManifest(bytes, descriptor.mediaType, [to]);
    } finally {
      await opened.close();
    }
  }

  async function layersAt(tag: string, type: string): Promise<readonly Descriptor[]> {
    const opened = openRemote(remote, { cwd: '/' });
    try {
      const { manifest } = await readAt(opened, tag, tempDir());
      return manifest.layers.filter((layer) => layerType(layer) === type);
    } finally {
      await opened.close();
    }
  }

  test('a tag that two push to holds the entries of both', async () => {
    await using one = await machine();
    await using two = await machine();
    await one.put('one', '1');
    await two.put('two', '2');
    await one.push(ALONE);
    await two.push(ALONE);
    expect(await at('main')).toEqual({ one: '1', two: '2' });
    // A push brings nothing here.
    expect(await contentsOf(two)).toEqual({ two: '2' });
    await two.put('two', '22');
    await two.push(ALONE);
    expect(await at('main')).toEqual({ one: '1', two: '22' });
  });

  test('whoever pushes last has the last word about a key', async () => {
    await using one = await machine();
    await using two = await machine();
    await one.put('k', 'one');
    await two.put('k', 'two');
    await one.push(ALONE);
    await two.push(ALONE);
    expect(await at('main')).toEqual({ k: 'two' });
    await one.put('k', 'one again');
    await one.push(ALONE);
    expect(await at('main')).toEqual({ k: 'one again' });
  });

  test('an entry that did not change here takes nothing back that others did', async () => {
    await using one = await machine();
    await one.put('a', '1');
    await one.put('b', '1');
    await one.push(ALONE);
    await using two = await machine('main', { autoPull: AutoPull.Always });
    await two.put('a', '2');
    two.delete('b');
    await two.push(ALONE);
    await one.put('c', '3');
    await one.push(ALONE);
    expect(await at('main')).toEqual({ a: '2', c: '3' });
  });

  test('a deletion travels with a push, and is not undone by a pull', async () => {
    await using one = await machine();
    await one.put('kept', '1');
    await one.put('gone', '2');
    await one.push(ALONE);
    await using two = await machine('main', { autoPull: AutoPull.Always });
    two.delete('gone');
    await two.pull();
    expect(Object.keys(await contentsOf(two))).toEqual(['kept']);
    await one.put('new', '3');
    await one.push(ALONE);
    await two.pull();
    expect(Object.keys(await contentsOf(two))).toEqual(['kept', 'new']);
    await two.push(ALONE);
    expect(Object.keys(await at('main'))).toEqual(['kept', 'new']);
    await one.pull();
    expect(Object.keys(await contentsOf(one))).toEqual(['kept', 'new']);
  });

  test('a pull that discards takes exactly what is there', async () => {
    await using one = await machine();
    await one.put('a', '1');
    await one.put('b', '2');
    await one.push(ALONE);
    one.delete('a');
    await one.put('b', 'changed');
    await one.put('c', 'new');
    await one.pull({ discard: true });
    expect(await contentsOf(one)).toEqual({ a: '1', b: '2' });
    await one.push(ALONE);
    expect(await at('main')).toEqual({ a: '1', b: '2' });
  });

  test('who has given up what a snapshot holds gets it back with the next pull', async () => {
    await using one = await machine();
    await one.put('a', '1');
    await one.push('main', 'old', ALONE);
    await one.put('b', '2');
    await one.push('main', 'new', ALONE);
    await using two = await machine('main', { autoPull: AutoPull.Always });
    await copyTag('old', 'main');
    await two.pull({ discard: true });
    expect(Object.keys(await contentsOf(two))).toEqual(['a']);
    await copyTag('new', 'main');
    await two.pull();
    expect(Object.keys(await contentsOf(two))).toEqual(['a', 'b']);
  });

  // Only there can a blob be taken away by hand.
  if (kind === 'layout') {
    test('an index that the remote has lost is written again by a repair', async () => {
      const cacheDir = tempDir();
      await using one = await machine('main', { cacheDir });
      await one.put('a', '1');
      await one.push(ALONE);
      const [segment] = await layersAt('main', MEDIA_TYPE_SEGMENT);
      const blobs = join(remote.slice('oci:'.length), 'blobs', 'sha256');
      rmSync(join(blobs, segment!.digest.slice('sha256:'.length)));
      await expect(at('main')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await one.push({ repair: true, ...ALONE });
      expect(await at('main')).toEqual({ a: '1' });
    });
  }

  test('an older tag of what a store goes on from becomes exactly what the store holds', async () => {
    await using one = await machine();
    await one.put('old', '1');
    await one.push('main', 'v1', ALONE);
    {
      await using next = await machine('main', { autoPull: AutoPull.Always });
      next.delete('old');
      await next.put('new', '2');
      await next.push(ALONE);
    }
    await using third = await machine('main', { autoPull: AutoPull.Always });
    await third.put('newest', '3');
    await third.push('main', 'v1', ALONE);
    expect(await at('v1')).toEqual({ new: '2', newest: '3' });
    expect(await at('main')).toEqual(await at('v1'));
  });

  test('a tag of another lineage keeps what it has', async () => {
    await using one = await machine('one');
    await one.put('one', '1');
    await one.push(ALONE);
    await using two = await machine('two');
    await two.put('two', '2');
    await two.push('one', 'two', ALONE);
    expect(await at('one')).toEqual({ one: '1', two: '2' });
    expect(await at('two')).toEqual({ two: '2' });
  });

  test('a store whose memory of a snapshot is gone loses nothing', async () => {
    const cacheDir = tempDir();
    await using one = await machine();
    await one.put('one', '1');
    await one.push(ALONE);
    await using two = await machine('main', { cacheDir, autoPull: AutoPull.Always });
    await two.put('two', '2');
    two.delete('one');
    await two.sync();
    await one.put('three', '3');
    await one.push(ALONE);
    const index = join(cacheDir, 'index', 'demo~');
    const bases = readdirSync(index).filter((name) => name.endsWith('.base'));
    expect(bases).toHaveLength(1);
    for (const name of bases) rmSync(join(index, name));
    await two.push(ALONE);
    expect(await at('main')).toEqual({ one: '1', three: '3', two: '2' });
  });

  test('base files do not pile up', async () => {
    const cacheDir = tempDir();
    await using store = await machine('main', { cacheDir });
    for (let i = 0; i < 11; i += 1) {
      await store.put('k', String(i));
      await store.push(ALONE);
    }
    const names = readdirSync(join(cacheDir, 'index', 'demo~'));
    expect(names.filter((name) => name.endsWith('.base'))).toHaveLength(8);
  });

  test('a change is written as a change, and the index stays short', async () => {
    await using store = await machine();
    for (let i = 0; i < 2000; i += 1)
      await store.put(`folder/file ${String(i)}`, `content ${String(i)}`);
    await store.push(ALONE);
    const [base] = await layersAt('main', MEDIA_TYPE_SEGMENT);
    const counts: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await store.put(`folder/file ${String(i)}`, `changed ${String(i)}`);
      store.delete(`folder/file ${String(1000 + i)}`);
      await store.push(ALONE);
      const [first, ...changes] = await layersAt('main', MEDIA_TYPE_SEGMENT);
      expect(first).toEqual(base);
      counts.push(changes.length);
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2]);
    await using other = await machine('main', { autoPull: AutoPull.Always });
    expect(other.root()).toBe(store.root());
    expect(other.len).toBe(1991);
    for (let i = 0; i < 1000; i += 1) store.delete(`folder/file ${String(i)}`);
    await store.put('large', noise(1000));
    await store.push(ALONE);
    expect(await layersAt('main', MEDIA_TYPE_SEGMENT)).toHaveLength(1);
    await other.pull();
    expect(other.root()).toBe(store.root());
  });

  // Only there can a blob be taken away by hand.
  if (kind === 'layout') {
    test('contents that others had pushed and the remote has lost are an error, or are left out on request', async () => {
      await using one = await machine();
      await one.put('lost', noise(1000));
      await one.push(ALONE);
      const messages: string[] = [];
      await using two = await machine('main', {
        autoPull: AutoPull.Always,
        observer: (event) => {
          if ('message' in event) messages.push(event.message);
        },
      });
      const [pack] = await layersAt('main', MEDIA_TYPE_PACK);
      const blobs = join(remote.slice('oci:'.length), 'blobs', 'sha256');
      rmSync(join(blobs, pack!.digest.slice('sha256:'.length)));
      await two.put('mine', '1');
      const before = await layersAt('main', MEDIA_TYPE_SEGMENT);
      await expect(two.push(ALONE)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringMatching(/lost the contents of 1 entry .*"lost"/),
        hint: expect.stringContaining('`skipLost`'),
      });
      expect(await layersAt('main', MEDIA_TYPE_SEGMENT)).toEqual(before);
      await two.push({ skipLost: true, ...ALONE });
      expect(await at('main')).toEqual({ mine: '1' });
      expect(messages).toEqual([expect.stringContaining('"lost"')]);
      // Whoever has the content brings it back.
      await one.push(ALONE);
      expect(Object.keys(await at('main'))).toEqual(['lost', 'mine']);
    });
  }
});
