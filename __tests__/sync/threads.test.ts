import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { exportTree } from '../../src/sync/export-tree.ts';
import { importTree } from '../../src/sync/import-tree.ts';
import { open } from '../../src/sync/open.ts';
import { readTree } from '../support/files.ts';
import { testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';

/** Enough that threads are worth starting. */
const FILES = 800;

const tempDir = useTempDirs();

/** A tree of many files: empty, small, equal to each other, and some that are large. */
function makeTree(): string {
  const base = tempDir();
  for (let number = 0; number < FILES; number += 1) {
    const folder = join(base, `d${String(number % 37)}`, `e${String(number % 5)}`);
    mkdirSync(folder, { recursive: true });
    const size = number % 300 === 7 ? 1_500_000 : (number * 131) % 9000;
    const bytes = number % 11 === 3 ? Buffer.from('the same') : randomBytes(size);
    writeFileSync(join(folder, `f${String(number)}`), bytes);
  }
  return base;
}

describe('threads', () => {
  test('make the same store and the same folder as one thread does', async () => {
    const source = makeTree();
    await using one = await open('one', { cacheDir: tempDir() });
    await using many = await open('many', { cacheDir: tempDir() });
    const byOne = await importTree(one, source, 'p', { threads: 1 });
    const byMany = await importTree(many, source, 'p', { threads: 3 });
    expect(byMany).toEqual(byOne);
    expect([...many.list('')]).toEqual([...one.list('')]);
    expect(many.root()).toBe(one.root());
    expect((await many.verify()).damaged).toEqual([]);

    const target = join(tempDir(), 'target');
    expect(await exportTree(many, 'p', target, { threads: 3 })).toMatchObject({ files: FILES });
    expect(readTree(target)).toEqual(readTree(source));
  });

  test('leave what is unchanged, and find what has changed', async () => {
    const source = makeTree();
    await using store = await open('store', { cacheDir: tempDir() });
    await importTree(store, source, 'p', { threads: 2 });
    const uncached = { threads: 2, statCache: false };
    expect(await importTree(store, source, 'p', uncached)).toMatchObject({
      hashed: FILES,
      unchanged: FILES,
      removed: 0,
    });
    const changed = join(source, 'd3', 'e3', 'f3');
    appendFileSync(changed, '!');
    expect(await importTree(store, source, 'p', uncached)).toMatchObject({ unchanged: FILES - 1 });
    expect(await store.get('p/d3/e3/f3')).toEqual(readFileSync(changed));
  });

  test('count progress as one thread does: every file once, to the end', async () => {
    const source = makeTree();
    await using store = await open('store', { cacheDir: tempDir() });
    const seen: number[] = [];
    await importTree(store, source, 'p', {
      threads: 2,
      observer: (event) => {
        if (event.kind === 'hash') seen.push(event.done);
      },
    });
    expect(seen).toEqual(Array.from({ length: FILES }, (_, at) => at + 1));
  });

  testOnPosix('an error is the one that one thread gives', async () => {
    const source = makeTree();
    const gone = join(source, 'd0/e0/f0');
    // Skipped when all before it has been listed, and nothing read yet.
    execFileSync('mkfifo', [join(source, 'd1/pipe')]);
    await using store = await open('store', { cacheDir: tempDir() });
    const failing = importTree(store, source, 'p', {
      threads: 2,
      onSkip: () => {
        rmSync(gone);
      },
    });
    await expect(failing).rejects.toMatchObject({ code: 'CHANGED' });
    await expect(failing).rejects.toThrow(gone);
    expect(store.len).toBeGreaterThan(0);
  });

  test('an abort ends the import, and leaves nothing behind that is not whole', async () => {
    const source = makeTree();
    await using store = await open('store', { cacheDir: tempDir() });
    const controller = new AbortController();
    const aborted = importTree(store, source, 'p', {
      threads: 2,
      signal: controller.signal,
      observer: ({ kind }) => {
        if (kind === 'hash') controller.abort(new Error('enough'));
      },
    });
    await expect(aborted).rejects.toThrow('enough');
    expect((await store.verify()).damaged).toEqual([]);
    expect(await importTree(store, source, 'p', { threads: 2 })).toMatchObject({ files: FILES });
  });

  test('a blob that is damaged is reported as by one thread, and nothing of the folder is written', async () => {
    const source = makeTree();
    const cacheDir = tempDir();
    await using store = await open('store', { cacheDir });
    await importTree(store, source, 'p', { threads: 2 });
    const blob = store.path(store.stat('p/d8/e3/f8')!.digest);
    chmodSync(blob, 0o644);
    writeFileSync(blob, randomBytes(readFileSync(blob).byteLength));
    const target = join(tempDir(), 'target');
    await expect(exportTree(store, 'p', target, { threads: 2 })).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
    expect(() => readdirSync(target)).toThrow('ENOENT');
  });

  test.each([0, -1, 1.5, 65, Number.NaN])('%p is no number of threads', async (threads) => {
    await using store = await open('store', { cacheDir: tempDir() });
    await expect(importTree(store, tempDir(), 'p', { threads })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});
