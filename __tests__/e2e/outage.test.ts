import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { type Digest, hexOf } from '../../src/digest.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import { MEDIA_TYPE_PACK } from '../../src/sync/media-types.ts';
import { useTempDirs } from '../support/temp.ts';
import {
  type Job,
  annotations,
  changedIn,
  reasonsIn,
  runJob,
  runMain,
  runPost,
  subtreeInputs,
} from './job.ts';
import { Project, build } from './project.ts';

const tempDir = useTempDirs();

/** A port of this machine at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a registry that is down', () => {
  let host: string;
  let project: Project;
  beforeEach(async () => {
    host = `localhost:${await closedPort()}`;
    project = new Project(tempDir);
  });

  function jobOn(more: Readonly<Record<string, string>> = {}): Job {
    const inputs = subtreeInputs(`${host}/demo/cache`, more);
    return { checkout: project.checkOut(), machine: tempDir(), inputs };
  }

  test('is a warning that names it and says what to do; all counts as changed', async () => {
    const job = jobOn();
    const main = await runMain(job);
    expect(main.exitCode).toBe(0);
    expect(annotations(main, 'error')).toEqual([]);
    const [warning, ...others] = annotations(main, 'warning');
    expect(others).toEqual([]);
    expect(warning).toContain(host);
    expect(warning).toContain('check that it runs');
    expect(warning).toContain('The job goes on without it.');
    expect(main.outputs).toMatchObject({
      'cache-hit': '',
      'hit-kind': 'miss',
      'any-changed': 'true',
      changed: '["packages/a","packages/b"]',
      unchanged: '[]',
    });
    const { include } = JSON.parse(main.outputs['matrix']!) as { include: object[] };
    expect(include).toEqual([
      expect.objectContaining({
        subtree: 'packages/a',
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        reason: expect.stringContaining(host),
      }),
      expect.objectContaining({ subtree: 'packages/b' }),
    ]);
    for (const name of changedIn(main)) build(job.checkout, name);
    const post = await runPost(job, main);
    expect(post.exitCode).toBe(0);
    expect(annotations(post, 'warning').join()).toContain(host);
  });

  test('fails the step where it is strict', async () => {
    const job = jobOn({ strict: 'true' });
    const main = await runMain(job);
    expect(main.exitCode).toBe(1);
    expect(annotations(main, 'error').join()).toContain(host);
    expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
    build(job.checkout, 'packages/a');
    const post = await runPost(job, main);
    expect(post.exitCode).toBe(1);
    expect(annotations(post, 'error').join()).toContain(host);
  });

  test('fails the step where a miss is to fail it', async () => {
    const main = await runMain(jobOn({ 'fail-on-cache-miss': 'true' }));
    expect(main.exitCode).toBe(1);
  });

  test('does not keep outputs from being built and saved once it is back', async () => {
    const job = jobOn();
    const main = await runMain(job);
    for (const name of changedIn(main)) build(job.checkout, name);
    const layout = `oci:${join(tempDir(), 'remote')}`;
    const post = await runPost({ ...job, inputs: subtreeInputs(layout) }, main);
    expect(post.outputs['saved']).toBe('true');
  });
});

describe('a remote that lost bytes', () => {
  let project: Project;
  let layout: string;
  beforeEach(async () => {
    project = new Project(tempDir);
    layout = join(tempDir(), 'remote');
    await runJob(jobOn());
  });

  function jobOn(more: Readonly<Record<string, string>> = {}): Job {
    const inputs = subtreeInputs(`oci:${layout}`, more);
    return { checkout: project.checkOut(), machine: tempDir(), inputs };
  }

  /** The files of all packs. */
  async function packs(): Promise<string[]> {
    const remote = openRemote(`oci:${layout}`, { cwd: '/' });
    const digests = new Set<Digest>();
    for (const tag of await remote.listTags()) {
      const { bytes } = (await remote.getManifest(tag))!;
      for (const { mediaType, digest } of parseManifest(bytes).layers) {
        if (mediaType === MEDIA_TYPE_PACK) digests.add(digest);
      }
    }
    return [...digests].map((digest) => join(layout, 'blobs/sha256', hexOf(digest)));
  }

  test('a bad byte makes the subtree changed that it is in, and nothing half restored', async () => {
    for (const file of await packs()) {
      const bytes = readFileSync(file);
      bytes[10] = bytes[10]! ^ 1;
      writeFileSync(file, bytes);
    }
    const job = jobOn();
    const main = await runMain(job);
    expect(main.exitCode).toBe(0);
    // The byte is in the first frame, and b's files lie in a later one.
    expect(changedIn(main)).toEqual(['packages/a']);
    expect(reasonsIn(main)['packages/a']).toContain('could not be restored');
    expect(annotations(main, 'warning').join()).toContain('is damaged');
    expect(existsSync(join(job.checkout.folder, 'packages/a/dist/index.js'))).toBe(false);
    expect((await runMain(jobOn({ strict: 'true' }))).exitCode).toBe(1);
  });

  test('a tag that points to something else is a warning and a miss', async () => {
    const index = join(layout, 'index.json');
    const { manifests } = JSON.parse(readFileSync(index, 'utf8')) as {
      manifests: { digest: string }[];
    };
    for (const { digest } of manifests) {
      rmSync(join(layout, 'blobs/sha256', digest.slice('sha256:'.length)), { force: true });
    }
    const main = await runMain(jobOn());
    expect(main.exitCode).toBe(0);
    expect(changedIn(main)).toEqual(['packages/a', 'packages/b']);
    expect(annotations(main, 'warning').join()).toContain('branch-main');
  });
});
