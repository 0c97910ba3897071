import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { type Digest, hexOf } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import type { Entry } from '../../src/store/entry.ts';
import { fetchContents } from '../../src/sync/fetch-contents.ts';
import type { Restored } from '../../src/sync/restore-areas.ts';
import { readTree, writeTree } from '../support/files.ts';
import {
  areaOf,
  entriesAt,
  KINDS,
  knownFrom,
  noise,
  readAt,
  restoreFrom,
  saveAs,
  SpyRemote,
  useSync,
} from './support.ts';

const { tempDir, remote: openKind } = useSync();

type Entries = readonly [string, Entry][];

/** Two areas with packs of their own: one is saved after the other. */
async function saveTwo(remote: Remote, source: string): Promise<{ a: Entries; b: Entries }> {
  writeTree(source, {
    'a/first': noise(1000),
    'a/large': noise(2_000_000),
    'a/second': noise(1000),
    'b/only': noise(1000),
  });
  const { saved } = await saveAs(remote, 'main', [areaOf(source, 'a')]);
  await saveAs(remote, 'main', [areaOf(source)], knownFrom(saved.entries.flat()));
  const entries = await entriesAt(remote, 'main', tempDir());
  const of = (folder: string): Entries =>
    entries.filter(([key]) => key.startsWith(`ws/${folder}/`));
  return { a: of('a'), b: of('b') };
}

function packOf(entries: Entries): Digest {
  const [digest, ...others] = new Set(
    entries.flatMap(([, { location }]) => location!.frames.map(({ pack }) => pack.digest)),
  );
  expect(others).toEqual([]);
  return digest!;
}

function restoreTwo(
  remote: Remote,
  target: string,
  { a, b }: { readonly a: Entries; readonly b: Entries },
): Promise<Restored[]> {
  const removes = (): boolean => true;
  return restoreFrom(remote, [
    { area: areaOf(target, 'a'), entries: a, removes },
    { area: areaOf(target, 'b'), entries: b, removes },
  ]);
}

function expectOnlyB(source: string, target: string): void {
  const tree = readTree(target);
  expect(tree['b/only']).toBe(readTree(source)['b/only']);
  expect(Object.keys(tree).filter((path) => path.startsWith('a/'))).toEqual([]);
}

describe('an image layout on a disk that loses bytes', () => {
  let folder: string;
  let source: string;
  let target: string;
  let remote: Remote;
  beforeEach(() => {
    folder = join(tempDir(), 'remote');
    source = tempDir();
    target = tempDir();
    remote = openRemote(`oci:${folder}`, { cwd: '/' });
  });

  const blobFile = (digest: Digest): string => join(folder, 'blobs', 'sha256', hexOf(digest));

  test.each([0, 1, 500_000, -1])('a flipped byte (at %i) fails that area alone', async (at) => {
    const saved = await saveTwo(remote, source);
    const file = blobFile(packOf(saved.a));
    const bytes = readFileSync(file);
    const index = at < 0 ? bytes.length + at : at;
    bytes[index] = bytes[index]! ^ 1;
    writeFileSync(file, bytes);
    const [a, b] = await restoreTwo(remote, target, saved);
    expect(a).toMatchObject({ files: 0, written: 0, error: { code: 'INTEGRITY' } });
    expect(b!.error).toBeUndefined();
    expectOnlyB(source, target);
  });

  test('a pack that is cut short fails that area alone', async () => {
    const saved = await saveTwo(remote, source);
    const file = blobFile(packOf(saved.a));
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    const [a, b] = await restoreTwo(remote, target, saved);
    expect(a).toMatchObject({ error: { code: 'INTEGRITY' } });
    expect(b!.error).toBeUndefined();
    expectOnlyB(source, target);
  });

  test('a pack that is gone fails that area alone', async () => {
    const saved = await saveTwo(remote, source);
    rmSync(blobFile(packOf(saved.a)));
    const [a, b] = await restoreTwo(remote, target, saved);
    expect(a).toMatchObject({ files: 0, written: 0, error: { code: 'NOT_FOUND' } });
    expect(b!.error).toBeUndefined();
    expectOnlyB(source, target);
  });

  test('a damaged index is not read', async () => {
    await saveTwo(remote, source);
    const { manifest } = await readAt(remote, 'main', tempDir());
    const file = blobFile(manifest.layers[0]!.digest);
    const bytes = readFileSync(file);
    bytes[20] = bytes[20]! ^ 1;
    writeFileSync(file, bytes);
    await expect(entriesAt(remote, 'main', tempDir())).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
  });

  test('a manifest with another byte in it is not read', async () => {
    await saveTwo(remote, source);
    const { descriptor } = (await remote.getManifest('main'))!;
    const file = blobFile(descriptor.digest);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"size":', '"size" :').slice(0, -1));
    await expect(entriesAt(remote, 'main', tempDir())).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
  });
});

