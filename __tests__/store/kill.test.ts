import { setTimeout } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { open } from '../../src/sync/open.ts';
import { rounds } from '../support/scale.ts';
import { useTempDirs } from '../support/temp.ts';
import { Writer } from './writers.ts';

const tempDir = useTempDirs();

test(
  'killed at any moment, what a sync reported is there and right',
  async () => {
    const cacheDir = tempDir();
    const promised = new Map<string, string>();
    for (let round = 0; round < rounds(12, 200); round += 1) {
      const writer = new Writer(cacheDir, 'kill', `round ${round}`);
      await writer.ready();
      await setTimeout(Math.random() * 120);
      for (const [key, text] of await writer.kill()) promised.set(key, text);
      await using store = await open('kill', { cacheDir });
      for (const [key, text] of promised) expect((await store.get(key)).toString()).toBe(text);
      // An unfinished sync may have come through, whole; nothing of it is damaged then.
      for (const [key] of store.list()) await store.get(key);
      expect(await store.verify()).toMatchObject({ damaged: [], missing: [] });
      // What the killed one held is free, and its leftovers are no obstacle.
      await store.put('alive', String(round));
      await store.sync();
    }
    expect(promised.size).toBeGreaterThan(rounds(12, 200));
  },
  rounds(120_000, 1_200_000),
);

test(
  'four processes write while a fifth collects garbage: nothing that was promised is missing',
  async () => {
    const cacheDir = tempDir();
    const names = ['one', 'two', 'three', 'four'];
    // Two share a namespace, two have their own.
    const namespaces = ['shared', 'shared', 'mine', 'yours:tag'];
    const writers = names.map((name, i) => new Writer(cacheDir, namespaces[i]!, name));
    await Promise.all(writers.map((writer) => writer.ready()));
    const end = Date.now() + rounds(4000, 60_000);
    let removed = 0;
    let collections = 0;
    await using collector = await open('collector', { cacheDir });
    while (Date.now() < end) {
      // Garbage that is old enough to go, so that there is something to collect.
      await collector.put('garbage', `garbage ${collections}`);
      await collector.sync();
      removed += (await collector.gc()).removed;
      collections += 1;
      await setTimeout(Math.random() * 50);
    }
    for (const [i, writer] of writers.entries()) {
      const promised = await writer.kill();
      expect(promised.size).toBeGreaterThan(10);
      await using store = await open(namespaces[i]!, { cacheDir });
      for (const [key, text] of promised) expect((await store.get(key)).toString()).toBe(text);
    }
    expect(collections).toBeGreaterThan(10);
    removed += (await collector.gc()).removed;
    expect(removed).toBeGreaterThan(10);
    for (const namespace of new Set(namespaces)) {
      await using store = await open(namespace, { cacheDir });
      expect(await store.verify()).toMatchObject({ damaged: [], missing: [] });
    }
  },
  rounds(60_000, 300_000),
);
