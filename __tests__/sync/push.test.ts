import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import type { Digest } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import { Blobs } from '../../src/store/blobs.ts';
import type { Store } from '../../src/store/store.ts';
import { prepare } from '../../src/sync/publish.ts';
import { readIndex, readSnapshot } from '../../src/sync/snapshot.ts';
import { type Hooks, hooked } from './hooked-remote.ts';
import { ALONE, keysOf, useMachines } from './machines.ts';

const { remote, tempDir, machine, remoteWith, keysAt, lose } = useMachines();

/** Tells which packs are uploaded: those are the blobs of which it is asked first whether they are there. */
function packsOf(packs: Digest[]): Hooks {
  return {
    putBlob: (inner, digest, content, options) => {
      if (options?.mayExist === true) packs.push(digest);
      return inner.putBlob(digest, content, options);
    },
  };
}

describe('what the remote has lost', () => {
  test('a pack that is lost before a manifest names it is uploaded again', async () => {
    const packs: Digest[] = [];
    let puts = 0;
    const store = machine({
      at: remoteWith({
        ...packsOf(packs),
        putManifest: (inner, ...args) => {
          puts += 1;
          if (puts === 1) lose(packs[0]!);
          return inner.putManifest(...args);
        },
      }),
    });
    await store.put('a', 'content');
    await store.push(ALONE);
    expect(packs).toEqual([packs[0], packs[0]]);
    expect(await keysAt('main')).toEqual(['a']);
  });

  test('a pack that is lost during a repair is uploaded again as well', async () => {
    const packs: Digest[] = [];
    let puts = 0;
    const at = remoteWith({
      ...packsOf(packs),
      putManifest: (inner, ...args) => {
        puts += 1;
        if (puts === 2) lose(packs.at(-1)!);
        return inner.putManifest(...args);
      },
    });
    const store = machine({ at });
    await store.put('a', 'content');
    await store.push(ALONE);
    lose(packs[0]!);
    await store.put('b', 'content b');
    await store.push({ repair: true, ...ALONE });
    expect(packs).toHaveLength(3);
    expect((await (await pulled()).get('a')).toString()).toBe('content');
  });

  test('content that another key has in a lost pack is uploaded again', async () => {
    const packs: Digest[] = [];
    const store = machine({ at: remoteWith(packsOf(packs)) });
    await store.put('a', 'content');
    await store.push(ALONE);
    lose(packs[0]!);
    await store.put('b', 'content');
    await store.push(ALONE);
    const other = await pulled();
    expect((await other.get('a')).toString()).toBe('content');
    expect((await other.get('b')).toString()).toBe('content');
  });

  test('an index that nobody has any more is replaced by a repair, and else the error says so', async () => {
    const store = machine();
    await store.put('a', 'content');
    await store.push(ALONE);
    const { manifest } = (await readSnapshot(remote(), 'main', { blobs: Blobs.open(tempDir()) }))!;
    lose(manifest.layers[0]!.digest);
    // That of this disk is not needed for the store's own entries.
    await store.gc();
    await store.put('b', 'content b');
    await expect(store.push(ALONE)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('`repair`'),
    });
    await store.push({ repair: true, ...ALONE });
    expect(await keysAt('main')).toEqual(['a', 'b']);
  });

  test.each([1, 2])(
    'what was left out is brought back by who has it, after %d pushes',
    async (pushes) => {
      const packs: Digest[] = [];
      const owner = machine({ at: remoteWith(packsOf(packs)) });
      await owner.put('a', 'content');
      await owner.push(ALONE);
      const other = machine();
      await other.pull();
      lose(packs[0]!);
      for (let i = 0; i < pushes; i += 1) {
        await other.put(`other ${String(i)}`, String(i));
        await other.push({ repair: true, skipLost: true, ...ALONE });
      }
      expect(await keysAt('main')).not.toContain('a');
      await owner.pull();
      expect(keysOf(owner)).toContain('a');
      await owner.push(ALONE);
      expect((await (await pulled()).get('a')).toString()).toBe('content');
    },
  );

  test('what only a third one had pulled is nobody’s loss, and is left out on request', async () => {
    const packs: Digest[] = [];
    const owner = machine({ at: remoteWith(packsOf(packs)) });
    await owner.put('a', 'content');
    await owner.push(ALONE);
    const [second, third] = [machine(), machine()];
    await second.pull();
    await third.pull();
    lose(packs[0]!);
    await second.put('second', '2');
    await second.push({ repair: true, skipLost: true, ...ALONE });
    await third.put('third', '3');
    await expect(third.push(ALONE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await third.push({ skipLost: true, ...ALONE });
    expect(await keysAt('main')).toEqual(['second', 'third']);
  });

  test('a change that is lost with the disk is an error, whatever is skipped', async () => {
    const [owner, store] = [machine(), machine()];
    await owner.put('a', 'content');
    await owner.push(ALONE);
    await store.pull();
    const { digest } = await store.put('own', 'own content');
    rmSync(store.path(digest));
    await expect(store.push({ skipLost: true, ...ALONE })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"own"'),
    });
    expect(await keysAt('main')).toEqual(['a']);
  });

  test('a manifest that the remote has lost, and this disk has not, is written again by a repair', async () => {
    const store = machine();
    await store.put('a', 'content');
    await store.push(ALONE);
    lose((await remote().resolve('main'))!.digest);
    await store.push({ repair: true, ...ALONE });
    expect((await (await pulled()).get('a')).toString()).toBe('content');
  });

  async function pulled(): Promise<Store> {
    const store = machine();
    await store.pull();
    return store;
  }
});

