import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { readTree } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';
import { annotations, changedIn, runJob, runMain, runPost, subtreeInputs } from './job.ts';
import { type Checkout, Project, build } from './project.ts';

const tempDir = useTempDirs();

let project: Project;
let checkout: Checkout;
let layout: string;
beforeEach(() => {
  project = new Project(tempDir);
  checkout = project.checkOut();
  layout = join(tempDir(), 'remote');
});

describe('wrong inputs', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    [
      'a remote that is no reference',
      { remote: 'Not a reference!', path: 'out' },
      ['Input "remote" is "Not a reference!"; it must be an OCI repository'],
    ],
    [
      'a remote with a tag',
      { remote: 'ghcr.io/owner/name:latest', path: 'out' },
      ['it has a tag ("latest")', 'Write "ghcr.io/owner/name"'],
    ],
    [
      'a remote in upper case',
      { remote: 'ghcr.io/Owner/Name', path: 'out' },
      ['Write "ghcr.io/owner/name"'],
    ],
    [
      'a glob that matches no folder',
      { subtrees: 'apps/*', outputs: 'dist/**' },
      ['Input "subtrees" is "apps/*"', 'The pattern "apps/*" matches no folder.'],
    ],
    [
      'outputs without subtrees',
      { path: 'out', outputs: 'dist/**' },
      ['Input "outputs" is "dist/**"', '"subtrees"', '"path"'],
    ],
    ['nothing to cache', {}, ['Input "path" is ""', 'there is nothing to cache']],
    ['a number that is none', { path: 'out', concurrency: '4x' }, ['"4x"', 'from 0 to 64']],
    ['a number too large', { path: 'out', 'compression-level': '20' }, ['from 1 to 19']],
    ['a boolean that is none', { path: 'out', strict: 'yes' }, ['"yes"', 'true or false']],
    ['a mode that is none', { path: 'out', save: 'sometimes' }, ['always, on-success, never']],
    ['a platform that is none', { path: 'out', platform: 'Linux!' }, ['such as linux-x64']],
    ['a variable that is none', { path: 'out', env: 'A=b' }, ['Input "env" is "A=b"']],
    ['excludes alone', { path: '!out' }, ['at least one path that is not excluded']],
    ['a path above everything', { path: '/' }, ['the whole file system']],
    ['the home of somebody else', { path: '~root/x' }, ['home folder of another user']],
    ['an output that leaves', { subtrees: 'packages/*', outputs: '../x' }, ['Input "outputs"']],
    [
      'outputs that overlap',
      { subtrees: '.\npackages/a', outputs: '**/dist' },
      ['Input "outputs"', 'packages/a/dist'],
    ],
  ])('%s', async (_, inputs, expected) => {
    const machine = tempDir();
    const before = readTree(checkout.folder);
    const all = { remote: `oci:${layout}`, ...inputs };
    const main = await runMain({ checkout, machine, inputs: all });
    expect(main.exitCode).toBe(1);
    const errors = annotations(main, 'error').join('\n');
    for (const text of expected) expect(errors).toContain(text);
    expect(errors).toContain('nothing was touched');
    expect(main.outputs).toEqual({});
    expect(main.state).toEqual({});
    expect(existsSync(layout)).toBe(false);
    expect(readTree(checkout.folder)).toEqual(before);
    expect(Object.keys(readTree(join(machine, 'temp')))).toEqual([]);
  });

  test('several at once are all named', async () => {
    const inputs = {
      remote: 'Not a reference!',
      subtrees: 'apps/*',
      outputs: 'dist/**',
      strict: 'maybe',
      save: 'sometimes',
      concurrency: '-1',
      env: 'A B',
    };
    const main = await runMain({ checkout, machine: tempDir(), inputs });
    expect(main.exitCode).toBe(1);
    const errors = annotations(main, 'error');
    for (const name of ['remote', 'subtrees', 'strict', 'save', 'concurrency', 'env']) {
      expect(errors.filter((error) => error.includes(`Input "${name}" is`))).toHaveLength(1);
    }
    expect(errors.at(-1)).toContain('6 wrong inputs');
  });

  test('fail the saving side, too', async () => {
    build(checkout, 'packages/a');
    const inputs = subtreeInputs(`oci:${layout}:tag`);
    const post = await runPost({ checkout, machine: tempDir(), inputs });
    expect(post.exitCode).toBe(1);
    expect(annotations(post, 'error').join()).toContain('it has a tag ("tag")');
    expect(existsSync(layout)).toBe(false);
  });

  test('a cache mode that nobody knows', async () => {
    const inputs = subtreeInputs(`oci:${layout}`);
    const env = { ACTIONS_CACHE_MODE: 'readwrite' };
    const main = await runMain({ checkout, machine: tempDir(), inputs, env });
    expect(main.exitCode).toBe(0);
    expect(annotations(main, 'warning').join()).toContain('read, write, write-only and none');
    expect(existsSync(layout)).toBe(false);
  });

  test('a layout’s folder that holds something else is a warning, and stays as it was', async () => {
    const inputs = subtreeInputs('oci:packages');
    const before = readTree(checkout.folder);
    const main = await runMain({ checkout, machine: tempDir(), inputs });
    expect(main.exitCode).toBe(0);
    expect(annotations(main, 'warning').join()).toContain('is no OCI image layout');
    expect(readTree(checkout.folder)).toEqual(before);
  });
});

