import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { type EntryResult, runEntry } from '../support/action-runner.ts';
import { useTempDirs } from '../support/temp.ts';
import { pullRequest } from './events.ts';
import { type Job, KINDS, annotations, changedIn, freshRemote, tagsOf } from './job.ts';
import { KeyJobs, install, installed } from './key-job.ts';
import { Project, build } from './project.ts';

const tempDir = useTempDirs();
const root = join(import.meta.dirname, '../..');

/** Runs the step that a sub-action's file names, with the inputs' defaults that it declares. */
function runAction(name: 'restore' | 'save', { checkout, ...job }: Job): Promise<EntryResult> {
  const file = join(root, name, 'action.yml');
  const action = parse(readFileSync(file, 'utf8')) as {
    inputs: Record<string, { default?: string }>;
    runs: { main: string };
  };
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).flatMap(([input, { default: text = '' }]) => {
      const given = job.inputs?.[input] ?? (input === 'github-token' ? '' : text);
      return [[input, given] as const];
    }),
  );
  const entry = join(root, name, action.runs.main);
  return runEntry({ ...job, entry, inputs, workspace: checkout.folder, sha: checkout.sha });
}

describe.each(KINDS)('sub-actions (%s)', (kind) => {
  let remote: string;
  let jobs: KeyJobs;
  beforeEach(() => {
    remote = freshRemote(kind, tempDir);
    jobs = new KeyJobs(new Project(tempDir), remote, tempDir);
  });

  test('restore, build, save: the next job has it', async () => {
    const first = jobs.job('npm-1');
    const miss = await runAction('restore', first);
    expect(miss).toMatchObject({ exitCode: 0, outputs: { 'cache-hit': '' } });
    install(first, 'one');
    const saved = await runAction('save', first);
    expect(saved).toMatchObject({
      exitCode: 0,
      outputs: { saved: 'true', snapshot: expect.stringMatching(/^sha256:/) },
    });
    expect(saved.stdout).toContain('Cache saved with key: npm-1\n');
    const second = jobs.job('npm-1');
    const hit = await runAction('restore', second);
    expect(hit.outputs).toMatchObject({ 'cache-hit': 'true', 'cache-matched-key': 'npm-1' });
    expect(installed(second)).toBe('one');
    // The whole action reads what these wrote.
    expect((await jobs.restore('npm-1')).content).toBe('one');
  });

  test('restore leaves nothing for later steps but its outputs', async () => {
    const main = await runAction('restore', jobs.job('npm-1'));
    expect(main.state).toEqual({});
    expect(main.env).toEqual({});
    for (const name of ['saved', 'uploaded-bytes']) expect(main.outputs).not.toHaveProperty(name);
  });

  test('save does not replace what a key holds, and says so', async () => {
    await jobs.save('npm-1', 'first');
    const job = jobs.job('npm-1');
    install(job, 'second');
    const saved = await runAction('save', job);
    expect(saved).toMatchObject({ exitCode: 0, outputs: { saved: 'false' } });
    expect(saved.outputs['uploaded-bytes']).toBe('0');
    expect(saved.stdout).toContain('Unable to reserve cache with key npm-1');
    expect(annotations(saved, 'warning')).toEqual([]);
    expect((await jobs.restore('npm-1')).content).toBe('first');
  });

  test('save runs where its workflow says, whatever the other steps of the job save', async () => {
    const job = jobs.job('npm-1', { env: { CAFS_SAVE: 'always' } });
    install(job, 'one');
    expect((await runAction('save', job)).outputs['saved']).toBe('true');
  });

  test('save of a fork’s pull request writes nothing', async () => {
    const job = jobs.job('npm-1', { on: pullRequest(9, 'stranger') });
    install(job, 'one');
    expect((await runAction('save', job)).outputs['saved']).toBe('false');
    expect(await tagsOf(remote)).toEqual([]);
  });

  test('without a key, they read and write the branch’s tags', async () => {
    const first = jobs.job('');
    install(first, 'one');
    expect((await runAction('save', first)).outputs['saved']).toBe('true');
    const second = jobs.job('');
    expect((await runAction('restore', second)).outputs['cache-hit']).toBe('true');
    expect(installed(second)).toBe('one');
  });

  test('subtrees: what is not built is not saved, and fingerprints are known', async () => {
    const project = new Project(tempDir);
    const job = (): Job => ({
      checkout: project.checkOut(),
      machine: tempDir(),
      inputs: { remote, subtrees: 'packages/*', outputs: 'dist/**' },
    });
    const first = job();
    expect(changedIn(await runAction('restore', first))).toEqual(['packages/a', 'packages/b']);
    build(first.checkout, 'packages/a');
    const saved = await runAction('save', first);
    expect(saved.stdout).toContain('packages/b: not saved, it was not built here');
    expect(changedIn(await runAction('restore', job()))).toEqual(['packages/b']);
  });

  test('compatibility inputs are told of, once', async () => {
    const job = jobs.job('npm-1', { inputs: { 'upload-chunk-size': '33554432' } });
    mkdirSync(join(job.checkout.folder, 'deps'));
    writeFileSync(join(job.checkout.folder, 'deps/x'), 'x');
    const { stdout } = await runAction('save', job);
    expect(stdout.match(/"upload-chunk-size" is not needed/g)).toHaveLength(1);
    const wrong = { ...job, inputs: { ...job.inputs, 'upload-chunk-size': '32MB' } };
    const failed = await runAction('save', wrong);
    expect(failed.exitCode).toBe(1);
    expect(annotations(failed, 'error').join()).toContain('Input "upload-chunk-size" is "32MB"');
  });
});