describe('deletions travel', () => {
  test('after pushes to many other tags', async () => {
    const [one, two] = [machine(), machine()];
    await one.put('x', 'x');
    await one.put('y', 'y');
    await one.push(ALONE);
    await two.pull();
    for (let i = 0; i < 6; i += 1) {
      await one.put('run', String(i));
      await one.push(`sha-${String(i)}`, ALONE);
    }
    two.delete('x');
    await two.push(ALONE);
    await one.pull();
    expect(keysOf(one)).toEqual(['run', 'y']);
    await one.push(ALONE);
    expect(await keysAt('main')).toEqual(['run', 'y']);
  });

  test('to many tags at once that hold different entries', async () => {
    const tags = Array.from({ length: 6 }, (_, i) => `t${String(i)}`);
    for (const tag of tags) {
      const owner = machine({ tag });
      await owner.put(tag, tag);
      await owner.push(ALONE);
    }
    const store = machine();
    await store.put('secret', 's');
    await store.put('k', 'k');
    await store.push(...tags, ALONE);
    store.delete('secret');
    await store.push(...tags, ALONE);
    for (const tag of tags) expect(await keysAt(tag)).toEqual(['k', tag]);
  });

  test('to who was away for more pushes than a snapshot names', async () => {
    const store = machine();
    await store.put('secret', 's');
    await store.put('y', 'y');
    await store.push(ALONE);
    const away = machine();
    await away.pull();
    store.delete('secret');
    for (let i = 0; i < 130; i += 1) {
      await store.put('run', String(i));
      await store.push(ALONE);
    }
    await away.put('mine', 'm');
    await away.push(ALONE);
    expect(await keysAt('main')).toEqual(['mine', 'run', 'y']);
  });

  test('but not to another remote that has a long history of its own', async () => {
    const store = machine();
    await store.put('a', 'a');
    await store.push(ALONE);
    const elsewhere = hooked(openRemote(`oci:${join(tempDir(), 'other')}`, { cwd: '/' }));
    const theirs = machine({ at: elsewhere });
    for (let i = 0; i < 130; i += 1) {
      await theirs.put('run', String(i));
      await theirs.push(ALONE);
    }
    const cacheDir = tempDir();
    const mover = machine({ cacheDir });
    await mover.pull();
    await mover.get('a');
    await mover.close();
    const moved = machine({ cacheDir, at: elsewhere });
    await moved.push(ALONE);
    const seen = machine({ at: elsewhere });
    await seen.pull();
    expect(keysOf(seen)).toEqual(['a', 'run']);
  });

  test('where one of two tags could not be moved', async () => {
    const refusing = remoteWith({
      putManifest: (inner, bytes, type, tags = [], options) => {
        if (tags.includes('fixed')) throw new CafsError('DENIED', 'The tag fixed is immutable.');
        return inner.putManifest(bytes, type, tags, options);
      },
    });
    const store = machine({ at: refusing });
    await store.put('secret', 's');
    await store.put('k', 'k');
    await expect(store.push('main', 'fixed', ALONE)).rejects.toMatchObject({ code: 'DENIED' });
    store.delete('secret');
    await store.push(ALONE);
    expect(await keysAt('main')).toEqual(['k']);
  });

  test('though the base file was damaged', async () => {
    const cacheDir = tempDir();
    const store = machine({ cacheDir });
    await store.put('x', 'x');
    await store.push(ALONE);
    const index = join(cacheDir, 'index', 'x~');
    const base = join(
      index,
      readdirSync(index).find((name) => name.endsWith('.base'))!,
    );
    writeFileSync(base, Buffer.alloc(statSync(base).size));
    await store.pull({ discard: true });
    // Somebody else goes on from it, so that the base is needed.
    const other = machine();
    await other.pull();
    await other.put('y', 'y');
    await other.push(ALONE);
    store.delete('x');
    await store.push(ALONE);
    expect(await keysAt('main')).toEqual(['y']);
  });
});

