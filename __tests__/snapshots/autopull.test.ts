import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { AutoPull, type OpenOptions, type Store, open } from '../../src/index.ts';
import type { FaultProxy } from '../support/fault-proxy/proxy.ts';
import { rounds } from '../support/scale.ts';
import type { Growth, GrowthTask } from './growth-process.ts';
import { KINDS, type Place, usePlaces } from './places.ts';
import { contentsOf } from './plain.ts';
import { requestsOf, shortly } from './traffic.ts';

const { tempDir, startProxy, layout, repository } = usePlaces();

const ALONE = { soleWriter: true };

/** Texts by key. */
async function textsOf(store: Store): Promise<Record<string, string>> {
  return Object.fromEntries(
    [...(await contentsOf(store))].map(([key, { bytes }]) => [key, Buffer.from(bytes).toString()]),
  );
}

describe.each(KINDS)('a store that is pulled when it is opened (%s)', (kind) => {
  let proxy: FaultProxy;
  let place: Place;
  let cacheDir: string;
  /** Whoever pushes. */
  let writer: Store;

  beforeEach(async () => {
    proxy = await startProxy();
    place = kind === 'registry' ? repository(proxy) : layout();
    cacheDir = tempDir();
    writer = await open('writer:main', { cacheDir: tempDir(), remote: place.direct });
    await writer.put('key', 'one');
    await writer.push(ALONE);
  });

  afterEach(() => writer.close());

  /** What it holds once it is open, and the requests until then. */
  async function opened(
    options: OpenOptions,
    namespace = 'reader:main',
  ): Promise<{ texts: Record<string, string>; requests: string[] }> {
    let texts = {};
    const journal = await requestsOf(proxy, async () => {
      await using store = await open(namespace, { cacheDir, remote: place.remote, ...options });
      texts = Object.fromEntries([...store.list()].map(([key, { size }]) => [key, `${size}`]));
    });
    return { texts, requests: shortly(journal) };
  }

  /** How the registry is asked; a layout asks nobody. */
  const asked = (...requests: string[]): string[] => (kind === 'registry' ? requests : []);

  test('never: nothing is asked, at the first time and later', async () => {
    for (const options of [{}, { autoPull: AutoPull.Never }]) {
      expect(await opened(options)).toEqual({ texts: {}, requests: [] });
    }
    await opened({ autoPull: AutoPull.Always });
    await writer.put('key', 'changed');
    await writer.push(ALONE);
    expect(await opened({})).toEqual({ texts: { key: '3' }, requests: [] });
  });

  test('always: each time; where nothing is new that is one HEAD', async () => {
    expect((await opened({ autoPull: AutoPull.Always })).texts).toEqual({ key: '3' });
    expect(await opened({ autoPull: AutoPull.Always })).toEqual({
      texts: { key: '3' },
      requests: asked('manifest-head 200'),
    });
    await writer.put('key', 'changed');
    await writer.push(ALONE);
    expect((await opened({ autoPull: AutoPull.Always })).texts).toEqual({ key: '7' });
  });

  test('missing: only where this disk has no index', async () => {
    expect((await opened({ autoPull: AutoPull.Missing })).texts).toEqual({ key: '3' });
    await writer.put('key', 'changed');
    await writer.push(ALONE);
    expect(await opened({ autoPull: AutoPull.Missing })).toEqual({
      texts: { key: '3' },
      requests: [],
    });
    // Another namespace has an index of its own.
    expect((await opened({ autoPull: AutoPull.Missing }, 'other:main')).texts).toEqual({
      key: '7',
    });
  });

  test('missing: an index without entries is one as well', async () => {
    {
      await using store = await open('reader:main', { cacheDir, remote: place.remote });
      await store.put('gone', 'gone');
      await store.sync();
      store.delete('gone');
    }
    expect(await opened({ autoPull: AutoPull.Missing })).toEqual({ texts: {}, requests: [] });
  });

  test.each([AutoPull.Always, AutoPull.Missing])(
    '%s: a tag that does not exist is an empty store, and is asked for again',
    async (autoPull) => {
      for (let time = 0; time < 2; time += 1) {
        expect(await opened({ autoPull }, 'reader:later')).toEqual({
          texts: {},
          requests: asked('manifest-head 404'),
        });
      }
      await writer.push('later', ALONE);
      expect((await opened({ autoPull }, 'reader:later')).texts).toEqual({ key: '3' });
    },
  );

  test('always: what was changed here and not pushed stays', async () => {
    await opened({ autoPull: AutoPull.Always });
    {
      await using store = await open('reader:main', { cacheDir, remote: place.remote });
      await store.put('mine', 'mine');
      store.delete('key');
    }
    await writer.put('key', 'changed');
    await writer.put('theirs', 'theirs');
    await writer.push(ALONE);
    expect((await opened({ autoPull: AutoPull.Always })).texts).toEqual({ mine: '4', theirs: '6' });
  });
});

