import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type Store, open } from '../../src/index.ts';
import type { Journal } from '../support/fault-proxy/journal.ts';
import type { FaultProxy } from '../support/fault-proxy/proxy.ts';
import { startRegistry } from '../support/registry/start.ts';
import { rounds } from '../support/scale.ts';
import { startTokenServer } from '../support/token-server.ts';
import { KINDS, type Place, usePlaces } from './places.ts';
import { type Kept, type Plain, contentsOf, expectHolds, putAll, summaryOf } from './plain.ts';
import { Random } from './random.ts';
import { useStoreProcesses } from './store-processes.ts';
import { requestsOf, shortly, storedBlobs } from './traffic.ts';
import { SUBTREES, bytesOf, fileOf, oneInAHundred, subtreeOf, treeOf } from './trees.ts';

// Processes end before the proxies that they are connected to.
const startStore = useStoreProcesses();
const { tempDir, startProxy, layout, repository } = usePlaces();

const FILES = rounds(2000, 20_000);
const TIMEOUT = rounds(60_000, 600_000);

/** Nobody else writes to these tags: no push looks at them once more. */
const ALONE = { soleWriter: true };

/** Frames have no more bytes. */
const FRAME_BYTES = 512 * 1024;

describe.each(KINDS)(`${FILES} files (%s)`, (kind) => {
  const random = new Random(`counts ${kind}`);
  let proxy: FaultProxy;
  let place: Place;
  let store: Store;
  let tree: Map<string, Kept>;
  /** Bytes of the first push. */
  let first: number;
  /** A store of somebody else, who has everything. */
  let other: Store;

  beforeAll(async () => {
    proxy = await startProxy();
    place = kind === 'registry' ? repository(proxy) : layout();
    const { remote } = place;
    store = await open('mine:main', { cacheDir: tempDir(), remote });
    tree = treeOf(random, FILES);
    await putAll(store, tree);
    first = await place.sent(() => store.push(ALONE));
    other = await open('others:main', { cacheDir: tempDir(), remote });
    await other.pull();
    await expectHolds(other, tree);
  }, TIMEOUT);

  afterAll(async () => {
    await store.close();
    await other.close();
  });

  async function change(entries: Plain): Promise<void> {
    await putAll(store, entries);
    for (const [key, kept] of entries) tree.set(key, kept);
  }

  /** What somebody else gets who has the rest. */
  async function received(): Promise<number> {
    const requests = await requestsOf(proxy, async () => {
      await other.pull();
      await contentsOf(other);
    });
    return requests.received();
  }

  test('the first push compresses', () => {
    expect(first).toBeGreaterThan(0.3 * bytesOf(tree));
    expect(first).toBeLessThan(0.6 * bytesOf(tree));
  });

  test(
    '1% of the files has changed: at most 1.5% of the bytes travel, each way',
    async () => {
      const changed = oneInAHundred(random, tree);
      expect(changed.size).toBe(FILES / 100);
      expect(bytesOf(changed)).toBeLessThan(0.0105 * bytesOf(tree));
      await change(changed);
      const sent = await place.sent(() => store.push(ALONE));
      expect(sent / first).toBeLessThan(0.015);
      if (kind === 'registry') expect((await received()) / first).toBeLessThan(0.015);
      else await other.pull();
      await expectHolds(other, tree);
    },
    TIMEOUT,
  );

  test(
    'one subtree of twenty is another: at most 1.3 times its bytes travel, each way',
    async () => {
      const replaced = new Map(subtreeOf(tree, 7).map(([key]) => [key, fileOf(random)]));
      expect(replaced.size).toBe(FILES / SUBTREES);
      const elsewhere = kind === 'registry' ? repository(proxy) : layout();
      await using alone = await open('alone', { cacheDir: tempDir(), remote: elsewhere.remote });
      await putAll(alone, replaced);
      const least = await elsewhere.sent(() => alone.push(ALONE));
      await change(replaced);
      expect((await place.sent(() => store.push(ALONE))) / least).toBeLessThan(1.3);
      if (kind === 'registry') expect((await received()) / least).toBeLessThan(1.3);
      else await other.pull();
      await expectHolds(other, tree);
    },
    TIMEOUT,
  );

  test('nothing has changed: nothing is sent', async () => {
    expect(await place.sent(() => store.push())).toBe(0);
    expect(await place.sent(() => store.push('main', 'main'))).toBe(0);
    // It says again what is there.
    const [key = '', { bytes = Buffer.alloc(0) } = {}] = [...tree][0] ?? [];
    const meta = store.stat(key)?.meta;
    store.delete(key);
    await store.put(key, bytes, { meta });
    expect(await place.sent(() => store.push())).toBe(0);
  });
});

