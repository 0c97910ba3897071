import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { readTree } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';
import {
  KINDS,
  changedIn,
  freshRemote,
  reasonsIn,
  runJob,
  runMain,
  runPost,
  subtreeInputs,
  tagsOf,
  traffic,
} from './job.ts';
import { type Checkout, Project, SOURCE_OF_A, build } from './project.ts';

const tempDir = useTempDirs();

describe.each(KINDS)('subtrees (%s)', (kind) => {
  let project: Project;
  let remote: string;
  beforeEach(() => {
    project = new Project(tempDir);
    remote = freshRemote(kind, tempDir);
  });

  /** A job on a machine of its own. */
  function jobOn(checkout: Checkout, more: Readonly<Record<string, string>> = {}) {
    return { checkout, machine: tempDir(), inputs: subtreeInputs(remote, more) };
  }

  test('a change, its revert, and runs without one', async () => {
    const first = project.checkOut();
    const run1 = await runJob(jobOn(first));
    expect(run1.main).toMatchObject({
      exitCode: 0,
      outputs: {
        'cache-hit': '',
        'hit-kind': 'miss',
        'any-changed': 'true',
        changed: '["packages/a","packages/b"]',
        unchanged: '[]',
        'cache-primary-key': expect.stringMatching(/^branch-main\./),
        'cache-matched-key': '',
        'restored-files': '0',
        snapshot: '',
      },
    });
    expect(reasonsIn(run1.main)['packages/a']).toBe('no snapshot of main');
    expect(run1.post).toMatchObject({
      exitCode: 0,
      outputs: { saved: 'true', snapshot: expect.stringMatching(/^sha256:/) },
    });
    const suffix = run1.main.outputs['cache-primary-key']!.slice('branch-main'.length);
    const tags = await tagsOf(remote);
    expect(tags).toHaveLength(4);
    expect(tags).toEqual(
      expect.arrayContaining([`branch-main${suffix}`, `sha-${first.sha}${suffix}`]),
    );
    expect(tags.filter((tag) => /^fp-[0-9a-f]{64}\./.test(tag))).toHaveLength(2);

    // The same commit on a fresh clone: all is restored, nothing is published.
    const second = project.checkOut();
    const run2 = await runJob(jobOn(second));
    expect(run2.main).toMatchObject({
      exitCode: 0,
      outputs: {
        'cache-hit': 'true',
        'hit-kind': 'exact',
        'any-changed': 'false',
        changed: '[]',
        unchanged: '["packages/a","packages/b"]',
        matrix: '{"include":[]}',
        reasons: '{}',
        'restored-files': '12',
        snapshot: run1.post.outputs['snapshot'],
        digests: run1.main.outputs['digests'],
      },
    });
    for (const name of ['packages/a/dist', 'packages/b/dist']) {
      expect(readTree(join(second.folder, name))).toEqual(readTree(join(first.folder, name)));
    }
    expect(run2.post.exitCode).toBe(0);
    expect(run2.post.stdout).toContain('Nothing changed: no content was uploaded.');
    expect(run2.post.outputs).toMatchObject({
      saved: 'false',
      snapshot: run1.post.outputs['snapshot'],
    });
    expect(traffic(run2.post).requests).toBeLessThanOrEqual(3);
    expect(await tagsOf(remote)).toEqual(tags);

    // A change in a changes b, too, as b depends on it.
    project.commit({ [SOURCE_OF_A]: 'export const a = 2;\n' });
    const third = project.checkOut();
    const run3 = await runJob(jobOn(third));
    expect(changedIn(run3.main)).toEqual(['packages/a', 'packages/b']);
    expect(reasonsIn(run3.main)).toEqual({
      'packages/a': 'src/index.js changed',
      'packages/b': 'dependency packages/a changed (src/index.js changed)',
    });
    expect(JSON.parse(run3.main.outputs['matrix']!)).toEqual({
      include: ['packages/a', 'packages/b'].map((name) => ({
        subtree: name,
        path: name,
        digest: (JSON.parse(run3.main.outputs['digests']!) as Record<string, string>)[name],
        reason: reasonsIn(run3.main)[name],
      })),
    });
    expect(run3.post.outputs['saved']).toBe('true');

    // A change in b leaves a alone.
    project.commit({ 'packages/b/src/index.js': 'export const b = 1;\n' });
    const fourth = project.checkOut();
    const run4 = await runJob(jobOn(fourth));
    expect(run4.main.outputs).toMatchObject({
      'cache-hit': 'false',
      'hit-kind': 'partial',
      changed: '["packages/b"]',
      unchanged: '["packages/a"]',
    });

    // Back to where it began: the fingerprints' own tags know it.
    project.commit({
      [SOURCE_OF_A]: 'export const a = 1;\n',
      'packages/b/src/index.js': "export { a } from '@demo/a';\n",
    });
    const fifth = project.checkOut();
    const run5 = await runJob(jobOn(fifth));
    expect(run5.main.outputs).toMatchObject({ 'cache-hit': 'true', 'any-changed': 'false' });
    expect(run5.main.stdout).toMatch(/packages\/a: unchanged, restored from fp-[0-9a-f]{64}/);
    for (const name of ['packages/a/dist', 'packages/b/dist']) {
      expect(readTree(join(fifth.folder, name))).toEqual(readTree(join(first.folder, name)));
    }
    expect(run5.post.exitCode).toBe(0);

    // Which the branch's snapshot then knows, too.
    const run6 = await runMain(jobOn(project.checkOut()));
    expect(run6.stdout).toContain('packages/a: unchanged, restored from branch-main');
  });

  test('what all share changes all, and says so', async () => {
    await runJob(jobOn(project.checkOut()));
    project.commit({ 'base.json': '{ "strict": false }\n' });
    const main = await runMain(jobOn(project.checkOut()));
    expect(reasonsIn(main)).toEqual({
      'packages/a': 'shared input base.json changed',
      'packages/b': 'shared input base.json changed',
    });
  });

  test('another salt, variable or platform is another fingerprint', async () => {
    const env = { env: 'MODE' };
    await runJob({ ...jobOn(project.checkOut(), env), env: { MODE: 'a' } });
    const checkout = project.checkOut();
    const same = await runMain({ ...jobOn(checkout, env), env: { MODE: 'a' } });
    expect(changedIn(same)).toEqual([]);
    const other = await runMain({ ...jobOn(checkout, env), env: { MODE: 'b' } });
    expect(reasonsIn(other)['packages/a']).toBe('variable MODE changed');
    const unset = await runMain(jobOn(checkout, env));
    expect(reasonsIn(unset)['packages/a']).toBe('variable MODE was unset');
    const salted = await runMain({ ...jobOn(checkout, { ...env, salt: 's' }), env: { MODE: 'a' } });
    expect(reasonsIn(salted)['packages/a']).toBe('salt changed');
    const any = await runMain({
      ...jobOn(checkout, { ...env, platform: 'any' }),
      env: { MODE: 'a' },
    });
    expect(any.outputs).toMatchObject({ 'hit-kind': 'miss', 'cache-primary-key': 'branch-main' });
  });

  test('stale files in an output folder go, files beside it stay', async () => {
    const first = project.checkOut();
    await runJob(jobOn(first));
    const second = project.checkOut();
    build(second, 'packages/a');
    writeFileSync(join(second.folder, 'packages/a/dist/stale.js'), 'stale');
    writeFileSync(join(second.folder, 'note.txt'), 'mine');
    const main = await runMain(jobOn(second));
    expect(main.outputs['any-changed']).toBe('false');
    expect(main.stdout).toMatch(/packages\/a: unchanged, .* 1 stale file removed/);
    expect(existsSync(join(second.folder, 'packages/a/dist/stale.js'))).toBe(false);
    expect(readFileSync(join(second.folder, 'note.txt'), 'utf8')).toBe('mine');
  });

  test('a step that saves by itself saves what lies there', async () => {
    const first = project.checkOut();
    build(first, 'packages/a');
    const post = await runPost(jobOn(first));
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'true' } });
    expect(post.stdout).toContain('packages/b: not saved, it was not built here');
    const second = project.checkOut();
    const main = await runMain(jobOn(second));
    expect(changedIn(main)).toEqual(['packages/b']);
    expect(readTree(join(second.folder, 'packages/a/dist'))).toEqual(
      readTree(join(first.folder, 'packages/a/dist')),
    );
  });

  test('what another job saved stays in the branch’s snapshot', async () => {
    project.commit({ 'packages/c/src/index.js': 'export const c = 1;\n' });
    await runJob(jobOn(project.checkOut(), { subtrees: 'packages/a' }));
    await runJob(jobOn(project.checkOut(), { subtrees: 'packages/c' }));
    const both = { subtrees: 'packages/a\npackages/c' };
    const main = await runMain(jobOn(project.checkOut(), both));
    expect(changedIn(main)).toEqual([]);
    expect(main.stdout).toContain('packages/a: unchanged, restored from branch-main');
    expect(main.stdout).toContain('packages/c: unchanged, restored from branch-main');
  });
});
