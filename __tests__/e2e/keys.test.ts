import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { Tags } from '../../src/action/tags.ts';
import { openRemote } from '../../src/oci/open.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { FOLDER, readTree, writeTree } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';
import { type OnEvent, pullRequest, pushTo } from './events.ts';
import {
  KINDS,
  annotations,
  freshRemote,
  runMain,
  runPost,
  subtreeInputs,
  tagsOf,
  traffic,
} from './job.ts';
import { Project, build } from './project.ts';

const tempDir = useTempDirs();

const tags = new Tags('linux-x64', 'main');
const MAIN = { kind: 'branch', name: 'main' } as const;
const tagOf = (key: string): string => tags.ofKey(key, MAIN);

describe.each(KINDS)('key and restore-keys (%s)', (kind) => {
  let project: Project;
  let remote: string;
  beforeEach(() => {
    project = new Project(tempDir);
    remote = freshRemote(kind, tempDir);
  });

  /** A job on a machine of its own, in whose folder `cache` there is nothing yet. */
  function jobWith(inputs: Record<string, string>, event: OnEvent = pushTo('main')) {
    const [checkout, machine] = [project.checkOut(), tempDir()];
    return { ...event, checkout, machine, inputs: { remote, path: 'cache', ...inputs } };
  }

  type Job = ReturnType<typeof jobWith>;

  function produce({ checkout }: Job, content: string): void {
    writeTree(checkout.folder, { 'cache/file': content, 'cache/empty': FOLDER });
  }

  const contentOf = ({ checkout }: Job): string | undefined =>
    readTree(checkout.folder)['cache/file'];

  /** What readTree says of a file with this content. */
  function asRead(content: string): string | undefined {
    const folder = tempDir();
    writeTree(folder, { 'cache/file': content });
    return readTree(folder)['cache/file'];
  }

  /** Runs a job that writes a content, whatever the cache has. */
  async function save(key: string, content: string, event?: OnEvent): Promise<void> {
    const job = jobWith({ key }, event);
    const main = await runMain(job);
    produce(job, content);
    const post = await runPost(job, main);
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'true' } });
    expect(post.stdout).toContain(`Cache saved with key: ${key}\n`);
  }

  async function restored(
    inputs: Record<string, string>,
    event?: OnEvent,
  ): Promise<{ content: string | undefined; hit: string; matched: string }> {
    const job = jobWith(inputs, event);
    const { exitCode, outputs } = await runMain(job);
    expect(exitCode).toBe(0);
    expect(outputs['cache-primary-key']).toBe(inputs['key']);
    const { 'cache-hit': hit = '', 'cache-matched-key': matched = '' } = outputs;
    return { content: contentOf(job), hit, matched };
  }

  test('a miss, a save, and the very same key again: nothing is saved then', async () => {
    const key = 'npm-linux-1a2b';
    const first = jobWith({ key, 'restore-keys': 'npm-linux-\nnpm-' });
    const main = await runMain(first);
    expect(main.stdout).toContain(
      'Cache not found for input keys: npm-linux-1a2b, npm-linux-, npm-\n',
    );
    expect(main.outputs).toMatchObject({
      'cache-hit': '',
      'hit-kind': 'miss',
      'cache-primary-key': key,
      'cache-matched-key': '',
    });
    produce(first, 'one');
    const post = await runPost(first, main);
    expect(post.stdout).toContain(`Cache saved with key: ${key}\n`);
    expect(await tagsOf(remote)).toEqual([tagOf(key)]);

    const second = jobWith({ key });
    const again = await runMain(second);
    expect(again.stdout).toContain(`Cache restored from key: ${key}\n`);
    expect(again.outputs).toMatchObject({
      'cache-hit': 'true',
      'hit-kind': 'exact',
      'cache-matched-key': key,
    });
    expect(contentOf(second)).toBe(asRead('one'));
    produce(second, 'changed');
    const nothing = await runPost(second, again);
    expect(nothing.stdout).toContain(
      `Cache hit occurred on the primary key ${key}, not saving cache.\n`,
    );
    expect(nothing).toMatchObject({
      exitCode: 0,
      outputs: { saved: 'false', 'uploaded-bytes': '0' },
    });
    expect(nothing.stdout).not.toMatch(/request/);
    expect((await restored({ key })).content).toBe(asRead('one'));
  });

  test('the newest key that begins with a restore-key serves, and is no exact hit', async () => {
    await save('npm-linux-a', 'old');
    await save('npm-linux-b', 'new');
    await save('other-linux', 'other');
    const inputs = { key: 'npm-linux-c', 'restore-keys': 'none-\nnpm-linux-' };
    expect(await restored(inputs)).toEqual({
      content: asRead('new'),
      hit: 'false',
      matched: 'npm-linux-b',
    });
    // As with actions/cache: a key is the beginning of others, too.
    expect(await restored({ key: 'npm-' })).toMatchObject({ hit: 'false', matched: 'npm-linux-b' });
    expect(await restored({ key: 'linux', 'restore-keys': 'inux' })).toMatchObject({ hit: '' });
  });

  test('characters that no tag has, and keys that are longer than tags, are told apart', async () => {
    const long = 'x'.repeat(200);
    for (const key of ['a/b c', 'a-b-c', `${long}1`, `${long}2`]) await save(key, key);
    for (const key of ['a/b c', 'a-b-c', `${long}1`, `${long}2`]) {
      expect(await restored({ key })).toEqual({ content: asRead(key), hit: 'true', matched: key });
    }
    expect(await restored({ key: 'z', 'restore-keys': 'a/' })).toMatchObject({ matched: 'a/b c' });
    expect(await restored({ key: 'z', 'restore-keys': long })).toMatchObject({
      matched: `${long}2`,
    });
  });

  test('a key is written once: who comes later leaves what is there', async () => {
    const [one, two] = [jobWith({ key: 'k' }), jobWith({ key: 'k' })];
    const mains = [await runMain(one), await runMain(two)];
    produce(one, 'one');
    produce(two, 'two');
    expect((await runPost(one, mains[0])).outputs).toMatchObject({ saved: 'true' });
    const later = await runPost(two, mains[1]);
    expect(later).toMatchObject({
      exitCode: 0,
      outputs: { saved: 'false', 'uploaded-bytes': '0' },
    });
    expect(later.stdout).toContain('there is a snapshot with the key k already');
    expect((await restored({ key: 'k' })).content).toBe(asRead('one'));
  });

  test('of two jobs that save a key at the same time one wins, whole', async () => {
    const jobs = [jobWith({ key: 'k' }), jobWith({ key: 'k' })];
    const mains = await Promise.all(jobs.map((job) => runMain(job)));
    jobs.forEach((job, number) => {
      produce(job, `of ${String(number)}`);
    });
    const posts = await Promise.all(jobs.map((job, number) => runPost(job, mains[number])));
    for (const post of posts) {
      expect(post.exitCode).toBe(0);
      expect(annotations(post, 'warning')).toEqual([]);
    }
    expect([asRead('of 0'), asRead('of 1')]).toContain((await restored({ key: 'k' })).content);
  });

  test('the own branch goes before the default branch, and nobody reads what pull requests wrote', async () => {
    await save('k-1', 'of feature', pushTo('feature'));
    await save('k-1', 'of main');
    await save('k-2', 'of a pull request', pullRequest(7));
    expect(await restored({ key: 'k-1' }, pushTo('feature'))).toMatchObject({
      content: asRead('of feature'),
      hit: 'true',
    });
    expect(await restored({ key: 'k-1' })).toMatchObject({ content: asRead('of main') });
    expect(await restored({ key: 'k-2', 'restore-keys': 'k-' })).toMatchObject({ matched: 'k-1' });
    expect(await restored({ key: 'k-2' }, pullRequest(7))).toMatchObject({ hit: 'true' });
    expect(await restored({ key: 'k-2' }, pullRequest(8))).toMatchObject({ hit: '' });
    // The own scope's restore-keys go before the default branch's exact key.
    expect(await restored({ key: 'k-1', 'restore-keys': 'k-' }, pullRequest(7))).toMatchObject({
      hit: 'false',
      matched: 'k-2',
    });
  });

  test('a fork reads and writes nothing', async () => {
    await save('k', 'of main');
    const before = await tagsOf(remote);
    const job = jobWith({ key: 'new', 'restore-keys': 'k' }, pullRequest(9, 'stranger'));
    const main = await runMain(job);
    expect(main.outputs).toMatchObject({ 'cache-matched-key': 'k' });
    produce(job, 'of a stranger');
    const post = await runPost(job, main);
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'false' } });
    expect(await tagsOf(remote)).toEqual(before);
  });

  test('what is there already is not uploaded again under another key', async () => {
    const big = Buffer.alloc(300_000, 'not all the same').toString('base64');
    await save('k-1', big);
    const job = jobWith({ key: 'k-2', 'restore-keys': 'k-' });
    const main = await runMain(job);
    writeFileSync(join(job.checkout.folder, 'cache/more'), 'm');
    const post = await runPost(job, main);
    expect(Number(post.outputs['uploaded-bytes'])).toBeLessThan(6000);
    expect(await restored({ key: 'k-2' })).toMatchObject({ content: asRead(big), hit: 'true' });
  });

  test('other paths under the same key are a miss, and fail-on-cache-miss says so', async () => {
    await save('k', 'one');
    const job = jobWith({ key: 'k', path: 'other', 'fail-on-cache-miss': 'true' });
    const main = await runMain(job);
    expect(main.exitCode).toBe(1);
    expect(annotations(main, 'error')).toEqual([
      expect.stringContaining(
        'Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: k.',
      ),
    ]);
  });

  test('what stands under a key and was saved under another one serves nobody', async () => {
    await save('k-1', 'one');
    const opened = openRemote(remote, { cwd: '/' });
    const { bytes } = (await opened.getManifest(tagOf('k-1')))!;
    await opened.putManifest(bytes, MEDIA_TYPE_MANIFEST, [tagOf('k-2'), tagOf('k-3')]);
    await opened.close();
    expect(await restored({ key: 'k-2' })).toMatchObject({ hit: '' });
    expect(await restored({ key: 'k', 'restore-keys': 'k-' })).toMatchObject({ matched: 'k-1' });
    const job = jobWith({ key: 'k-2' });
    const main = await runMain(job);
    produce(job, 'mine');
    const post = await runPost(job, main);
    expect(post.stdout).toContain(`the tag ${tagOf('k-2')} holds something else than the key k-2`);
  });

  test('subtrees are found by their fingerprints, whatever the key', async () => {
    const inputs = { ...subtreeInputs(remote), key: 'k-1' };
    const job = jobWith({ ...inputs, path: 'cache' });
    const main = await runMain(job);
    for (const name of ['packages/a', 'packages/b']) build(job.checkout, name);
    produce(job, 'one');
    await runPost(job, main);
    const next = jobWith({ ...inputs, path: 'cache', key: 'k-2' });
    const found = await runMain(next);
    expect(found.outputs).toMatchObject({ changed: '[]', 'any-changed': 'true' });
    expect(contentOf(next)).toBeUndefined();
    produce(next, 'two');
    expect((await runPost(next, found)).outputs).toMatchObject({ saved: 'true' });
    project.commit({ 'packages/b/src/index.js': 'changed\n' });
    const third = jobWith({ ...inputs, path: 'cache', key: 'k-2' });
    const changed = await runMain(third);
    expect(changed.outputs).toMatchObject({ changed: '["packages/b"]' });
    build(third.checkout, 'packages/b');
    const post = await runPost(third, changed);
    expect(post.stdout).toContain('Cache hit occurred on the primary key k-2');
    expect(post.outputs).toMatchObject({ saved: 'true' });
    expect((await runMain(jobWith({ ...inputs, key: 'k-2' }))).outputs).toMatchObject({
      changed: '[]',
    });
  });
});

