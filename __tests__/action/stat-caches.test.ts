import { lstatSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { StatCaches } from '../../src/action/stat-caches.ts';
import { digestOf } from '../../src/digest.ts';
import type { Observed } from '../../src/observe.ts';
import { CLOCK_TICK_MS } from '../../src/store/file-clock.ts';
import { MOMENT } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';
import { Job } from './jobs.ts';

const tempDir = useTempDirs();

describe('StatCaches', () => {
  let [base, cacheDir] = ['', ''];
  let heard: Observed[] = [];
  beforeEach(() => {
    [base, cacheDir, heard] = [tempDir(), tempDir(), []];
    writeFileSync(join(base, 'file'), 'text');
    utimesSync(join(base, 'file'), MOMENT / 1000, MOMENT / 1000);
  });

  const caches = (): StatCaches => new StatCaches(cacheDir, (event) => heard.push(event));
  const meta = { mode: 0o644, mtimeMs: MOMENT };
  const entry = { digest: digestOf('text'), size: 4, meta };

  /** Its digest, where the file need not be read: there is none at the path that is given. */
  function known(own: StatCaches): string {
    const stats = lstatSync(join(base, 'file'), { bigint: true });
    return own.hashIn(base)(join(base, 'none'), 'file', stats).digest;
  }

  test('what a step wrote, the next one does not read', async () => {
    const first = caches();
    first.wrote(base, 'file', entry);
    await setTimeout(2 * CLOCK_TICK_MS);
    first.save();
    expect(known(caches())).toBe(entry.digest);
    expect(heard).toEqual([]);
  });

  test('what a step read, the next one does not read', async () => {
    await setTimeout(2 * CLOCK_TICK_MS);
    const first = caches();
    const stats = lstatSync(join(base, 'file'), { bigint: true });
    expect(first.hashIn(base)(join(base, 'file'), 'file', stats).digest).toBe(entry.digest);
    first.save();
    expect(known(caches())).toBe(entry.digest);
  });

  test('what was written to since is read, with size and time as they were too', async () => {
    const first = caches();
    first.wrote(base, 'file', entry);
    await setTimeout(2 * CLOCK_TICK_MS);
    first.save();
    writeFileSync(join(base, 'file'), 'tExt');
    utimesSync(join(base, 'file'), MOMENT / 1000, MOMENT / 1000);
    expect(() => known(caches())).toThrow('it was removed');
  });

  test('symlinks and folders are not remembered, nor what is gone', () => {
    const own = caches();
    own.wrote(base, 'gone', entry);
    own.wrote(base, 'link', { ...entry, meta: { ...meta, kind: 'symlink' } });
    own.wrote(base, 'folder', { ...entry, meta: { ...meta, kind: 'folder' } });
    own.save();
    expect(heard).toEqual([]);
  });

  test('a root that does not exist, or a cache folder that cannot be used, costs nothing but time', () => {
    const stats = lstatSync(join(base, 'file'), { bigint: true });
    writeFileSync(join(cacheDir, 'file'), '');
    const unusable = new StatCaches(join(cacheDir, 'file'), (event) => heard.push(event));
    for (const own of [caches(), unusable]) {
      const where = own === unusable ? base : join(base, 'none');
      expect(own.hashIn(where)(join(base, 'file'), 'file', stats).digest).toBe(entry.digest);
      own.wrote(where, 'file', entry);
      own.save();
    }
    expect(heard.map(({ kind }) => kind)).toEqual(['notice', 'notice']);
  });
});

test('a step sees what the job wrote over what the step before had read', async () => {
  const [layout, machine] = [join(tempDir(), 'layout'), tempDir()];
  const job = new Job({ layout, machine, inputs: { subtrees: '', outputs: '', path: 'out' } });
  const file = join(job.workspace, 'out/file');
  mkdirSync(join(job.workspace, 'out'));
  const write = (text: string): void => {
    writeFileSync(file, text);
    utimesSync(file, MOMENT / 1000, MOMENT / 1000);
  };
  write('first');
  await job.main();
  expect(await job.post()).toMatchObject({ saved: true });
  await setTimeout(2 * CLOCK_TICK_MS);
  rmSync(file);
  await job.main();
  expect(await job.post()).toMatchObject({ saved: false });
  write('other');
  expect(await job.post()).toMatchObject({ saved: true });
});
