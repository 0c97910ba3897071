import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { fetchContents } from '../../src/sync/fetch-contents.ts';
import { readIndex, readSnapshot } from '../../src/sync/snapshot.ts';
import { useTempDirs } from '../support/temp.ts';
import {
  type Job,
  KINDS,
  changedIn,
  freshRemote,
  runJob,
  runMain,
  runPost,
  subtreeInputs,
} from './job.ts';
import { Project, SOURCE_OF_A, build } from './project.ts';

const tempDir = useTempDirs();

/** Reads all of what a tag points to, every content included; gives its digest. */
async function readWhole(remote: Remote, tag: string): Promise<string> {
  const blobs = Blobs.open(tempDir());
  const snapshot = await readSnapshot(remote, tag, { blobs });
  if (snapshot === undefined) throw new Error(`There is no tag ${tag}.`);
  const { entries } = await readIndex(remote, snapshot, { blobs });
  await fetchContents(
    remote,
    [...entries.range('')].map(([, entry]) => entry),
  );
  return snapshot.descriptor.digest;
}

describe.each(KINDS)('two at a time (%s)', (kind) => {
  let project: Project;
  let remote: string;
  let opened: Remote;
  beforeEach(() => {
    project = new Project(tempDir);
    remote = freshRemote(kind, tempDir);
    opened = openRemote(remote, { cwd: '/' });
  });

  function jobOn(inputs: Readonly<Record<string, string>> = {}): Job {
    return {
      checkout: project.checkOut(),
      machine: tempDir(),
      inputs: subtreeInputs(remote, inputs),
    };
  }

  test('jobs of a matrix each keep their fingerprint, and the tag holds all of them', async () => {
    project.commit({ 'packages/c/src/index.js': 'export const c = 1;\n' });
    const names = ['packages/a', 'packages/c'];
    const jobs = names.map((subtrees) => jobOn({ subtrees }));
    const mains = await Promise.all(jobs.map(runMain));
    for (const [i, job] of jobs.entries()) build(job.checkout, names[i]!);
    const posts = await Promise.all(jobs.map((job, i) => runPost(job, mains[i])));
    expect(posts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const tags = await opened.listTags();
    for (const main of mains) {
      const [digest] = Object.values(
        JSON.parse(main.outputs['digests']!) as Record<string, string>,
      );
      const tag = tags.find((one) => one.startsWith(`fp-${digest!.slice('sha256:'.length)}`));
      await readWhole(opened, tag!);
    }
    const branch = tags.find((tag) => tag.startsWith('branch-main'));
    await readWhole(opened, branch!);
    // Neither is lost to the next run.
    const main = await runMain(jobOn({ subtrees: names.join('\n') }));
    expect(changedIn(main)).toEqual([]);
    await opened.close();
  });

  test('a post step that is killed leaves the old snapshot or the new one', async () => {
    const first = await runJob(jobOn());
    const branch = first.main.outputs['cache-primary-key']!;
    const old = await readWhole(opened, branch);
    project.commit({ [SOURCE_OF_A]: 'export const a = "killed";\n' });
    const job = jobOn();
    const main = await runMain(job);
    for (const name of changedIn(main)) build(job.checkout, name);
    let killed = 0;
    // Early ones, too: the machine may have been slower when the first was timed.
    for (const share of [0.15, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.05]) {
      const killAfter = Math.round(first.post.seconds * 1000 * share);
      const post = await runPost({ ...job, killAfter }, main);
      if (post.exitCode === -1) killed += 1;
      const now = await readWhole(opened, branch);
      for (const tag of await opened.listTags()) await readWhole(opened, tag);
      if (now !== old) expect(changedIn(await runMain(jobOn()))).toEqual([]);
    }
    expect(killed).toBeGreaterThan(0);
    // What a killed step left behind is in nobody's way.
    const post = await runPost(job, main);
    expect(post.exitCode).toBe(0);
    expect(post.stdout).not.toContain('::warning::');
    expect(changedIn(await runMain(jobOn()))).toEqual([]);
    await opened.close();
  }, 120_000);

  test('a main step that is killed is mended by the next', async () => {
    const { main: first } = await runJob(jobOn());
    const job = jobOn();
    for (const share of [0.6, 0.7, 0.8, 0.9, 1]) {
      await runMain({ ...job, killAfter: Math.round(first.seconds * 1000 * share) });
    }
    const main = await runMain(job);
    expect(changedIn(main)).toEqual([]);
    expect(main.outputs['digests']).toBe(first.outputs['digests']);
    const dist = join(job.checkout.folder, 'packages/a/dist');
    expect(readFileSync(join(dist, 'index.js'), 'utf8')).toContain('// built');
    expect(existsSync(join(dist, 'empty'))).toBe(true);
    await opened.close();
  });
});