describe.each(KINDS)('pull (%s)', (kind) => {
  let place: Place;
  let proxy: FaultProxy;
  let here: Store;
  let there: Store;

  beforeEach(async () => {
    proxy = await startProxy();
    place = kind === 'registry' ? repository(proxy) : layout();
    const { remote } = place;
    there = await open('there:main', { cacheDir: tempDir(), remote });
    for (const key of ['both', 'here', 'there', 'kept']) await there.put(key, 'old');
    await there.push(ALONE);
    here = await open('here:main', { cacheDir: tempDir(), remote });
    await here.pull();
  });

  afterEach(async () => {
    await here.close();
    await there.close();
  });

  describe.each([
    ['in memory', async () => {}],
    ['on disk', (store: Store) => store.sync()],
  ])('keeps what was changed here, %s', (_, settle) => {
    test('sets, of new keys and old ones, and metadata', async () => {
      await here.put('new', 'mine');
      await here.put('both', 'mine');
      await here.put('here', 'old', { meta: 'mine' });
      await settle(here);
      await there.put('both', 'theirs');
      await there.put('there', 'theirs');
      await there.put('here', 'old', { meta: 'theirs' });
      await there.push(ALONE);
      await here.pull();
      expect(await textsOf(here)).toEqual({
        both: 'mine',
        here: 'old',
        kept: 'old',
        new: 'mine',
        there: 'theirs',
      });
      expect(here.stat('here')?.meta).toBe('mine');
      // Once more, with nothing new there.
      await here.pull();
      expect((await here.get('both')).toString()).toBe('mine');
    });

    test('deletions, also of what has changed there', async () => {
      here.delete('both');
      here.delete('here');
      await settle(here);
      await there.put('both', 'theirs');
      await there.put('new', 'theirs');
      await there.push(ALONE);
      await here.pull();
      expect(await textsOf(here)).toEqual({ kept: 'old', new: 'theirs', there: 'old' });
      await here.push(ALONE);
      await there.pull();
      expect(await textsOf(there)).toEqual({ kept: 'old', new: 'theirs', there: 'old' });
    });

    test('what was deleted there and changed here', async () => {
      await here.put('both', 'mine');
      await settle(here);
      there.delete('both');
      there.delete('there');
      await there.push(ALONE);
      await here.pull();
      expect(await textsOf(here)).toEqual({ both: 'mine', here: 'old', kept: 'old' });
    });

    test('discard takes exactly what is there', async () => {
      await here.put('new', 'mine');
      await here.put('both', 'mine');
      await here.put('kept', 'old', { meta: 'mine' });
      here.delete('here');
      await settle(here);
      there.delete('there');
      await there.push(ALONE);
      expect(await here.pull({ discard: true })).toBe(true);
      expect(await textsOf(here)).toEqual({ both: 'old', here: 'old', kept: 'old' });
      expect(here.stat('kept')?.meta).toBeUndefined();
      expect(here.root()).toBe(there.root());
      expect(await place.sent(() => here.push())).toBe(0);
    });
  });

  test('discard, where the remote has nothing new', async () => {
    await here.put('new', 'mine');
    here.delete('both');
    await here.pull();
    expect(here.exists('new')).toBe(true);
    await here.pull({ discard: true });
    expect(here.root()).toBe(there.root());
    expect(await place.sent(() => here.push())).toBe(0);
  });

  test('deletions travel, through any number of stores and times', async () => {
    there.delete('there');
    await there.push(ALONE);
    await using third = await open('third:main', { cacheDir: tempDir(), remote: place.remote });
    await third.pull();
    await third.put('third', 'third');
    await third.push(ALONE);
    await here.pull();
    expect(await textsOf(here)).toEqual({ both: 'old', here: 'old', kept: 'old', third: 'third' });
    // It comes back only if somebody puts it.
    await here.push(ALONE);
    await there.pull();
    expect(there.exists('there')).toBe(false);
    await here.put('there', 'again');
    await here.push(ALONE);
    await there.pull();
    expect((await there.get('there')).toString()).toBe('again');
  });

  test('a store that was emptied empties the tag, and what pulls from it', async () => {
    there.clear();
    await there.push(ALONE);
    await here.pull();
    expect(here.len).toBe(0);
    expect(here.root()).toBe('');
  });

  test('contents come when they are asked for, or all at once; those that are here stay', async () => {
    const { remote } = place;
    await using lazy = await open('lazy:main', { cacheDir: tempDir(), remote });
    await lazy.pull();
    expect(lazy.stats()).toMatchObject({ entries: 4, blobs: 0 });
    await lazy.pull({ contents: true });
    expect(lazy.stats()).toMatchObject({ entries: 4, blobs: 1 });
    await there.put('kept', 'new');
    await there.push(ALONE);
    await using eager = await open('eager:main', { cacheDir: tempDir(), remote });
    await eager.put('mine', 'old');
    const pulling = await requestsOf(proxy, () => eager.pull({ contents: true }));
    expect(eager.stats()).toMatchObject({ entries: 5, blobs: 2 });
    if (kind === 'registry') {
      const reading = await requestsOf(proxy, () => textsOf(eager));
      expect(reading.count()).toBe(0);
      // Of the two packs, the one with the content that is here was not asked for.
      const packs = pulling.of().filter(({ phase }) => phase.startsWith('blob'));
      expect(packs.filter(({ responseBytes }) => responseBytes === 3)).toHaveLength(1);
    }
  });
});