describe('modes', () => {
  const job = (more: Readonly<Record<string, string>> = {}) => ({
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: subtreeInputs(`oci:${layout}`, more),
  });

  test('booleans are read in any case', async () => {
    await runJob(job());
    const main = await runMain(job({ 'lookup-only': 'TRUE', strict: 'False' }));
    expect(main.exitCode).toBe(0);
    expect(main.outputs['restored-files']).toBe('0');
  });

  test('lookup-only compares, and restores nothing', async () => {
    await runJob(job());
    const second = job({ 'lookup-only': 'true' });
    const main = await runMain(second);
    expect(main.outputs).toMatchObject({
      'cache-hit': 'true',
      'any-changed': 'false',
      unchanged: '["packages/a","packages/b"]',
      'restored-files': '0',
    });
    expect(existsSync(join(second.checkout.folder, 'packages/a/dist'))).toBe(false);
    const post = await runPost(second, main);
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'false' } });
    expect(changedIn(await runMain(job()))).toEqual([]);
  });

  test('force treats everything as changed, and still saves', async () => {
    await runJob(job());
    project.commit({ 'packages/a/src/index.js': 'export const a = 5;\n' });
    const { main, post } = await runJob(job({ force: 'true' }));
    expect(main.outputs).toMatchObject({
      changed: '["packages/a","packages/b"]',
      reasons: '{"packages/a":"\\"force\\" is set","packages/b":"\\"force\\" is set"}',
      'restored-files': '0',
    });
    expect(post.outputs['saved']).toBe('true');
    expect(changedIn(await runMain(job()))).toEqual([]);
  });

  test('fail-on-cache-miss fails where nothing is found', async () => {
    const main = await runMain(job({ 'fail-on-cache-miss': 'true' }));
    expect(main.exitCode).toBe(1);
    expect(annotations(main, 'error').join()).toMatch(/looked for branch-main\./);
    expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
    await runJob(job());
    expect((await runMain(job({ 'fail-on-cache-miss': 'true' }))).exitCode).toBe(0);
  });

  test('save: always is exported for the post step’s condition', async () => {
    const main = await runMain(job({ save: 'Always' }));
    expect(main.env['CAFS_SAVE']).toBe('always');
  });

  test('a cache folder that stays spares the index', async () => {
    await runJob(job());
    const cacheDir = tempDir();
    const first = await runMain(job({ 'cache-dir': cacheDir, 'lookup-only': 'true' }));
    const second = await runMain(job({ 'cache-dir': cacheDir, 'lookup-only': 'true' }));
    const [more, less] = [first, second].map(({ outputs }) => Number(outputs['downloaded-bytes']));
    expect(more).toBeGreaterThan(less!);
    expect(changedIn(second)).toEqual([]);
  });

  test('the summary has a table of subtrees', async () => {
    const { main, post } = await runJob(job());
    expect(main.summary).toContain('### cafs: 0 of 2 subtrees unchanged');
    expect(main.summary).toContain('<code>packages/a</code>');
    expect(post.summary).toContain('### cafs: 2 subtrees saved');
  });
});
