import { expect, test } from '@jest/globals';

import { open } from '../../src/index.ts';
import { useTempDirs } from '../support/temp.ts';
import { changedIn, freshRemote, runJob, runMain, subtreeInputs } from './job.ts';
import { Project, SOURCE_OF_A } from './project.ts';

const tempDir = useTempDirs();

test('a job that names one subtree agrees with a job that names all', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('layout', tempDir);
  const job = (subtrees: string) => ({
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: subtreeInputs(remote, { subtrees }),
  });
  await runJob(job('packages/*'));
  // b depends on a, which this job does not name.
  const leg = await runMain(job('packages/b'));
  expect(changedIn(leg)).toEqual([]);
  project.commit({ [SOURCE_OF_A]: 'export const a = 8;\n' });
  const changed = await runJob(job('packages/b'));
  expect(changedIn(changed.main)).toEqual(['packages/b']);
  const all = await runMain(job('packages/*'));
  expect(changedIn(all)).toEqual(['packages/a']);
});

test('a store and jobs share a tag: neither loses what the other has put there', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('layout', tempDir);
  const job = () => ({
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: subtreeInputs(remote),
  });
  const first = await runJob(job());
  const tag = first.main.outputs['cache-primary-key']!;
  await using store = await open(`notes:${tag}`, { cacheDir: tempDir(), remote });
  await store.put('notes/one', 'put by a store');
  await store.push();
  // All subtrees are still there.
  const second = await runMain(job());
  expect(changedIn(second)).toEqual([]);
  project.commit({ [SOURCE_OF_A]: 'export const a = 9;\n' });
  const third = await runJob(job());
  expect(changedIn(third.main)).toEqual(['packages/a', 'packages/b']);
  await using reader = await open(`notes:${tag}`, { cacheDir: tempDir(), remote });
  await reader.pull();
  expect((await reader.get('notes/one')).toString()).toBe('put by a store');
  expect([...reader.list('ws/packages')]).not.toEqual([]);
});