describe.each(KINDS)('a connection that changes bytes (%s)', (kind) => {
  let source: string;
  let target: string;
  let spy: SpyRemote;
  beforeEach(() => {
    source = tempDir();
    target = tempDir();
    spy = new SpyRemote(openKind(kind));
  });

  function flipped(bytes: Uint8Array): Uint8Array {
    return bytes.map((byte, at) => (at === 10 ? byte ^ 1 : byte));
  }

  test('a frame that arrives damaged once is fetched once more', async () => {
    const saved = await saveTwo(spy, source);
    let left = 1;
    spy.alter = (_, bytes) => (left-- > 0 ? flipped(bytes) : bytes);
    const restored = await restoreTwo(spy, target, saved);
    expect(restored.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(readTree(target)).toEqual(readTree(source));
  });

  test('bytes that stay damaged are never written', async () => {
    const saved = await saveTwo(spy, source);
    const bad = packOf(saved.a);
    spy.alter = (digest, bytes) => (digest === bad ? flipped(bytes) : bytes);
    const [a, b] = await restoreTwo(spy, target, saved);
    expect(a).toMatchObject({ error: { code: 'INTEGRITY' } });
    expect(b!.error).toBeUndefined();
    expectOnlyB(source, target);
  });

  test('what was there before a failed restore and is not an entry stays', async () => {
    const saved = await saveTwo(spy, source);
    writeTree(target, { 'a/stale': 'old' });
    spy.alter = () => {
      throw new CafsError('UNREACHABLE', 'The connection broke.');
    };
    const [a] = await restoreTwo(spy, target, saved);
    expect(a).toMatchObject({ removed: 0, error: { code: 'UNREACHABLE' } });
    expect(Object.keys(readTree(target)).filter((path) => path.startsWith('a/'))).toEqual([
      'a/stale',
    ]);
  });

  test('contents in memory are checked, too', async () => {
    const { b } = await saveTwo(spy, source);
    const [, entry] = b[0]!;
    const [bytes] = await fetchContents(spy, [entry]);
    expect(bytes!.equals(readFileSync(join(source, 'b/only')))).toBe(true);
    spy.alter = (_, altered) => flipped(altered);
    await expect(fetchContents(spy, [entry])).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('large contents in memory are those of their entries', async () => {
    const { a } = await saveTwo(spy, source);
    const entries = a.map(([, entry]) => entry);
    const contents = await fetchContents(spy, entries);
    const names = ['first', 'large', 'second'];
    for (const [i, bytes] of contents.entries()) {
      expect(bytes.equals(readFileSync(join(source, 'a', names[i]!)))).toBe(true);
    }
    // The right frames under a wrong name.
    const [first, large] = entries;
    const swapped = { ...large!, digest: first!.digest };
    await expect(fetchContents(spy, [swapped])).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('an index that names the wrong bytes is found out', async () => {
    const saved = await saveTwo(spy, source);
    const [first, large, second] = saved.a;
    const swapped: Entries = [
      [first![0], { ...first![1], location: second![1].location! }],
      large!,
      second!,
    ];
    const [a] = await restoreTwo(spy, target, { ...saved, a: swapped });
    expect(a).toMatchObject({ error: { code: 'INTEGRITY' } });
    expectOnlyB(source, target);
  });

  test('an entry that lies nowhere fails its area alone', async () => {
    const saved = await saveTwo(spy, source);
    const lost: Entries = saved.a.map(([key, { digest, size, meta }]) => [
      key,
      { digest, size, ...(meta === undefined ? {} : { meta }) },
    ]);
    const [a] = await restoreTwo(spy, target, { ...saved, a: lost });
    expect(a).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expectOnlyB(source, target);
  });
});
