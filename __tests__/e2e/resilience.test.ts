import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { hexOf } from '../../src/digest.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import { MEDIA_TYPE_PACK } from '../../src/sync/media-types.ts';
import { writeTree } from '../support/files.ts';
import { testOnLinux } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { makeTooDeep } from '../support/too-deep.ts';
import {
  annotations,
  changedIn,
  freshRemote,
  reasonsIn,
  runJob,
  runMain,
  runPost,
  subtreeInputs,
  traffic,
} from './job.ts';
import { type Checkout, Project, build } from './project.ts';

const tempDir = useTempDirs();

async function packsOf(remote: string, tag: string): Promise<string[]> {
  const fetched = await openRemote(remote, { cwd: '/' }).getManifest(tag);
  if (fetched === undefined) throw new Error(`no manifest at ${tag}`);
  const packs = parseManifest(fetched.bytes).layers.filter(
    ({ mediaType }) => mediaType === MEDIA_TYPE_PACK,
  );
  return packs.map(({ digest }) =>
    join(remote.slice('oci:'.length), 'blobs/sha256', hexOf(digest)),
  );
}

test('a restore that fails midway leaves the files that were there as they were', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('layout', tempDir);
  const job = {
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: { remote, path: 'data' },
  };
  const data = join(job.checkout.folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'a'), randomBytes(300_000));
  await runPost(job, await runMain(job));
  // A second pack: with one of two lost, the other's file is written before the failure shows.
  writeFileSync(join(data, 'b'), randomBytes(300_000));
  await runPost(job, await runMain(job));
  const packs = await packsOf(remote, 'branch-main.linux-x64');
  expect(packs).toHaveLength(2);
  for (const lost of packs) {
    const bytes = readFileSync(lost);
    rmSync(lost);
    for (const name of ['a', 'b']) writeFileSync(join(data, name), `mine ${name}`);
    const main = await runMain({ ...job, machine: tempDir() });
    expect(main.exitCode).toBe(0);
    expect(annotations(main, 'warning').length).toBeGreaterThan(0);
    for (const name of ['a', 'b'])
      expect(readFileSync(join(data, name), 'utf8')).toBe(`mine ${name}`);
    writeFileSync(lost, bytes);
  }
});

test('a cache folder that cannot be used is a warning, and everything works', async () => {
  const project = new Project(tempDir);
  const inputs = {
    ...subtreeInputs(freshRemote('layout', tempDir)),
    'cache-dir': '/dev/null/cafs',
  };
  const { main, post } = await runJob({ checkout: project.checkOut(), machine: tempDir(), inputs });
  expect(annotations(main, 'warning').join()).toContain('/dev/null/cafs');
  expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
  expect(post.outputs['saved']).toBe('true');
});

test('a main step that was killed makes the post step save nothing', async () => {
  const project = new Project(tempDir);
  const inputs = { ...subtreeInputs(freshRemote('layout', tempDir)), save: 'always' };
  const job = { checkout: project.checkOut(), machine: tempDir(), inputs };
  // A registry that takes the question and never answers.
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const remote = `127.0.0.1:${String((silent.address() as AddressInfo).port)}/silent`;
  const main = await runMain({ ...job, inputs: { ...inputs, remote }, killAfter: 1500 });
  silent.close();
  expect(main.outputs).toEqual({});
  expect(main.state).not.toEqual({});
  build(job.checkout, 'packages/a');
  const post = await runPost(job, main);
  expect(post.exitCode).toBe(0);
  expect(post.outputs['saved']).toBe('false');
  expect(post.stdout).toContain('the main step did not finish');
});

test('a thousand subtrees fit between main and post', async () => {
  const project = new Project(tempDir);
  const files = Array.from(
    { length: 1000 },
    (_, i) => [`many/package-${String(i)}/source`, String(i)] as const,
  );
  project.commit(Object.fromEntries(files));
  const inputs = { ...subtreeInputs(freshRemote('layout', tempDir)), subtrees: 'many/*' };
  const job = { checkout: project.checkOut(), machine: tempDir(), inputs };
  const main = await runMain(job);
  expect(Math.max(...Object.values(main.state).map(({ length }) => length))).toBeLessThan(
    64 * 1024,
  );
  mkdirSync(join(job.checkout.folder, 'many/package-7/dist'));
  writeFileSync(join(job.checkout.folder, 'many/package-7/dist/x'), 'x');
  const post = await runPost(job, main);
  expect(post.outputs['saved']).toBe('true');
  const next = await runMain({ ...job, checkout: project.checkOut(), machine: tempDir() });
  expect(changedIn(next)).toHaveLength(999);
});

