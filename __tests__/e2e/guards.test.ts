import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { useTempDirs } from '../support/temp.ts';
import { pullRequest, pushTo } from './events.ts';
import {
  type Job,
  KINDS,
  annotations,
  changedIn,
  freshRemote,
  runJob,
  runMain,
  runPost,
  subtreeInputs,
  tagsOf,
} from './job.ts';
import { Project, SOURCE_OF_A, build } from './project.ts';

const tempDir = useTempDirs();

describe.each(KINDS)('what must not be saved (%s)', (kind) => {
  let project: Project;
  let remote: string;
  beforeEach(() => {
    project = new Project(tempDir);
    remote = freshRemote(kind, tempDir);
  });

  function jobOn(more: Partial<Job> = {}, inputs: Record<string, string> = {}): Job {
    return {
      checkout: project.checkOut(),
      machine: tempDir(),
      inputs: subtreeInputs(remote, inputs),
      ...more,
    };
  }

  test('a pull request from a fork reads, and writes nothing', async () => {
    await runJob(jobOn(pushTo('main')));
    const tags = await tagsOf(remote);
    project.commit({ 'packages/b/src/index.js': 'export const b = 2;\n' });
    const { main, post } = await runJob(jobOn(pullRequest(7, 'stranger')));
    expect(main.outputs).toMatchObject({
      changed: '["packages/b"]',
      unchanged: '["packages/a"]',
      'cache-primary-key': expect.stringMatching(/^branch-main\./),
    });
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'false' } });
    expect(post.stdout).toContain('Not saved: the pull request comes from a fork.\n');
    expect(annotations(post, 'warning')).toEqual([]);
    expect(await tagsOf(remote)).toEqual(tags);
  });

  test('what a pull request wrote is read by itself alone', async () => {
    await runJob(jobOn(pushTo('main')));
    project.commit({ [SOURCE_OF_A]: 'export const a = "poisoned";\n' });
    const own = await runJob(jobOn(pullRequest(8)));
    expect(own.post.outputs['saved']).toBe('true');
    const again = await runMain(jobOn(pullRequest(8)));
    expect(again.outputs).toMatchObject({
      'any-changed': 'false',
      'cache-primary-key': expect.stringMatching(/^pr-8\./),
    });
    // The very same sources, and so the same fingerprints.
    for (const other of [pushTo('main'), pushTo('feature'), pullRequest(9)]) {
      expect(changedIn(await runMain(jobOn(other)))).toEqual(['packages/a', 'packages/b']);
    }
  });

  test('an input edited during the job', async () => {
    const job = jobOn();
    const main = await runMain(job);
    for (const name of changedIn(main)) build(job.checkout, name);
    writeFileSync(join(job.checkout.folder, 'packages/b/src/index.js'), 'export {};\n');
    const post = await runPost(job, main);
    expect(post.exitCode).toBe(0);
    expect(annotations(post, 'warning')).toEqual([
      expect.stringMatching(/packages\/b .*src\/index\.js changed/),
    ]);
    expect(post.stdout).toContain('packages/a: saved');
    expect(post.stdout).not.toContain('packages/b: saved');
    expect(changedIn(await runMain(jobOn()))).toEqual(['packages/b']);
  });

  test('a new file among the inputs', async () => {
    const job = jobOn();
    const main = await runMain(job);
    for (const name of changedIn(main)) build(job.checkout, name);
    writeFileSync(join(job.checkout.folder, 'packages/a/src/new.js'), 'export {};\n');
    const post = await runPost(job, main);
    // b depends on a.
    expect(post.outputs['saved']).toBe('false');
    expect(annotations(post, 'warning').join('\n')).toContain('src/new.js added');
  });

  test('what was not built', async () => {
    const job = jobOn();
    const main = await runMain(job);
    build(job.checkout, 'packages/a');
    const post = await runPost(job, main);
    expect(post.exitCode).toBe(0);
    expect(post.stdout).toContain(
      'packages/b: not saved, it was not built here: nothing lies in its outputs',
    );
    expect(changedIn(await runMain(jobOn()))).toEqual(['packages/b']);
  });

  test('outputs of an earlier build that were not built again', async () => {
    const job = jobOn();
    build(job.checkout, 'packages/a');
    build(job.checkout, 'packages/b');
    const main = await runMain(job);
    expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
    build(job.checkout, 'packages/b');
    const post = await runPost(job, main);
    expect(post.stdout).toContain(
      'packages/a: not saved, it was not built here: its outputs are as they were before',
    );
    expect(post.stdout).toContain('packages/b: saved');
    expect(changedIn(await runMain(jobOn()))).toEqual(['packages/a']);
  });

  test('anything with save: never', async () => {
    const { main, post } = await runJob(jobOn({}, { save: 'never' }));
    expect(main.env['CAFS_SAVE']).toBe('never');
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'false' } });
    expect(post.stdout).toContain('Not saved: the input "save" is "never".');
    expect(await tagsOf(remote)).toEqual([]);
  });

  test('anything where the runner says read', async () => {
    const { post } = await runJob(jobOn({ env: { ACTIONS_CACHE_MODE: 'read' } }));
    expect(post.stdout).toContain('Not saved: ACTIONS_CACHE_MODE is read.');
    expect(await tagsOf(remote)).toEqual([]);
  });
});

describe('what is saved all the same', () => {
  test('an output that is touched, but is the same, is not uploaded again', async () => {
    const project = new Project(tempDir);
    const remote = freshRemote('layout', tempDir);
    const inputs = subtreeInputs(remote);
    const first = { checkout: project.checkOut(), machine: tempDir(), inputs };
    await runJob(first);
    const second = { checkout: project.checkOut(), machine: tempDir(), inputs };
    const main = await runMain({ ...second, inputs: { ...inputs, force: 'true' } });
    expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
    for (const name of changedIn(main)) build(second.checkout, name);
    utimesSync(join(second.checkout.folder, 'packages/a/dist/index.js'), 1, 2_000_000_000);
    const post = await runPost(second, main);
    expect(post.stdout).toContain('Nothing changed: no content was uploaded.');
  });

  test('subtrees without outputs are only told about', async () => {
    const project = new Project(tempDir);
    const remote = freshRemote('layout', tempDir);
    const inputs = { remote, subtrees: 'packages/*' };
    const first = { checkout: project.checkOut(), machine: tempDir(), inputs };
    const main = await runMain(first);
    expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
    mkdirSync(join(first.checkout.folder, 'packages/a/dist'));
    expect((await runPost(first, main)).outputs['saved']).toBe('true');
    const second = { checkout: project.checkOut(), machine: tempDir(), inputs };
    expect(changedIn(await runMain(second))).toEqual([]);
  });
});
