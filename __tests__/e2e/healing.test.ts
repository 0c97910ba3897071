import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { hexOf } from '../../src/digest.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import { MEDIA_TYPE_PACK, MEDIA_TYPE_SEGMENT } from '../../src/sync/media-types.ts';
import { useTempDirs } from '../support/temp.ts';
import { annotations, changedIn, runJob, runMain, runPost, subtreeInputs } from './job.ts';
import { build, Project } from './project.ts';

const tempDir = useTempDirs();

/** Ways in which a remote loses what its manifests name. */
const LOSSES: Record<string, (blob: string) => void> = {
  'is gone': (blob) => {
    rmSync(blob, { force: true });
  },
  'has a flipped bit in every byte': (blob) => {
    writeFileSync(
      blob,
      readFileSync(blob).map((byte) => byte ^ 1),
    );
  },
};

describe.each(Object.entries(LOSSES))('a remote whose content %s', (_, lose) => {
  let layout: string;
  let project: Project;
  beforeEach(async () => {
    layout = join(tempDir(), 'remote');
    project = new Project(tempDir);
    await run();
  });

  function run() {
    const inputs = subtreeInputs(`oci:${layout}`);
    return runJob({ checkout: project.checkOut(), machine: tempDir(), inputs });
  }

  /** Snapshots share blobs: each is lost once. */
  async function loseAll(mediaType: string): Promise<void> {
    const lost = new Set<string>();
    const remote = openRemote(`oci:${layout}`, { cwd: '/' });
    for (const tag of await remote.listTags()) {
      const fetched = await remote.getManifest(tag);
      if (fetched === undefined) throw new Error(`no manifest at ${tag}`);
      for (const layer of parseManifest(fetched.bytes).layers) {
        const blob = join(layout, 'blobs/sha256', hexOf(layer.digest));
        if (layer.mediaType === mediaType && !lost.has(blob)) lose(blob);
        lost.add(blob);
      }
    }
  }

  test.each([
    ['packs', MEDIA_TYPE_PACK],
    ['indexes', MEDIA_TYPE_SEGMENT],
  ])('is healed by the next job: %s', async (_what, mediaType) => {
    await loseAll(mediaType);
    const damaged = await run();
    expect(damaged.main.exitCode).toBe(0);
    expect(annotations(damaged.main, 'warning').length).toBeGreaterThan(0);
    expect(changedIn(damaged.main)).toEqual(['packages/a', 'packages/b']);
    expect(damaged.post.outputs['saved']).toBe('true');
    expect(
      annotations(damaged.post, 'warning').filter((line) => !line.includes('not used')),
    ).toEqual([]);

    const healed = await run();
    expect(annotations(healed.main, 'warning')).toEqual([]);
    expect(changedIn(healed.main)).toEqual([]);
    expect(healed.post.outputs['saved']).toBe('false');
  });
});

test('a pack that is lost between main and post is uploaded again from disk', async () => {
  const layout = join(tempDir(), 'remote');
  const project = new Project(tempDir);
  const job = () => ({
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: subtreeInputs(`oci:${layout}`),
  });
  await runJob(job());
  // A change in b, which nothing depends on: a is restored, and its content is then lost.
  project.commit({ 'packages/b/src/index.js': 'export const b = 7;\n' });
  const second = job();
  const main = await runMain(second);
  expect(changedIn(main)).toEqual(['packages/b']);
  build(second.checkout, 'packages/b');
  const remote = openRemote(`oci:${layout}`, { cwd: '/' });
  const fetched = await remote.getManifest('branch-main.linux-x64');
  if (fetched === undefined) throw new Error('the branch has no snapshot');
  for (const { mediaType, digest } of parseManifest(fetched.bytes).layers) {
    if (mediaType === MEDIA_TYPE_PACK) rmSync(join(layout, 'blobs/sha256', hexOf(digest)));
  }
  const post = await runPost(second, main);
  expect(post.outputs['saved']).toBe('true');
  const third = await runJob(job());
  expect(changedIn(third.main)).toEqual([]);
  expect(annotations(third.main, 'warning')).toEqual([]);
});
