import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { readTree, writeTree } from '../support/files.ts';
import { testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { pushTo } from './events.ts';
import { KINDS, annotations, freshRemote, runMain, runPost, traffic } from './job.ts';
import { Project } from './project.ts';

const tempDir = useTempDirs();

const PATHS = ['~/.cache/tool', 'out/*.bin', 'vendor', '!vendor/tmp', '!out/skip.bin'].join('\n');

describe.each(KINDS)('paths (%s)', (kind) => {
  let project: Project;
  let remote: string;
  beforeEach(() => {
    project = new Project(tempDir);
    remote = freshRemote(kind, tempDir);
  });

  function jobOn(branch = 'main', path = PATHS) {
    const [checkout, machine] = [project.checkOut(), tempDir()];
    return { ...pushTo(branch), checkout, machine, inputs: { remote, path } };
  }

  function produce({ checkout, machine }: ReturnType<typeof jobOn>): void {
    writeTree(checkout.folder, {
      'out/one.bin': 'one',
      'out/two.bin': { script: 'two' },
      'out/skip.bin': 'skip',
      'out/other.txt': 'other',
      'vendor/lib/x.js': 'x',
      'vendor/tmp/scratch': 'scratch',
      'vendor/link': { link: 'lib/x.js' },
    });
    writeTree(join(machine, 'home/.cache/tool'), { 'index.db': 'db', 'deep/blob': 'blob' });
  }

  test('come back on a fresh machine: globs, excludes, the home folder', async () => {
    const first = jobOn();
    const main = await runMain(first);
    expect(main.exitCode).toBe(0);
    const { 'cache-primary-key': key } = main.outputs;
    expect(main.stdout).toContain(`Cache not found for input keys: ${key!}\n`);
    expect(main.outputs).toMatchObject({
      'cache-hit': '',
      'any-changed': 'true',
      changed: '[]',
      matrix: '{"include":[]}',
    });
    produce(first);
    const post = await runPost(first, main);
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'true' } });

    const second = jobOn();
    const again = await runMain(second);
    expect(again.outputs).toMatchObject({
      'cache-hit': 'true',
      'hit-kind': 'exact',
      'any-changed': 'false',
      'cache-matched-key': key,
    });
    expect(again.stdout).toContain(`Cache restored from key: ${key!}\n`);
    const [was, is] = [readTree(first.checkout.folder), readTree(second.checkout.folder)];
    const kept = ['out/one.bin', 'out/two.bin', 'vendor/lib/x.js', 'vendor/link'];
    for (const path of kept) expect(is[path]).toBe(was[path]);
    for (const path of ['out/skip.bin', 'out/other.txt', 'vendor/tmp/scratch']) {
      expect(was[path]).toBeDefined();
      expect(is[path]).toBeUndefined();
    }
    expect(readTree(join(second.machine, 'home/.cache'))).toEqual(
      readTree(join(first.machine, 'home/.cache')),
    );
    const nothing = await runPost(second, again);
    expect(nothing.stdout).toContain('Nothing changed');
    expect(traffic(nothing).requests).toBeLessThanOrEqual(3);
  });

  test('a new branch falls back to the default branch, and then has its own', async () => {
    const first = jobOn();
    const before = await runMain(first);
    produce(first);
    await runPost(first, before);

    const second = jobOn('feature/x');
    const main = await runMain(second);
    expect(main.outputs).toMatchObject({
      'cache-hit': 'false',
      'hit-kind': 'partial',
      'any-changed': 'false',
      'cache-primary-key': expect.stringMatching(/^branch-feature-x-[0-9a-f]{8}/),
      'cache-matched-key': before.outputs['cache-primary-key'],
    });
    expect(main.stdout).toContain(
      `Cache restored from key: ${before.outputs['cache-primary-key']!}\n`,
    );
    writeFileSync(join(second.machine, 'home/.cache/tool/index.db'), 'more');
    expect((await runPost(second, main)).outputs['saved']).toBe('true');

    const third = await runMain(jobOn('feature/x'));
    expect(third.outputs['cache-hit']).toBe('true');
    // Nobody else reads what a branch wrote.
    const other = jobOn();
    await runMain(other);
    expect(readFileSync(join(other.machine, 'home/.cache/tool/index.db'), 'utf8')).toBe('db');
  });

  test('what was restored from another branch is not uploaded again', async () => {
    const first = jobOn('main', 'big');
    mkdirSync(join(first.checkout.folder, 'big'));
    writeFileSync(join(first.checkout.folder, 'big/noise'), randomBytes(2_000_000));
    await runPost(first, await runMain(first));
    const second = jobOn('topic', 'big');
    const main = await runMain(second);
    expect(main.outputs['cache-hit']).toBe('false');
    const post = await runPost(second, main);
    expect(post.outputs['saved']).toBe('true');
    expect(Number(post.outputs['uploaded-bytes'])).toBeLessThan(20_000);
  });

  test('only what changed is saved anew, and a path that is gone is kept', async () => {
    const first = jobOn();
    const before = await runMain(first);
    produce(first);
    await runPost(first, before);
    const second = jobOn();
    const main = await runMain(second);
    rmSync(join(second.checkout.folder, 'vendor'), { recursive: true });
    writeFileSync(join(second.checkout.folder, 'out/one.bin'), 'another');
    const post = await runPost(second, main);
    expect(post.stdout).toContain('out/*.bin: saved');
    expect(post.stdout).not.toContain('vendor: saved');
    const third = jobOn();
    await runMain(third);
    expect(readFileSync(join(third.checkout.folder, 'out/one.bin'), 'utf8')).toBe('another');
    expect(existsSync(join(third.checkout.folder, 'vendor/lib/x.js'))).toBe(true);
  });

  test('files that git has are not removed, and those outside the workspace neither', async () => {
    const first = jobOn('main', 'data\n~/shared');
    mkdirSync(join(first.checkout.folder, 'data'));
    writeFileSync(join(first.checkout.folder, 'data/cached'), 'cached');
    mkdirSync(join(first.machine, 'home/shared'), { recursive: true });
    writeFileSync(join(first.machine, 'home/shared/cached'), 'cached');
    await runPost(first, await runMain(first));

    project.commit({ 'data/tracked.txt': 'tracked', '.gitignore': 'dist/\n*.tmp\n' });
    const second = jobOn('main', 'data\n~/shared');
    writeFileSync(join(second.checkout.folder, 'data/left.tmp'), 'stale');
    mkdirSync(join(second.machine, 'home/shared'), { recursive: true });
    writeFileSync(join(second.machine, 'home/shared/mine'), 'mine');
    await runMain(second);
    expect(Object.keys(readTree(join(second.checkout.folder, 'data')))).toEqual([
      'cached',
      'tracked.txt',
    ]);
    expect(Object.keys(readTree(join(second.machine, 'home/shared')))).toEqual(['cached', 'mine']);
  });

  test('one path of two that is found is half a hit', async () => {
    const first = jobOn('main', 'out');
    const before = await runMain(first);
    produce(first);
    await runPost(first, before);
    const main = await runMain(jobOn('main', 'out\nvendor'));
    expect(main.outputs).toMatchObject({
      'cache-hit': 'false',
      'hit-kind': 'partial',
      'any-changed': 'true',
    });
  });

  test('nothing to save is said, and is no failure', async () => {
    const job = jobOn();
    const post = await runPost(job, await runMain(job));
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'false', snapshot: '' } });
    expect(post.stdout).toContain('Not saved: there is nothing to save.');
  });

  testOnPosix('what cannot be kept is a warning, the rest is saved', async () => {
    const job = jobOn('main', 'out');
    const main = await runMain(job);
    produce(job);
    execFileSync('mkfifo', [join(job.checkout.folder, 'out/pipe')]);
    const post = await runPost(job, main);
    expect(annotations(post, 'warning')).toEqual(['out/pipe is not saved: it is a named pipe.']);
    expect(post.outputs['saved']).toBe('true');
  });
});