describe('many entries', () => {
  const ENTRIES = rounds(20_000, 100_000);

  /** What a process grows by at its peak, with little room for garbage. */
  async function growthOf(task: GrowthTask): Promise<number> {
    const script = join(import.meta.dirname, 'growth-process.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--max-old-space-size=64', script, JSON.stringify(task)],
      { timeout: 300_000 },
    );
    const { growth, entries } = JSON.parse(stdout) as Growth;
    expect(entries).toBe(ENTRIES);
    return growth;
  }

  test(
    `${ENTRIES} of them: memory is bounded`,
    async () => {
      const { remote } = layout();
      const cacheDir = tempDir();
      const entries = ENTRIES;
      const growth: Record<string, number> = {};
      for (const act of ['fill', 'push', 'change'] as const) {
        growth[act] = await growthOf({ cacheDir, remote, act, entries });
      }
      growth['push again'] = await growthOf({ cacheDir, remote, act: 'push', entries });
      growth['pull'] = await growthOf({ cacheDir: tempDir(), remote, act: 'pull', entries });
      process.stdout.write(`${ENTRIES} entries, MiB: ${JSON.stringify(growth)}\n`);
      // Code and buffers of any push; and for each entry some copies of what the index has of it.
      const most = 50 + (ENTRIES * 250) / 1024 ** 2;
      for (const act of ['push', 'push again', 'pull']) expect(growth[act]).toBeLessThan(most);
    },
    rounds(120_000, 600_000),
  );
});
