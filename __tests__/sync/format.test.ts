import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

import { beforeAll, describe, expect, test } from '@jest/globals';

import type { Digest } from '../../src/digest.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { Index } from '../../src/store/entry-index.ts';
import { decodeConfig } from '../../src/sync/config.ts';
import { saveAreas } from '../../src/sync/save-areas.ts';
import { FOLDER, readTree, writeTree } from '../support/files.ts';
import { areaOf, entriesAt, knownFrom, publish, readAt, restoreOne, useSync } from './support.ts';

/*
 * A snapshot of format 1 as docs/format.md describes it, byte for byte. Caches of this format lie
 * in registries: a test that fails here means that they can no longer be read, or that others can
 * no longer read what is written. A change needs a new format number.
 */
interface Golden {
  readonly manifest: string;
  readonly config: string;
  /** The columns of the index segment, decompressed, in base64. */
  readonly segment: string;
  /** Blobs in base64. */
  readonly blobs: Readonly<Record<Digest, string>>;
}

const { tempDir, remote: openRemote } = useSync();

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/snapshot-format-1.json'), 'utf8'),
) as Golden;

/** The tree that the snapshot holds. */
function writeGoldenTree(base: string): void {
  writeTree(base, {
    'packages/a/dist/index.js': 'export const a = 1;\n',
    'packages/a/dist/copy.js': 'export const a = 1;\n',
    'packages/a/dist/[...slug].js': 'odd name\n',
    'packages/a/dist/run': { script: '#!/bin/sh\n' },
    'packages/a/dist/latest': { link: 'index.js' },
    'packages/a/dist/empty': '',
    'packages/a/dist/assets': FOLDER,
    'packages/b/dist/several-frames': 'x'.repeat(150),
  });
}

/** What is compressed may have other bytes with another version of zstd, and so another digest. */
function withoutSegment(manifest: string): string {
  return manifest.replace(
    /\{"digest":"[^"]*","mediaType":"[^"]*\.segment\.[^"]*","size":\d+\}/,
    '<segment>',
  );
}

describe('snapshot format 1', () => {
  let remote: Remote;
  const manifest = JSON.parse(golden.manifest) as {
    layers: { digest: Digest }[];
    annotations: Record<string, string>;
  };
  const segment = Buffer.from(golden.blobs[manifest.layers[0]!.digest] ?? '', 'base64');
  const entries = [...Index.decode(segment).range('')];

  beforeAll(async () => {
    remote = openRemote('layout');
    for (const [digest, blob] of Object.entries(golden.blobs)) {
      await remote.putBlob(digest as Digest, Buffer.from(blob, 'base64'));
    }
    const bytes = Buffer.from(golden.manifest);
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['golden']);
  });

  test('is read, and its tree restored', async () => {
    const [source, target] = [tempDir(), tempDir()];
    writeGoldenTree(source);
    const read = await entriesAt(remote, 'golden', tempDir());
    const restored = await restoreOne(remote, { area: areaOf(target), entries: read });
    expect(restored.error).toBeUndefined();
    expect(readTree(target)).toEqual(readTree(source));
  });

  test('has frames of both codecs, and a content of several', () => {
    const frames = entries.flatMap(([, { location }]) => location!.frames);
    expect(new Set(frames.map(({ codec }) => codec))).toEqual(new Set(['raw', 'zstd']));
    expect(entries.some(([, { location }]) => location!.frames.length > 1)).toBe(true);
  });

  test('a tree gives these entries', async () => {
    const source = tempDir();
    writeGoldenTree(source);
    const known = { ...knownFrom(entries), entry: () => undefined };
    const saved = await saveAreas(remote, [areaOf(source)], known);
    expect(saved.entries.flat()).toEqual(entries);
  });

  test('entries give this config, this index and this manifest', async () => {
    const { subtrees, prefixes } = decodeConfig(Buffer.from(golden.config));
    const draft = {
      entries: new Index([...entries].reverse()),
      subtrees: [...subtrees].reverse(),
      prefixes: Object.keys(prefixes).reverse(),
      annotations: manifest.annotations,
    };
    await publish(remote, draft, ['again']);
    const written = await readAt(remote, 'again', tempDir());
    const text = Buffer.from(written.bytes).toString('utf8');
    expect(withoutSegment(text)).toBe(withoutSegment(golden.manifest));
    expect(withoutSegment(text)).not.toBe(text);
    const config = await remote.getBlob(written.manifest.config);
    expect(Buffer.from(config).toString('utf8')).toBe(golden.config);
    const index = await remote.getBlob(written.manifest.layers[0]!);
    expect(zstdDecompressSync(index).toString('base64')).toBe(golden.segment);
  });
});