describe('outputs that leave no inputs', () => {
  test('are never restored over sources, nor saved', async () => {
    const project = new Project(tempDir);
    const inputs = { ...subtreeInputs(freshRemote('layout', tempDir)), outputs: '**' };
    const { main, post } = await runJob({
      checkout: project.checkOut(),
      machine: tempDir(),
      inputs,
    });
    expect(reasonsIn(main)['packages/a']).toBe('none of its files is an input');
    expect(post.outputs['saved']).toBe('false');
  });
});

test('what git tracks is not removed, though it lies in outputs', async () => {
  const project = new Project(tempDir);
  const inputs = subtreeInputs(freshRemote('layout', tempDir), {
    outputs: 'dist/**\ngenerated/**',
  });
  await runJob({ checkout: project.checkOut(), machine: tempDir(), inputs });
  project.commit({ 'packages/a/generated/kept.ts': 'by hand' });
  const checkout = project.checkOut();
  const dist = join(checkout.folder, 'packages/a/dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'stale'), '');
  chmodSync(dist, 0o755);
  const main = await runMain({ checkout, machine: tempDir(), inputs });
  expect(changedIn(main)).toEqual([]);
  expect(existsSync(join(checkout.folder, 'packages/a/generated/kept.ts'))).toBe(true);
  expect(existsSync(join(dist, 'stale'))).toBe(false);
});

describe('what git tracks in a checkout beside the top of the workspace is not removed', () => {
  /** The workspace itself is no repository: what is checked out lies in `repo`. */
  const inRepo = (project: Project): Checkout => {
    const folder = tempDir();
    renameSync(project.checkOut().folder, join(folder, 'repo'));
    return { ...project.checkOut(), folder };
  };

  test.each([
    ['outputs of a subtree', { subtrees: 'repo/packages/*', outputs: 'dist/**\ngenerated/**' }],
    ['a path', { path: 'repo/packages/a/generated' }],
  ])('%s', async (_, given) => {
    const project = new Project(tempDir);
    project.commit({ 'packages/a/generated/old.ts': 'old' });
    const inputs = { remote: freshRemote('layout', tempDir), ...given };
    const first = inRepo(project);
    const job = { checkout: first, machine: tempDir(), inputs };
    const before = await runMain(job);
    for (const name of ['a', 'b']) {
      writeTree(first.folder, { [`repo/packages/${name}/dist/index.js`]: 'built' });
    }
    expect((await runPost(job, before)).outputs['saved']).toBe('true');
    project.commit({ 'packages/a/generated/new.ts': 'new' });
    const second = inRepo(project);
    const main = await runMain({ checkout: second, machine: tempDir(), inputs });
    expect(main.outputs['hit-kind']).not.toBe('miss');
    expect(existsSync(join(second.folder, 'repo/packages/a/generated/new.ts'))).toBe(true);
  });
});

test('what git tracks in a path stays as it is checked out, and what it does not track comes back', async () => {
  const project = new Project(tempDir);
  project.commit({ 'docs/api/readme.md': 'one' });
  const inputs = { remote: freshRemote('layout', tempDir), path: 'docs/api' };
  const first = project.checkOut();
  const before = await runMain({ checkout: first, machine: tempDir(), inputs });
  writeTree(first.folder, { 'docs/api/index.html': 'made' });
  await runPost({ checkout: first, machine: tempDir(), inputs }, before);
  project.commit({ 'docs/api/readme.md': 'two' });
  const second = project.checkOut();
  await runMain({ checkout: second, machine: tempDir(), inputs });
  const text = (name: string): string =>
    readFileSync(join(second.folder, 'docs/api', name), 'utf8');
  expect([text('readme.md'), text('index.html')]).toEqual(['two', 'made']);
});

test('nothing of a path is removed where git cannot tell what is whose', async () => {
  const inputs = { remote: freshRemote('layout', tempDir), path: 'src' };
  const workspace = (): Checkout => ({ ...new Project(tempDir).checkOut(), folder: tempDir() });
  const first = workspace();
  writeTree(first.folder, { 'src/old.ts': 'old' });
  await runJob({ checkout: first, machine: tempDir(), inputs });
  const second = workspace();
  writeTree(second.folder, { 'src/new.ts': 'new' });
  await runMain({ checkout: second, machine: tempDir(), inputs });
  expect(readdirSync(join(second.folder, 'src')).sort()).toEqual(['new.ts', 'old.ts']);
});

testOnLinux(
  'a subtree whose outputs cannot be read does not keep the others from being saved',
  async () => {
    const project = new Project(tempDir);
    const inputs = subtreeInputs(freshRemote('layout', tempDir));
    const job = { checkout: project.checkOut(), machine: tempDir(), inputs };
    const main = await runMain(job);
    build(job.checkout, 'packages/a');
    build(job.checkout, 'packages/b');
    const dist = join(job.checkout.folder, 'packages/b/dist');
    makeTooDeep(dist);
    const post = await runPost(job, main);
    execFileSync('rm', ['-r', dist]);
    expect(post.outputs['saved']).toBe('true');
    expect(post.stdout).toMatch(/packages\/b: not saved, its outputs cannot be read: ENAMETOOLONG/);
    const next = await runMain({ ...job, checkout: project.checkOut(), machine: tempDir() });
    expect(changedIn(next)).toEqual(['packages/b']);
  },
);

test('"save: always" of one step does not make another save what a failed job left', async () => {
  const project = new Project(tempDir);
  const inputs = subtreeInputs(freshRemote('layout', tempDir));
  const job = { checkout: project.checkOut(), machine: tempDir(), inputs };
  const always = await runMain({ ...job, inputs: { ...inputs, save: 'always' } });
  expect(always.env).toMatchObject({ CAFS_SAVE: 'always' });
  const main = await runMain({ ...job, env: always.env });
  expect(main.env['CAFS_SAVE'] ?? 'always').toBe('always');
  build(job.checkout, 'packages/a');
  const post = await runPost({ ...job, env: always.env }, main);
  expect(post.outputs['saved']).toBe('false');
  expect(post.stdout).toContain('another step of this job');
});

test('nothing is read of the remote but what is needed', async () => {
  const project = new Project(tempDir);
  const inputs = subtreeInputs(freshRemote('registry', tempDir));
  const job = () => ({ checkout: project.checkOut(), machine: tempDir(), inputs });
  await runJob(job());
  const looked = await runMain({ ...job(), inputs: { ...inputs, 'lookup-only': 'true' } });
  expect(changedIn(looked)).toEqual([]);
  // Manifest, config and index; no pack, for a record explains nothing where nothing changed.
  expect(traffic(looked).requests).toBe(3);
});

test('each changed subtree has its own reason, though another could not be restored', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('layout', tempDir);
  const job = () => ({
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: subtreeInputs(remote),
  });
  await runJob(job());
  for (const pack of await packsOf(remote, 'branch-main.linux-x64')) {
    const bytes = readFileSync(pack);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
  }
  // Of a, a frame is damaged; of b, a file changed.
  project.commit({ 'packages/b/src/index.js': 'export const b = 5;\n' });
  const main = await runMain(job());
  expect(reasonsIn(main)['packages/a']).toContain('could not be restored');
  expect(reasonsIn(main)['packages/b']).toBe('src/index.js changed');
});

