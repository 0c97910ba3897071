import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { startFaultProxy } from '../support/fault-proxy/proxy.ts';
import { answering, pagedTags } from '../support/profiles/layers.ts';
import { problem } from '../support/fault-proxy/exchange.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { pullRequest, pushTo } from './events.ts';
import {
  KINDS,
  annotations,
  changedIn,
  freshRemote,
  runMain,
  runPost,
  subtreeInputs,
  tagsOf,
  traffic,
} from './job.ts';
import { KeyJobs, install } from './key-job.ts';
import { Project, build } from './project.ts';

const tempDir = useTempDirs();

const PLATFORM = 'linux-x64';

describe.each(KINDS)('keys (%s)', (kind) => {
  let remote: string;
  let jobs: KeyJobs;
  beforeEach(() => {
    remote = freshRemote(kind, tempDir);
    jobs = new KeyJobs(new Project(tempDir), remote, tempDir);
  });

  test('a miss, an exact hit, and what actions/cache says of them', async () => {
    const first = await jobs.save('npm-1', 'one', { inputs: { 'restore-keys': 'npm-\nall-' } });
    expect(first.main).toMatchObject({
      exitCode: 0,
      outputs: {
        'cache-hit': '',
        'hit-kind': 'miss',
        'cache-primary-key': 'npm-1',
        'cache-matched-key': '',
      },
    });
    expect(first.main.stdout).toContain('Cache not found for input keys: npm-1, npm-, all-\n');
    expect(first.post.outputs['saved']).toBe('true');
    expect(first.post.stdout).toContain('Cache saved with key: npm-1\n');
    // Neither the branch's nor the commit's.
    expect(await tagsOf(remote)).toEqual([`key-npm-1.${PLATFORM}`]);

    const job = jobs.job('npm-1');
    const main = await runMain(job);
    expect(main.outputs).toMatchObject({
      'cache-hit': 'true',
      'hit-kind': 'exact',
      'cache-primary-key': 'npm-1',
      'cache-matched-key': 'npm-1',
    });
    expect(main.stdout).toContain('Cache restored from key: npm-1\n');
    // Manifest, config, index, pack: tags are not listed where the key is there.
    if (kind === 'registry') expect(traffic(main).requests).toBe(4);
    install(job, 'changed');
    const post = await runPost(job, main);
    expect(post.outputs).toMatchObject({ saved: 'false', 'uploaded-bytes': '0' });
    expect(post.stdout).toContain(
      'Cache hit occurred on the primary key npm-1, not saving cache.\n',
    );
    expect(post.stdout).not.toMatch(/requests?,/);
    expect((await jobs.restore('npm-1')).content).toBe('one');
  });

  test('what begins like the key, or like one of restore-keys in order, newest first', async () => {
    await jobs.save('npm-a-1', 'a1');
    await jobs.save('npm-b-1', 'b1');
    await jobs.save('npm-a-2', 'a2');
    const found = async (key: string, ...restoreKeys: string[]) => {
      const { content, outputs } = await jobs.restore(key, restoreKeys);
      if (content !== undefined) expect(outputs).toMatchObject({ 'cache-hit': 'false' });
      return [content, outputs['cache-matched-key'], outputs['hit-kind']];
    };
    expect(await found('npm-a')).toEqual(['a2', 'npm-a-2', 'partial']);
    expect(await found('npm-x', 'npm-b-', 'npm-a-')).toEqual(['b1', 'npm-b-1', 'partial']);
    expect(await found('npm-x', 'npm-c-', 'npm-')).toEqual(['a2', 'npm-a-2', 'partial']);
    expect(await found('npm-b-1x', 'npm-b-1y')).toEqual([undefined, '', 'miss']);
    // The slug begins alike, the key does not.
    expect(await found('npm/a')).toEqual([undefined, '', 'miss']);
  });

  test('from a prefix only what differs is saved, under the new key', async () => {
    const noise = randomBytes(300_000).toString('base64');
    await jobs.save('npm-1', noise);
    const job = jobs.job('npm-2', { inputs: { 'restore-keys': 'npm-' } });
    const main = await runMain(job);
    expect(main.stdout).toContain('Cache restored from key: npm-1\n');
    writeFileSync(join(job.checkout.folder, 'deps/more'), 'more');
    const post = await runPost(job, main);
    expect(post.stdout).toContain('Cache saved with key: npm-2\n');
    expect(Number(post.outputs['uploaded-bytes'])).toBeLessThan(10_000);
    const next = await jobs.restore('npm-2');
    expect(next.content).toBe(noise);
    expect(next.outputs['cache-hit']).toBe('true');
    expect(await tagsOf(remote)).toHaveLength(2);
  });

  test('the own branch goes before the default branch, whose exact key is one', async () => {
    await jobs.save('npm-2', 'main');
    const on = pushTo('topic');
    const other = await jobs.restore('npm-2', ['npm-'], { on });
    expect(other.content).toBe('main');
    expect(other.outputs['cache-hit']).toBe('true');
    await jobs.save('npm-1', 'own', { on });
    const own = await jobs.restore('npm-2', ['npm-'], { on });
    expect(own.content).toBe('own');
    expect(own.outputs['cache-matched-key']).toBe('npm-1');
  });

  test('what a pull request wrote is read by itself alone', async () => {
    await jobs.save('npm-1', 'poisoned', { on: pullRequest(7) });
    expect((await jobs.restore('npm-1', [], { on: pullRequest(7) })).content).toBe('poisoned');
    for (const on of [pushTo('main'), pushTo('topic'), pullRequest(8)]) {
      expect((await jobs.restore('npm-1', ['npm-', 'n'], { on })).content).toBeUndefined();
    }
    // Nor does it keep others from writing theirs.
    expect((await jobs.save('npm-1', 'good')).post.outputs['saved']).toBe('true');
    expect((await jobs.restore('npm-1', [], { on: pullRequest(8) })).content).toBe('good');
    expect((await jobs.restore('npm-1', [], { on: pullRequest(7) })).content).toBe('poisoned');
  });

  test('a fork reads, and writes nothing', async () => {
    await jobs.save('npm-1', 'one');
    const tags = await tagsOf(remote);
    const { main, post } = await jobs.save('npm-2', 'two', {
      on: pullRequest(9, 'stranger'),
      inputs: { 'restore-keys': 'npm-' },
    });
    expect(main.outputs['cache-matched-key']).toBe('npm-1');
    expect(post.outputs['saved']).toBe('false');
    expect(post.stdout).toContain('Not saved: the pull request comes from a fork.');
    expect(await tagsOf(remote)).toEqual(tags);
  });

  test('what a key holds stays, unless it is forced', async () => {
    const late = jobs.job('npm-1');
    const main = await runMain(late);
    expect((await jobs.save('npm-1', 'first')).post.outputs['saved']).toBe('true');
    install(late, 'second');
    const post = await runPost(late, main);
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'false', 'uploaded-bytes': '0' } });
    expect(post.stdout).toContain('Unable to reserve cache with key npm-1: it exists already');
    expect((await jobs.restore('npm-1')).content).toBe('first');
    const forced = await jobs.save('npm-1', 'forced', { inputs: { force: 'true' } });
    expect(forced.main.outputs['hit-kind']).toBe('miss');
    expect(forced.post.stdout).toContain('Cache saved with key: npm-1\n');
    expect((await jobs.restore('npm-1')).content).toBe('forced');
  });

  test('of two that save a key at the same time one wins, whole', async () => {
    const inputs = { path: 'deps\nmore' };
    const both = [jobs.job('npm-1', { inputs }), jobs.job('npm-1', { inputs })];
    const mains = await Promise.all(both.map(runMain));
    for (const [i, job] of both.entries()) {
      install(job, `deps of ${i}`);
      mkdirSync(join(job.checkout.folder, 'more'));
      writeFileSync(join(job.checkout.folder, 'more/file'), `more of ${i}`);
    }
    const posts = await Promise.all(both.map((job, i) => runPost(job, mains[i])));
    expect(posts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(posts.flatMap((post) => annotations(post, 'warning'))).toEqual([]);
    expect(posts.map(({ outputs }) => outputs['saved']).sort()).toEqual(['false', 'true']);
    const winner = posts.findIndex(({ outputs }) => outputs['saved'] === 'true');
    const next = jobs.job('npm-1', { inputs });
    expect((await runMain(next)).outputs['cache-hit']).toBe('true');
    for (const file of ['deps/lock', 'more/file']) {
      expect(readFileSync(join(next.checkout.folder, file), 'utf8')).toContain(` of ${winner}`);
    }
  });

  test('keys that only a slug confuses are two', async () => {
    await jobs.save('a/b', 'slash');
    await jobs.save('a:b', 'colon');
    await jobs.save('a-b', 'hyphen');
    for (const [key, content] of [
      ['a/b', 'slash'],
      ['a:b', 'colon'],
      ['a-b', 'hyphen'],
    ] as const) {
      const main = await jobs.restore(key);
      expect([main.content, main.outputs['cache-hit']]).toEqual([content, 'true']);
    }
    expect((await jobs.restore('a/', [])).outputs['cache-matched-key']).toBe('a/b');
    const hash = digestOf('a/b').slice(7, 15);
    expect(await tagsOf(remote)).toContain(`key-a-b-${hash}.${PLATFORM}`);
  });

  test('a key may be long, and its beginnings are found beyond what a tag has room for', async () => {
    const long = `npm-${'x'.repeat(400)}`;
    await jobs.save(`${long}1`, 'one');
    expect((await jobs.restore(`${long}2`, [])).content).toBeUndefined();
    expect((await jobs.restore(`${long}2`, [long])).content).toBe('one');
    expect((await jobs.restore(long)).outputs['cache-matched-key']).toBe(`${long}1`);
  });

  test('platforms share nothing, but for platform: any', async () => {
    await jobs.save('npm-1', 'linux', { env: { RUNNER_OS: 'Linux' } });
    const env = { RUNNER_OS: 'Windows' };
    expect((await jobs.restore('npm-1', ['npm-'], { env })).content).toBeUndefined();
    const inputs = { enableCrossOsArchive: 'true' };
    // Nor does any read what one platform alone wrote.
    expect((await jobs.restore('npm-1', ['npm-'], { env, inputs })).content).toBeUndefined();
    const { main } = await jobs.save('any-1', 'any', { inputs });
    expect(main.stdout).toContain('"enableCrossOsArchive" means "platform: any".\n');
    const other = await jobs.restore('any-2', ['any-'], { env, inputs: { platform: 'any' } });
    expect(other.content).toBe('any');
    expect(await tagsOf(remote)).toContain('key-any-1');
  });

  test('other paths under the same key are no hit, and are kept beside it', async () => {
    await jobs.save('npm-1', 'one');
    const inputs = { path: 'other' };
    const job = jobs.job('npm-1', { inputs });
    const main = await runMain(job);
    expect(main.outputs['hit-kind']).toBe('miss');
    mkdirSync(join(job.checkout.folder, 'other'));
    writeFileSync(join(job.checkout.folder, 'other/file'), 'other');
    expect((await runPost(job, main)).stdout).toContain('Cache saved with key: npm-1\n');
    expect((await runMain(jobs.job('npm-1', { inputs }))).outputs['cache-hit']).toBe('true');
    expect((await jobs.restore('npm-1')).content).toBe('one');
    // A path that leaves something out holds other files.
    const without = await jobs.restore('npm-1', [], { inputs: { path: 'deps\n!deps/lib' } });
    expect(without.outputs['hit-kind']).toBe('miss');
  });

  test('a path where nothing lies is part of the hit; nothing at all is not saved', async () => {
    const inputs = { path: 'deps\n~/.nothing-here' };
    expect((await jobs.save('npm-1', 'one', { inputs })).post.outputs['saved']).toBe('true');
    expect((await jobs.restore('npm-1', [], { inputs })).outputs['cache-hit']).toBe('true');
    const job = jobs.job('npm-2', { inputs });
    const post = await runPost(job, await runMain(job));
    expect(post.stdout).toContain('Not saved: there is nothing to save.');
    expect(await tagsOf(remote)).toHaveLength(1);
  });

  test('lookup-only tells, and fail-on-cache-miss fails as actions/cache does', async () => {
    await jobs.save('npm-1', 'one');
    const inputs = { 'lookup-only': 'true', 'fail-on-cache-miss': 'true' };
    const found = await jobs.restore('npm-1', [], { inputs });
    expect(found.exitCode).toBe(0);
    expect(found.content).toBeUndefined();
    expect(found.outputs).toMatchObject({ 'cache-hit': 'true', 'cache-matched-key': 'npm-1' });
    expect(found.stdout).toContain('Cache found and can be restored from key: npm-1\n');
    expect((await jobs.restore('npm-2', ['npm-'], { inputs })).exitCode).toBe(0);
    const missing = await jobs.restore('pip-1', ['pip-'], { inputs });
    expect(missing.exitCode).toBe(1);
    expect(annotations(missing, 'error')).toEqual([
      'Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: pip-1',
    ]);
  });

  test('the key is the one that the main step saw', async () => {
    const job = jobs.job('npm-1', { inputs: { 'restore-keys': 'npm-' } });
    const main = await runMain(job);
    install(job, 'one');
    // What hashFiles gives has changed meanwhile: once to something else, once to nothing.
    for (const key of ['npm-edited', '']) {
      const inputs = { ...job.inputs, key };
      const post = await runPost({ ...job, inputs }, main);
      expect(post.exitCode).toBe(0);
    }
    expect(await tagsOf(remote)).toEqual([`key-npm-1.${PLATFORM}`]);
  });

  test('subtrees are found by their fingerprints, too', async () => {
    const project = new Project(tempDir);
    const job = (key: string) => ({
      checkout: project.checkOut(),
      machine: tempDir(),
      inputs: subtreeInputs(remote, { key }),
    });
    const first = job('build-1');
    const main = await runMain(first);
    for (const name of changedIn(main)) build(first.checkout, name);
    await runPost(first, main);
    const tags = await tagsOf(remote);
    expect(tags).toHaveLength(3);
    expect(tags.filter((tag) => tag.startsWith('fp-'))).toHaveLength(2);
    // Another key, the same inputs: nothing to build, and the key holds it from then on.
    const second = job('build-2');
    const again = await runMain(second);
    expect(changedIn(again)).toEqual([]);
    expect((await runPost(second, again)).stdout).toContain('Cache saved with key: build-2\n');
    const third = await runMain(job('build-2'));
    expect(third.outputs['cache-matched-key']).toBe('build-2');
    // The same key, other inputs: the key stays as it is, the fingerprints are new.
    project.commit({ 'packages/b/src/index.js': 'export const b = 3;\n' });
    const fourth = job('build-2');
    const changed = await runMain(fourth);
    expect(changedIn(changed)).toEqual(['packages/b']);
    build(fourth.checkout, 'packages/b');
    const post = await runPost(fourth, changed);
    expect(post.stdout).toContain('packages/b: saved');
    expect(changedIn(await runMain(job('build-2')))).toEqual([]);
    project.commit({ 'packages/b/src/index.js': "export { a } from '@demo/a';\n" });
    expect(changedIn(await runMain(job('build-2')))).toEqual([]);
  });
});

