import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { encodeManifest, parseManifest } from '../../src/oci/manifest.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { type Descriptor, MEDIA_TYPE_MANIFEST, type Manifest } from '../../src/oci/types.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { Index } from '../../src/store/entry-index.ts';
import { type SnapshotConfig, decodeConfig, encodeConfig } from '../../src/sync/config.ts';
import {
  ARTIFACT_TYPE,
  MEDIA_TYPE_CONFIG,
  MEDIA_TYPE_PACK,
  MEDIA_TYPE_SEGMENT,
} from '../../src/sync/media-types.ts';
import { readIndex, readSnapshot } from '../../src/sync/snapshot.ts';
import { writeTree } from '../support/files.ts';
import { KINDS, SpyRemote, areaOf, entriesAt, readAt, saveAs, useSync } from './support.ts';

const { tempDir, remote: openRemote } = useSync();

/** Stores bytes as a blob. */
async function put(remote: Remote, mediaType: string, bytes: Uint8Array): Promise<Descriptor> {
  const digest = digestOf(bytes);
  await remote.putBlob(digest, bytes);
  return { mediaType, digest, size: bytes.byteLength };
}

/** Points `main` at a changed copy of what it points to. */
async function change(
  remote: Remote,
  edit: (manifest: Manifest) => Manifest | Promise<Manifest>,
): Promise<void> {
  const { bytes } = (await remote.getManifest('main'))!;
  const edited = encodeManifest(await edit(parseManifest(bytes)));
  await remote.putManifest(edited, MEDIA_TYPE_MANIFEST, ['main']);
}

async function changeConfig(
  remote: Remote,
  edit: (config: SnapshotConfig) => object,
): Promise<void> {
  await change(remote, async (manifest) => {
    const config = decodeConfig(await remote.getBlob(manifest.config));
    const bytes = Buffer.from(JSON.stringify(edit(config)));
    return { ...manifest, config: await put(remote, MEDIA_TYPE_CONFIG, bytes) };
  });
}