describe('requests', () => {
  const random = new Random('requests');
  let proxy: FaultProxy;
  let place: Place;
  let store: Store;
  let tree: Map<string, Kept>;

  beforeAll(async () => {
    proxy = await startProxy();
    place = repository(proxy);
    store = await open('mine:main', { cacheDir: tempDir(), remote: place.remote });
    tree = treeOf(random, 500);
    await putAll(store, tree);
    await store.push(ALONE);
  });

  afterAll(() => store.close());

  test('a push with nothing new is one HEAD', async () => {
    const requests = await requestsOf(proxy, () => store.push());
    expect(shortly(requests)).toEqual(['manifest-head 200']);
    expect(requests.sent()).toBe(0);
    expect(requests.received()).toBe(0);
  });

  test('one for each tag, where it goes to several', async () => {
    await store.push('x', 'y', 'z', ALONE);
    const requests = await requestsOf(proxy, () => store.push('x', 'y', 'z', 'main'));
    expect(shortly(requests)).toEqual(Array.from({ length: 4 }, () => 'manifest-head 200'));
  });

  test('so it is in another process with the same cache folder', async () => {
    const requests = await requestsOf(proxy, async () => {
      const { cacheDir } = store;
      const process = startStore({ namespace: 'mine:main', cacheDir, remote: place.remote });
      await process.ask({ do: 'push' });
    });
    expect(shortly(requests)).toEqual(['manifest-head 200']);
  });

  test('so it is for whoever has pulled, in this process and in the next', async () => {
    const opening = { namespace: 'fresh:main', cacheDir: tempDir(), remote: place.remote };
    const puller = startStore(opening);
    await puller.ask({ do: 'pull' });
    const own = await requestsOf(proxy, () => puller.ask({ do: 'push' }));
    expect(shortly(own)).toEqual(['manifest-head 200']);
    await puller.ask({ do: 'close' });
    const next = startStore(opening);
    const requests = await requestsOf(proxy, () => next.ask({ do: 'push' }));
    expect(shortly(requests)).toEqual(['manifest-head 200']);
  });

  test('a pull with nothing new is one HEAD', async () => {
    await using other = await open('other:main', { cacheDir: tempDir(), remote: place.remote });
    await other.pull();
    for (const pulling of [other, store]) {
      const requests = await requestsOf(proxy, () => pulling.pull());
      expect(shortly(requests)).toEqual(['manifest-head 200']);
    }
  });

  test('a pull gets the index alone; a content that is asked for is at most a frame', async () => {
    await using other = await open('other:main', { cacheDir: tempDir(), remote: place.remote });
    const pulling = await requestsOf(proxy, () => other.pull());
    // The config, and segments: one, since there was one push.
    expect(pulling.count('blob') + pulling.count('blob-range')).toBe(2);
    expect(pulling.count()).toBeLessThanOrEqual(4);
    // Digests do not compress; the rest does.
    expect(pulling.received()).toBeLessThan(32 * 500 + 30 * 500);
    const [key, { bytes }] = random.pick([...tree]);
    const getting = await requestsOf(proxy, async () => {
      expect((await other.get(key)).equals(bytes)).toBe(true);
    });
    expect(getting.count()).toBe(1);
    expect(getting.received()).toBeLessThanOrEqual(FRAME_BYTES);
    expect(getting.received()).toBeLessThan(proxy.journal.sent('upload-finish') / 2);
    const again = await requestsOf(proxy, () => other.get(key));
    expect(again.count()).toBe(0);
  });

  test('a pull of everything fetches no byte twice, whatever is in a pack', async () => {
    const { remote } = repository(proxy);
    await using one = await open('mine:main', { cacheDir: tempDir(), remote });
    // Contents of many frames between others of which many share a frame: each is fetched in its own way.
    const sizes = Array.from({ length: 60 }, (_, i) => (i % 20 === 0 ? 2_000_000 : 200_000));
    for (const [i, size] of sizes.entries()) await one.put(String(i), randomBytes(size));
    await one.push(ALONE);
    await using other = await open('other:main', { cacheDir: tempDir(), remote });
    const pulling = await requestsOf(proxy, () => other.pull({ contents: true }));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(pulling.received()).toBeLessThan(1.02 * bytes);
  });

  test('several tags at once: blobs are uploaded once', async () => {
    const [one, three] = [repository(proxy), repository(proxy)];
    const { cacheDir } = store;
    await using single = await open('mine:main', { cacheDir, remote: one.remote });
    const alone = await requestsOf(proxy, () => single.push('a', ALONE));
    await using multiple = await open('mine:main', { cacheDir, remote: three.remote });
    const all = await requestsOf(proxy, () => multiple.push('a', 'b', 'c', ALONE));
    const stored = storedBlobs(all);
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored).toHaveLength(storedBlobs(alone).length);
    const blobs = (requests: Journal): number => requests.sent() - requests.sent('manifest-put');
    // The config names the snapshot that was pushed before.
    expect(blobs(all)).toBeLessThan(blobs(alone) + 500);
    for (const tag of ['a', 'b', 'c']) {
      await using reader = await open(`reader:${tag}`, {
        cacheDir: tempDir(),
        remote: three.direct,
      });
      await reader.pull();
      await expectHolds(reader, tree);
    }
  });

  test('several tags at once that point to different snapshots: contents are uploaded once', async () => {
    const { remote, direct } = repository(proxy);
    await using writer = await open('writer:a', { cacheDir: tempDir(), remote });
    await writer.put('first', 'first');
    await writer.push('a', 'c', ALONE);
    await writer.put('second', 'second');
    await writer.push('b', ALONE);
    const news = random.noise(200_000);
    await writer.put('third', news);
    const pushing = await requestsOf(proxy, () => writer.push('a', 'b', 'c', 'd', ALONE));
    const stored = storedBlobs(pushing);
    expect(new Set(stored).size).toBe(stored.length);
    expect(pushing.sent()).toBeLessThan(news.byteLength + 20_000);
    for (const tag of ['a', 'b', 'c', 'd']) {
      await using reader = await open(`reader:${tag}`, { cacheDir: tempDir(), remote: direct });
      await reader.pull();
      expect(Object.keys(summaryOf(await contentsOf(reader)))).toEqual([
        'first',
        'second',
        'third',
      ]);
    }
  });

  test('what one tag has is not uploaded to another one', async () => {
    await store.push('there', ALONE);
    const requests = await requestsOf(proxy, () => store.push('not-yet', ALONE));
    expect(requests.sent()).toBeLessThan(5000);
    expect(requests.sent('manifest-put')).toBeGreaterThan(0);
  });
});

test('with tokens, a push with nothing new is at most three requests', async () => {
  await using tokens = await startTokenServer();
  await using registry = await startRegistry({ token: tokens.auth });
  const proxy = await startProxy({ tokens: tokens.host }, registry.host);
  const { remote } = repository(proxy, registry.host);
  const options = {
    cacheDir: tempDir(),
    remote,
    auth: () => ({ username: 'tester', password: 'secret' }),
  };
  {
    await using store = await open('mine:main', options);
    await store.put('key', 'content');
    await store.push(ALONE);
  }
  await using store = await open('mine:main', options);
  const requests = await requestsOf(proxy, () => store.push());
  expect(shortly(requests)).toEqual(['manifest-head 401', 'token 200', 'manifest-head 200']);
  expect(requests.sent()).toBe(0);
});