describe('lists of tags', () => {
  test('that have many pages are read to their end', async () => {
    await using proxy = await startFaultProxy({
      upstream: process.env['CAFS_TEST_REGISTRY']!,
      layers: [pagedTags(2)],
    });
    const jobs = new KeyJobs(new Project(tempDir), freshRepository(proxy.host), tempDir);
    for (const key of ['x-1', 'x-2', 'y-1', 'y-2', 'y-3']) await jobs.save(key, key);
    expect((await jobs.restore('z', ['y-'])).content).toBe('y-3');
    expect((await jobs.restore('z', ['x-'])).content).toBe('x-2');
  });

  test.each([
    [405, 'UNSUPPORTED'],
    [403, 'DENIED'],
    [404, 'NAME_UNKNOWN'],
  ])('that are refused with %i are a warning, and exact keys are found', async (status, code) => {
    await using proxy = await startFaultProxy({
      upstream: process.env['CAFS_TEST_REGISTRY']!,
      layers: [answering('tags', () => problem(status, code, 'no'))],
    });
    const jobs = new KeyJobs(new Project(tempDir), freshRepository(proxy.host), tempDir);
    await jobs.save('x-1', 'main');
    const exact = await jobs.restore('x-1', ['x-'], { on: pushTo('topic') });
    expect(exact).toMatchObject({ exitCode: 0, content: 'main' });
    const main = await jobs.restore('x-2', ['x-'], { inputs: { strict: 'true' } });
    expect(main).toMatchObject({ exitCode: 0, content: undefined });
    const warnings = annotations(main, 'warning');
    // Where a repository does not exist, there are no tags either.
    expect(warnings).toHaveLength(status === 404 ? 0 : 1);
    if (status !== 404) expect(warnings[0]).toContain('so that only exact keys are found');
  });

  test('that break off are a problem of the cache', async () => {
    await using proxy = await startFaultProxy({
      upstream: process.env['CAFS_TEST_REGISTRY']!,
      layers: [answering('tags', () => problem(503, 'UNAVAILABLE', 'later'))],
    });
    const jobs = new KeyJobs(new Project(tempDir), freshRepository(proxy.host), tempDir);
    const main = await jobs.restore('x-2', ['x-'], { inputs: { strict: 'true' } });
    expect(main.exitCode).toBe(1);
    expect(annotations(main, 'error').join()).toContain('503');
  });
});