describe('at the same time', () => {
  test('an answer that comes late is no news to who has pulled what is newer', async () => {
    const writer = machine();
    await writer.put('x', 'x');
    await writer.put('y', 'y');
    await writer.push(ALONE);
    const [reached, reach] = signal();
    const [may, release] = signal();
    const slow = remoteWith({
      getBlob: async (inner, ...args) => {
        const bytes = await inner.getBlob(...args);
        reach();
        await may;
        return bytes;
      },
    });
    const cacheDir = tempDir();
    const late = machine({ cacheDir, at: slow });
    const pulling = late.pull();
    await reached;
    writer.delete('x');
    await writer.push(ALONE);
    await machine({ cacheDir }).pull();
    release();
    await pulling;
    expect(keysOf(late)).toEqual(['y']);
  });

  test('what a pull gives up during a push is not taken for deleted', async () => {
    const writer = machine();
    await writer.put('x', 'x');
    await writer.push(ALONE);
    const cacheDir = tempDir();
    const other = machine({ cacheDir });
    let isFirst = true;
    const at = remoteWith({
      putManifest: async (inner, ...args) => {
        if (isFirst) await other.pull({ discard: true });
        isFirst = false;
        return inner.putManifest(...args);
      },
    });
    const pushing = machine({ cacheDir, at });
    await pushing.pull();
    await pushing.put('n', 'n');
    await pushing.push(ALONE);
    expect(keysOf(other)).toEqual(['x']);
    await pushing.sync();
    expect(keysOf(pushing)).toEqual(['x']);
    await pushing.put('o', 'o');
    await pushing.push(ALONE);
    expect(await keysAt('main')).toEqual(['n', 'o', 'x']);
  });

  test('a write that was carried out and not answered in time is looked at again', async () => {
    const WINDOW = { windowMs: 400 };
    const [may, start] = signal();
    const [looked, look] = signal();
    const [isThere, arrive] = signal();
    // They look just before our write is carried out, and write as late as they may.
    const theirs = remoteWith({
      putManifest: async (inner, bytes, type, tags, options) => {
        look();
        await isThere;
        const left = (options?.notAfter ?? 0) - performance.now();
        if (left > 60) await sleep(left - 50);
        if (performance.now() > (options?.notAfter ?? 0)) throw new CafsError('TIMEOUT', 'Late.');
        return inner.putManifest(bytes, type, tags);
      },
    });
    let puts = 0;
    const ours = remoteWith({
      putManifest: async (inner, bytes, type, tags, options) => {
        puts += 1;
        if (puts > 1) return inner.putManifest(bytes, type, tags);
        await sleep(300);
        start();
        await looked;
        await inner.putManifest(bytes, type, tags);
        arrive();
        await sleep(Math.max(0, (options?.notAfter ?? 0) - performance.now()) + 1);
        throw new CafsError('TIMEOUT', 'No answer.');
      },
    });
    const [one, two] = [machine({ at: ours, ...WINDOW }), machine({ at: theirs, ...WINDOW })];
    await one.put('a', 'a');
    await two.put('b', 'b');
    await Promise.all([one.push(), may.then(() => two.push())]);
    expect(await keysAt('main')).toEqual(['a', 'b']);
    expect(puts).toBe(2);
  });
});

test('what an action says of its subtrees is kept at each of several tags', async () => {
  const store = machine();
  await store.put('ws/p/a', 'a');
  await store.push('library', 'action', ALONE);
  const blobs = Blobs.open(tempDir());
  const snapshot = (await readSnapshot(remote(), 'action', { blobs }))!;
  const { entries } = await readIndex(remote(), snapshot, { blobs });
  const subtree = {
    name: 'p',
    root: 'ws' as const,
    folder: 'p',
    outputs: ['**'],
    fingerprint: null,
    digest: entries.hash(''),
  };
  const merged = [snapshot.descriptor.digest];
  const draft = { entries, subtrees: [subtree], prefixes: [], annotations: {}, merged };
  await (await prepare(remote(), draft)).tag(['action']);
  const other = machine({ tag: 'action' });
  await other.pull();
  await other.put('more', 'm');
  await other.push('library', 'action', ALONE);
  expect((await readSnapshot(remote(), 'action', { blobs }))!.config.subtrees).toEqual([subtree]);
});

function signal(): [promise: Promise<void>, fire: () => void] {
  let fire = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return [promise, fire];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