test('a damaged snapshot is not replaced by one that holds nothing', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('layout', tempDir);
  const job = { checkout: project.checkOut(), machine: tempDir(), inputs: subtreeInputs(remote) };
  await runJob(job);
  const before = await openRemote(remote, { cwd: '/' }).resolve('branch-main.linux-x64');
  for (const pack of await packsOf(remote, 'branch-main.linux-x64')) rmSync(pack);
  const second = { ...job, checkout: project.checkOut(), machine: tempDir() };
  const main = await runMain(second);
  expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
  const post = await runPost(second, main);
  expect(post.outputs['saved']).toBe('false');
  expect(await openRemote(remote, { cwd: '/' }).resolve('branch-main.linux-x64')).toEqual(before);
});

test('where nothing changed, the post step reads no input', async () => {
  const project = new Project(tempDir);
  const inputs = subtreeInputs(freshRemote('layout', tempDir));
  await runJob({ checkout: project.checkOut(), machine: tempDir(), inputs });
  const job = { checkout: project.checkOut(), machine: tempDir(), inputs };
  const main = await runMain(job);
  expect(changedIn(main)).toEqual([]);
  // Git would have to be asked which files are inputs, and cannot be.
  writeFileSync(join(job.checkout.folder, '.git/config'), 'no configuration');
  const post = await runPost(job, main);
  expect(annotations(post, 'warning')).toEqual([]);
  expect(post.stdout).toContain('Nothing changed');
});