test('inputs of actions/cache that have another name here are read, and that is said', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('layout', tempDir);
  const job = {
    ...pushTo('main'),
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: {
      remote,
      path: 'cache',
      key: 'k',
      'save-always': 'true',
      enableCrossOsArchive: 'True',
      'upload-chunk-size': '33554432',
    },
  };
  const main = await runMain(job);
  expect(main.stdout).toContain('"save-always" is read as "save: always".\n');
  expect(main.stdout).toContain('"enableCrossOsArchive" is read as "platform: any".\n');
  expect(main.stdout).toContain('"upload-chunk-size" has no effect');
  expect(main.env).toMatchObject({ CAFS_SAVE: 'always' });
  writeTree(job.checkout.folder, { 'cache/file': 'x' });
  await runPost(job, main);
  expect(await tagsOf(remote)).toEqual(['key-k']);
});

test.each([
  [{ 'restore-keys': 'a' }, 'Input "restore-keys" is "a"; it must be used together with "key"'],
  [{ key: 'a,b' }, 'Input "key" is "a,b"; it must be without a comma.'],
  [{ key: 'k'.repeat(513) }, 'it must be of 512 characters at most.'],
  [{ key: 'k', 'restore-keys': 'r\n'.repeat(10) }, 'it must be 9 keys at most.'],
  [{ key: 'k', 'upload-chunk-size': 'all' }, 'it must be a number of bytes.'],
])('wrong keys are refused before anything is touched: %j', async (inputs, message) => {
  const remote = freshRemote('layout', tempDir);
  const main = await runMain({
    ...pushTo('main'),
    checkout: new Project(tempDir).checkOut(),
    machine: tempDir(),
    inputs: { remote, path: 'cache', ...inputs },
  });
  expect(main.exitCode).toBe(1);
  expect(annotations(main, 'error').join('\n')).toContain(message);
});

test('a save of its own, after a restore of its own', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('registry', tempDir);
  const jobWith = (inputs: Record<string, string> = {}) => ({
    ...pushTo('main'),
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: { remote, path: 'cache', key: 'k', ...inputs },
  });
  const first = jobWith();
  await runMain(first);
  writeTree(first.checkout.folder, { 'cache/file': 'x' });
  // Another step of the job saves always: this one has its own condition.
  const saved = await runPost({ ...first, env: { CAFS_SAVE: 'always' } });
  expect(saved.outputs).toMatchObject({ saved: 'true' });
  expect((await runMain(jobWith())).outputs).toMatchObject({ 'cache-hit': 'true' });
  const again = await runPost(first);
  expect(again.outputs).toMatchObject({ saved: 'false' });
  expect(traffic(again).requests).toBeLessThanOrEqual(3);
  writeTree(first.checkout.folder, { 'cache/file': 'y' });
  const forced = await runPost({ ...first, inputs: { ...first.inputs, force: 'true' } });
  expect(forced.outputs).toMatchObject({ saved: 'true' });
});
