import { expect, test } from '@jest/globals';

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
