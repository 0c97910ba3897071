import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { Blobs } from '../../src/store/blobs.ts';
import { collectGarbage } from '../../src/store/gc.ts';
import { openLayout } from '../../src/store/layout.ts';
import { type Child, useChildren } from '../support/child.ts';
import { rounds } from '../support/scale.ts';
import { useTempDirs } from '../support/temp.ts';
import { readIndex } from './line-index.ts';

const tempDir = useTempDirs();
const startChild = useChildren();
const WRITER = new URL('./writer-process.ts', import.meta.url);
const COLLECTOR = new URL('./gc-process.ts', import.meta.url);

const SECONDS = rounds(4, 30);
const WRITERS = ['a', 'b', 'c', 'd'];

test('garbage collection takes nothing from writers, whoever is killed', async () => {
  const dir = tempDir();
  const layout = openLayout(dir);
  const end = Date.now() + SECONDS * 1000;
  const left = (): string => String(Math.max(1, (end - Date.now()) / 1000));

  const startWriter = (name: string): Child => startChild(WRITER, [dir, name, left()]);
  const startCollector = (): Child => startChild(COLLECTOR, [dir, left()]);
  const writers = new Map(WRITERS.map((name) => [name, startWriter(name)]));
  const collectors = [startCollector()];
  for (const child of [...writers.values(), ...collectors]) await child.line();

  while (Date.now() < end - 1500) {
    await sleep(300 + Math.random() * 300);
    const victim = WRITERS[Math.floor(Math.random() * WRITERS.length * 2)];
    if (victim === undefined) {
      await collectors.at(-1)!.kill();
      collectors.push(startCollector());
      await collectors.at(-1)!.line();
    } else {
      await writers.get(victim)!.kill();
      writers.set(victim, startWriter(victim));
      await writers.get(victim)!.line();
    }
  }

  let finished = 0;
  for (const child of writers.values()) finished += Number(await child.line());
  const printed = await Promise.all(collectors.map((child) => child.rest()));
  const removed = printed.flat().reduce((sum, line) => sum + Number(line), 0);
  expect(finished).toBeGreaterThan(10);
  expect(removed).toBeGreaterThan(30);

  await collectGarbage(layout, { needed: [], readIndex });
  const blobs = new Blobs(layout);
  const needed = new Set([...layout.indexFiles()].flatMap(readIndex));
  for (const digest of needed) expect(blobs.get(digest)).toBeDefined();
  const files = readdirSync(layout.blobsDir, { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile())).toHaveLength(needed.size);
  expect(existsSync(layout.trashDir) ? readdirSync(layout.trashDir) : []).toEqual([]);
  expect(readdirSync(layout.writersDir)).toEqual([]);
}, 120_000);
