import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { LayoutRemote } from '../../src/oci/layout.ts';
import { encodeManifest, parseIndex, parseManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import {
  type Descriptor,
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_DOCKER_MANIFEST,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
} from '../../src/oci/types.ts';
import { manifestOf, store } from '../contracts/remote.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { skopeo } from '../support/skopeo.ts';
import { useTempDirs } from '../support/temp.ts';
import { describeWithSkopeo } from '../support/with-skopeo.ts';

const tempDir = useTempDirs();
const newFolder = (): string => join(tempDir(), 'layout');

describeWithSkopeo('skopeo and image layouts', () => {
  test('it reads what we write, byte by byte', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = await manifestOf(remote, 'content');
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main', 'v1']);
    for (const tag of ['main', 'v1']) {
      expect(bytes.equals(skopeo('inspect', '--raw', `oci:${folder}:${tag}`))).toBe(true);
    }
    await remote.delete('v1');
    expect(() => skopeo('inspect', '--raw', `oci:${folder}:v1`)).toThrow('v1');
    expect(bytes.equals(skopeo('inspect', '--raw', `oci:${folder}:main`))).toBe(true);
  });

  test('what it copies from a registry to a layout and on to a registry is the same', async () => {
    const [from, folder, to] = [freshRepository(), newFolder(), freshRepository()];
    await using source = opened(from);
    const bytes = await manifestOf(source.remote, 'far travelled');
    await source.remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    skopeo('copy', '--preserve-digests', `docker://${from}:main`, `oci:${folder}:main`);
    await expectContent(new LayoutRemote(folder), bytes, 'far travelled');
    skopeo('copy', '--preserve-digests', `oci:${folder}:main`, `docker://${to}:main`);
    await using target = opened(to);
    await expectContent(target.remote, bytes, 'far travelled');
  });

  test('it copies what we have written into a layout to a registry', async () => {
    const [folder, to] = [newFolder(), freshRepository()];
    const layout = new LayoutRemote(folder);
    const bytes = await manifestOf(layout, 'out of a layout');
    await layout.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    skopeo('copy', '--preserve-digests', `oci:${folder}:main`, `docker://${to}:main`);
    await using target = opened(to);
    await expectContent(target.remote, bytes, 'out of a layout');
  });

  test('it and we write to one layout in turns, and both read all of it', async () => {
    const [folder, other] = [newFolder(), newFolder()];
    const [ours, theirs] = [new LayoutRemote(folder), new LayoutRemote(other)];
    const tags = ['we-1', 'skopeo-1', 'we-2', 'skopeo-2'];
    const contents = new Map<string, Buffer>();
    for (const tag of tags) {
      const remote = tag.startsWith('we') ? ours : theirs;
      const bytes = await manifestOf(remote, tag);
      await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, [tag]);
      contents.set(tag, bytes);
      if (remote === theirs) skopeo('copy', `oci:${other}:${tag}`, `oci:${folder}:${tag}`);
    }
    expect([...(await ours.listTags())].sort()).toEqual([...tags].sort());
    for (const [tag, bytes] of contents) {
      expect(bytes.equals(skopeo('inspect', '--raw', `oci:${folder}:${tag}`))).toBe(true);
      expect(bytes.equals((await ours.getManifest(tag))?.bytes ?? Buffer.alloc(0))).toBe(true);
    }
  });

  test('a tag on an index keeps being one, with all that it names', async () => {
    const [folder, copy] = [newFolder(), newFolder()];
    const remote = new LayoutRemote(folder);
    const manifests = await images(remote, MEDIA_TYPE_MANIFEST);
    const index = encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPE_INDEX, manifests });
    await remote.putManifest(index, MEDIA_TYPE_INDEX, ['multi']);
    skopeo('copy', '--all', '--preserve-digests', `oci:${folder}:multi`, `oci:${copy}:multi`);
    const copied = new LayoutRemote(copy);
    const found = await copied.getManifest('multi');
    expect(found?.descriptor.mediaType).toBe(MEDIA_TYPE_INDEX);
    expect(index.equals(found?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect((await copied.resolve(digestOf(index)))?.mediaType).toBe(MEDIA_TYPE_INDEX);
    await expectImages(copied, manifests);
  });

  test("Docker's manifest list comes into a layout as an index, which we read", async () => {
    const [repository, folder] = [freshRepository(), newFolder()];
    await using source = opened(repository);
    const manifests = await images(source.remote, MEDIA_TYPE_DOCKER_MANIFEST);
    const list = encodeManifest({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE_DOCKER_INDEX,
      manifests,
    });
    await source.remote.putManifest(list, MEDIA_TYPE_DOCKER_INDEX, ['multi']);
    skopeo('copy', '--all', `docker://${repository}:multi`, `oci:${folder}:multi`);
    const layout = new LayoutRemote(folder);
    const found = await layout.getManifest('multi');
    expect(found?.descriptor.mediaType).toBe(MEDIA_TYPE_INDEX);
    const index = parseIndex(found?.bytes ?? Buffer.alloc(0));
    expect(index.manifests.map(({ platform }) => platform?.architecture)).toEqual(ARCHITECTURES);
    await expectImages(layout, index.manifests);
  });
});

const ARCHITECTURES = ['amd64', 'arm64'];

/** Stores an image for each architecture; gives what an index says of them. */
async function images(
  remote: Remote,
  mediaType: typeof MEDIA_TYPE_MANIFEST | typeof MEDIA_TYPE_DOCKER_MANIFEST,
): Promise<readonly Descriptor[]> {
  const isDocker = mediaType === MEDIA_TYPE_DOCKER_MANIFEST;
  const manifests: Descriptor[] = [];
  for (const architecture of ARCHITECTURES) {
    const platform = { architecture, os: 'linux' };
    const content = Buffer.alloc(10_240, architecture);
    const rootfs = { type: 'layers', diff_ids: [digestOf(content)] };
    const config = await store(remote, Buffer.from(JSON.stringify({ ...platform, rootfs })));
    const layer = await store(remote, gzipSync(content));
    const types = isDocker ? DOCKER_TYPES : OCI_TYPES;
    const bytes = encodeManifest({
      schemaVersion: 2,
      mediaType,
      config: { ...config, mediaType: types.config },
      layers: [{ ...layer, mediaType: types.layer }],
    });
    manifests.push({ ...(await remote.putManifest(bytes, mediaType, [])), platform });
  }
  return manifests;
}

const OCI_TYPES = {
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const DOCKER_TYPES = {
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

async function expectImages(remote: Remote, manifests: readonly Descriptor[]): Promise<void> {
  expect(manifests).toHaveLength(ARCHITECTURES.length);
  for (const { digest } of manifests) {
    const found = await remote.getManifest(digest);
    const { config, layers } = parseManifest(found?.bytes ?? Buffer.alloc(0));
    for (const blob of [config, ...layers]) await remote.getBlob(blob);
  }
}

/** The tag `main` is this manifest, and its only blob this text. */
async function expectContent(remote: Remote, bytes: Buffer, text: string): Promise<void> {
  const found = await remote.getManifest('main');
  expect(bytes.equals(found?.bytes ?? Buffer.alloc(0))).toBe(true);
  const size = Buffer.byteLength(text);
  const blob = await remote.getBlob({ digest: digestOf(text), size });
  expect(Buffer.from(blob).toString()).toBe(text);
}

function opened(repository: string): AsyncDisposable & { readonly remote: Remote } {
  const remote = openRemote(repository, { cwd: '/' });
  return { remote, [Symbol.asyncDispose]: () => remote.close() };
}
