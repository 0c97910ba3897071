import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { open } from '../../src/sync/open.ts';
import { rounds } from '../support/scale.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();
const SCRIPT = join(import.meta.dirname, 'full-disk-writer.ts');
const PRELOAD = join(import.meta.dirname, '../support/bad-disk.mjs');

/** What the writer was told on a disk with so much space. */
interface Told {
  readonly synced: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function writeUntilFull(cacheDir: string, bytes: number): Told {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', PRELOAD, SCRIPT, cacheDir], {
    encoding: 'utf8',
    env: { ...process.env, CAFS_TEST_DISK: `full ${bytes}` },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Told;
}

test('wherever the disk is full, the error says so, and nothing that was there is lost', async () => {
  const step = rounds(401, 61);
  for (let bytes = 0; bytes < 6000; bytes += step) {
    const cacheDir = tempDir();
    {
      await using store = await open('full', { cacheDir });
      for (let i = 0; i < 5; i += 1) await store.put(`old/${i}`, `old ${i}`);
    }
    const told = writeUntilFull(cacheDir, bytes);
    expect(told).toMatchObject({
      code: 'NO_SPACE',
      message: expect.stringContaining(cacheDir),
      hint: expect.stringContaining('gc'),
    });
    await using store = await open('full', { cacheDir });
    for (let i = 0; i < 5; i += 1)
      expect((await store.get(`old/${i}`)).toString()).toBe(`old ${i}`);
    for (const key of told.synced) {
      const text = `content ${key.slice('new/'.length)}`.repeat(20);
      expect((await store.get(key)).toString()).toBe(text);
    }
    expect(await store.verify()).toMatchObject({ damaged: [], missing: [], strangers: [] });
    await store.put('after', 'there is room again');
    await store.sync();
  }
}, 300_000);

test('a sync that fails can be tried again, with nothing lost', async () => {
  const cacheDir = tempDir();
  await using store = await open('demo', { cacheDir });
  await store.put('first', '1');
  await store.sync();
  const indexes = join(cacheDir, 'index');
  renameSync(indexes, `${indexes}-away`);
  writeFileSync(indexes, 'a file where the folder was');
  await store.put('second', '2');
  store.delete('first');
  await expect(store.sync()).rejects.toMatchObject({
    code: 'UNWRITABLE',
    message: expect.stringContaining(indexes),
  });
  expect(store.dirty).toBe(true);
  expect((await store.get('second')).toString()).toBe('2');
  await expect(store.close()).rejects.toMatchObject({ code: 'UNWRITABLE' });
  rmSync(indexes);
  mkdirSync(indexes);
  await store.sync();
  expect(store.dirty).toBe(false);
  await using again = await open('demo', { cacheDir });
  expect([...again.list()].map(([key]) => key)).toEqual(['second']);
});
