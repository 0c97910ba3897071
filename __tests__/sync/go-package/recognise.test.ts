import { expect, test } from '@jest/globals';

import { parseManifest } from '../../../src/oci/manifest.ts';
import { openRemote } from '../../../src/oci/open.ts';
import type { Remote } from '../../../src/oci/remote.ts';
import { Blobs } from '../../../src/store/blobs.ts';
import { goPackageHint } from '../../../src/sync/go-package/recognise.ts';
import { readSnapshot } from '../../../src/sync/snapshot.ts';
import { useTempDirs } from '../../support/temp.ts';
import { openFixture, pushImage, pushes } from './support.ts';

const tempDir = useTempDirs();

async function hintFor(remote: Remote, tag: string): Promise<string | undefined> {
  const { bytes } = (await remote.getManifest(tag))!;
  return goPackageHint(remote, parseManifest(bytes));
}

test.each(pushes)('$tag: the hint names the import', async ({ tag }) => {
  const remote = openFixture();
  expect(await hintFor(remote, tag)).toMatch(/cafs import-go/);
  await remote.close();
});

test('who reads such a tag as a snapshot is told of the import', async () => {
  const remote = openFixture();
  const options = { blobs: Blobs.open(tempDir()) };
  await expect(readSnapshot(remote, 'v1', options)).rejects.toMatchObject({
    code: 'NOT_A_SNAPSHOT',
    hint: expect.stringContaining('cafs import-go'),
  });
  await remote.close();
});

test.each([
  ['an image of somebody else', { labels: { 'dev.cafs.root': undefined } }],
  ['something with another config', { configType: 'application/vnd.oci.empty.v1+json' }],
  ['a config that cannot be read', { config: '{' }],
  ['labels that are not as the Go package writes them', { labels: { 'dev.cafs.root': 'x' } }],
] as const)('%s: no hint, and no error', async (_, image) => {
  const remote = openRemote('oci:remote', { cwd: tempDir() });
  await pushImage(remote, 'main', { index: '{}', ...image });
  expect(await hintFor(remote, 'main')).toBeUndefined();
});

test('a config that is gone: no hint, and no error', async () => {
  const remote = openFixture();
  const { bytes } = (await remote.getManifest('v1'))!;
  await remote.close();
  const empty = openRemote('oci:remote', { cwd: tempDir() });
  expect(await goPackageHint(empty, parseManifest(bytes))).toBeUndefined();
});