describe.each(KINDS)('reading a snapshot (%s)', (kind) => {
  let remote: Remote;
  beforeEach(async () => {
    remote = openRemote(kind);
    const source = tempDir();
    writeTree(source, { 'a/one': 'one', 'a/two': 'two', empty: '' });
    await saveAs(remote, 'main', [areaOf(source)]);
  });

  const index = (): Promise<unknown> => entriesAt(remote, 'main', tempDir());

  test('a tag that does not exist is undefined', async () => {
    const blobs = Blobs.open(tempDir());
    expect(await readSnapshot(remote, 'other', { blobs })).toBeUndefined();
    expect(await readSnapshot(remote, digestOf('other'), { blobs })).toBeUndefined();
  });

  test('its manifest is a plain OCI image manifest', async () => {
    const { manifest, config } = await readAt(remote, 'main', tempDir());
    expect(manifest.artifactType).toBe(ARTIFACT_TYPE);
    expect(manifest.config.mediaType).toBe(MEDIA_TYPE_CONFIG);
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
      MEDIA_TYPE_SEGMENT,
      MEDIA_TYPE_PACK,
    ]);
    expect(config).toMatchObject({ format: 1, entries: 3, bytes: 6 });
  });

  test('by digest it is asked for once; a tag always is', async () => {
    const blobs = Blobs.open(tempDir());
    const snapshot = (await readSnapshot(remote, 'main', { blobs }))!;
    const before = remote.stats.requests;
    const again = await readSnapshot(remote, snapshot.descriptor.digest, { blobs });
    expect(again).toEqual(snapshot);
    expect(remote.stats.requests).toBe(before);
    await readSnapshot(remote, 'main', { blobs });
    expect(remote.stats.requests).toBeGreaterThan(before);
  });

  test('something else under the tag is no snapshot', async () => {
    await change(remote, (manifest) => ({ ...manifest, artifactType: 'application/other' }));
    await expect(index()).rejects.toMatchObject({
      code: 'NOT_A_SNAPSHOT',
      message: expect.stringContaining('"application/other"'),
      hint: expect.stringContaining('repository of its own'),
    });
    await change(remote, ({ schemaVersion, mediaType, config, layers }) => ({
      schemaVersion,
      mediaType,
      config,
      layers,
    }));
    await expect(index()).rejects.toMatchObject({ code: 'NOT_A_SNAPSHOT' });
  });

  test('a newer format is said to be one', async () => {
    await changeConfig(remote, (config) => ({ ...config, format: 2 }));
    await expect(index()).rejects.toMatchObject({ code: 'UNSUPPORTED_VERSION' });
  });

  test.each([2, 4])('a config that counts %i entries where there are 3', async (entries) => {
    await changeConfig(remote, (config) => ({ ...config, entries }));
    await expect(index()).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test('a config that claims too many bytes is not fetched', async () => {
    await change(remote, (manifest) => manifest);
    const spy = new SpyRemote(remote);
    spy.getManifest = async (...args) => {
      const { bytes } = (await remote.getManifest(...args))!;
      const manifest = parseManifest(bytes);
      const edited = encodeManifest({
        ...manifest,
        config: { ...manifest.config, size: 9 * 1024 * 1024 },
      });
      return {
        descriptor: {
          mediaType: MEDIA_TYPE_MANIFEST,
          digest: digestOf(edited),
          size: edited.length,
        },
        bytes: edited,
      };
    };
    await expect(readAt(spy, 'main', tempDir())).rejects.toMatchObject({ code: 'MALFORMED' });
    expect(spy.gets).toEqual([]);
  });

  test('a manifest without its pack', async () => {
    await change(remote, ({ layers, ...manifest }) => ({ ...manifest, layers: [layers[0]!] }));
    await expect(index()).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining('a pack that the snapshot does not have'),
    });
  });

  test.each([0, 17])('a manifest with %i index segments', async (count) => {
    await change(remote, ({ layers: [segment, ...packs], ...manifest }) => ({
      ...manifest,
      layers: [...Array.from({ length: count }, () => segment!), ...packs],
    }));
    await expect(index()).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining(String(count)),
    });
  });

  test('an index whose entries lie nowhere', async () => {
    await change(remote, async ({ layers: [, ...packs], ...manifest }) => {
      const entry = { digest: digestOf('x'), size: 1 };
      const segment = new Index(['a', 'b', 'c'].map((key) => [key, entry] as const)).encode();
      return { ...manifest, layers: [await put(remote, MEDIA_TYPE_SEGMENT, segment), ...packs] };
    });
    await expect(index()).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test('a segment that is no segment', async () => {
    await change(remote, async ({ layers: [, ...packs], ...manifest }) => ({
      ...manifest,
      layers: [await put(remote, MEDIA_TYPE_SEGMENT, Buffer.from('not zstd')), ...packs],
    }));
    await expect(index()).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test('bytes that are not those of their digest', async () => {
    const spy = new SpyRemote(remote);
    spy.getManifest = async (...args) => {
      const fetched = (await remote.getManifest(...args))!;
      return { ...fetched, descriptor: { ...fetched.descriptor, digest: digestOf('other') } };
    };
    await expect(readAt(spy, 'main', tempDir())).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('a copy on disk that is damaged is fetched again', async () => {
    const dir = tempDir();
    const snapshot = await readAt(remote, 'main', dir);
    const spy = new SpyRemote(remote);
    const blobs = Blobs.open(dir);
    for (const file of readdirSync(join(dir, 'blobs'), { recursive: true, withFileTypes: true })) {
      if (file.isFile()) writeFileSync(join(file.parentPath, file.name), 'damaged');
    }
    const again = await readSnapshot(spy, snapshot.descriptor.digest, { blobs });
    expect(again).toEqual(snapshot);
    expect(spy.gets).toEqual([snapshot.manifest.config.digest]);
  });

  test('the config of a draft says what the index holds', async () => {
    const snapshot = await readAt(remote, 'main', tempDir());
    expect(encodeConfig(snapshot.config)).toEqual(
      Buffer.from(await remote.getBlob(snapshot.manifest.config)),
    );
    const { entries } = await readIndex(remote, snapshot, { blobs: Blobs.open(tempDir()) });
    expect(entries.size).toBe(snapshot.config.entries);
  });
});
