import { chmodSync, lutimesSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { EMPTY_DIGEST, digestOf } from '../../src/digest.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { uploadContents } from '../../src/sync/upload.ts';
import { saveAreas } from '../../src/sync/save-areas.ts';
import { FOLDER, MOMENT, identities, readTree, writeTree } from '../support/files.ts';
import {
  KINDS,
  NOTHING,
  SpyRemote,
  areaOf,
  entriesAt,
  knownFrom,
  noise,
  restoreOne,
  saveAs,
  useSync,
} from './support.ts';

const { tempDir, remote: openRemote } = useSync();

const LARGE = noise(3 * 1024 * 1024 + 17);

function writeOddTree(base: string): void {
  writeTree(base, {
    'a.txt': 'a',
    'same/one.txt': 'the same',
    'same/two.txt': 'the same',
    empty: '',
    'empty too': '',
    'large.bin': LARGE,
    'large copy.bin': LARGE,
    'bin/tool.sh': { script: '#!/bin/sh\n' },
    'link to file': { link: 'a.txt' },
    'link to folder': { link: 'same' },
    'link to nowhere': { link: '../../gone' },
    'nothing in here/at all': FOLDER,
    '__tests__/[...slug].tsx': 'odd',
    '100% ..odd.. name ~é日本': 'odd too',
    '.hidden/.file': 'hidden',
  });
  chmodSync(join(base, 'bin/tool.sh'), 0o750);
  chmodSync(join(base, 'a.txt'), 0o400);
  mkdirSync(join(base, 'private'), { mode: 0o700 });
  writeFileSync(join(base, 'private/key'), 'k', { mode: 0o600 });
  utimesSync(join(base, 'private/key'), 1, 1_234_567.25);
  lutimesSync(join(base, 'link to file'), 1, 7_654_321);
}

describe.each(KINDS)('a tree in a remote (%s)', (kind) => {
  let remote: Remote;
  let spy: SpyRemote;
  let source: string;
  let target: string;
  beforeEach(() => {
    remote = openRemote(kind);
    spy = new SpyRemote(remote);
    source = tempDir();
    target = tempDir();
  });

  test('comes back as it was: bytes, modes, times, symlinks, empty folders', async () => {
    writeOddTree(source);
    await saveAs(remote, 'main', [areaOf(source)]);
    const entries = await entriesAt(remote, 'main', tempDir());
    const restored = await restoreOne(remote, { area: areaOf(target), entries });
    expect(restored.error).toBeUndefined();
    expect(readTree(target)).toEqual(readTree(source));
    const files = Object.values(readTree(source)).filter((one) => !one.startsWith('folder'));
    expect(restored).toMatchObject({
      files: files.length,
      written: entries.length,
      removed: 0,
    });
    expect(restored.bytes).toBe(entries.reduce((sum, [, { size }]) => sum + size, 0));
  });

  test('is uploaded once, equal files included', async () => {
    writeTree(source, { 'one.bin': LARGE, 'two.bin': LARGE, 'a/three.bin': LARGE });
    await saveAreas(spy, [areaOf(source)], NOTHING);
    const sizes = spy.puts.map(([, size]) => size);
    expect(sizes).toHaveLength(1);
    expect(sizes[0]).toBe(LARGE.byteLength);
  });

  test('that has not changed uploads no blob', async () => {
    writeOddTree(source);
    const { saved } = await saveAs(remote, 'main', [areaOf(source)]);
    const known = knownFrom(await entriesAt(remote, 'main', tempDir()));
    const before = remote.stats;
    const [requests, bytes] = [before.requests, before.uploadedBytes];
    const again = await saveAreas(spy, [areaOf(source)], known);
    expect(spy.puts).toEqual([]);
    expect(remote.stats.requests).toBe(requests);
    expect(remote.stats.uploadedBytes).toBe(bytes);
    expect(again.entries).toEqual(saved.entries);
  });

  test('with one changed file uploads one small pack', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`src/${i}.bin`, noise(10_000)]),
    );
    writeTree(source, files);
    await saveAs(remote, 'main', [areaOf(source)]);
    const known = knownFrom(await entriesAt(remote, 'main', tempDir()));
    writeTree(source, { 'src/7.bin': noise(9000) });
    await saveAs(spy, 'main', [areaOf(source)], known);
    // The pack, the index segment and the config.
    expect(spy.puts).toHaveLength(3);
    expect(spy.puts[0]![1]).toBe(9000);
    const entries = await entriesAt(remote, 'main', tempDir());
    await restoreOne(remote, { area: areaOf(target), entries });
    expect(readTree(target)).toEqual(readTree(source));
  });

  test('writes only what differs on disk', async () => {
    writeOddTree(source);
    writeOddTree(target);
    await saveAs(remote, 'main', [areaOf(source)]);
    writeFileSync(join(target, 'same/one.txt'), 'another');
    rmSync(join(target, '.hidden/.file'));
    const before = identities(target);
    const entries = await entriesAt(remote, 'main', tempDir());
    const restored = await restoreOne(remote, { area: areaOf(target), entries });
    expect(restored).toMatchObject({ written: 2, bytes: 'the same'.length + 'hidden'.length });
    expect(readTree(target)).toEqual(readTree(source));
    const after = identities(target);
    const touched = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(touched.sort()).toEqual(['.hidden/.file', 'same/one.txt']);
  });

  test('tells how long each area took, without the wait for what the areas share', async () => {
    writeTree(source, { 'large/noise': noise(30_000_000), 'small/file': 'x' });
    const areas = [areaOf(source, 'large'), areaOf(source, 'small')];
    const { saved } = await saveAs(remote, 'main', areas);
    const [large = NaN, small = NaN] = saved.milliseconds;
    expect(small).toBeGreaterThan(0);
    // Hashing 30 MB takes 10 ms at the very least.
    expect(large).toBeGreaterThan(10);
    const entries = await entriesAt(remote, 'main', tempDir());
    const started = performance.now();
    const restored = await restoreOne(remote, { area: areaOf(target), entries });
    expect(restored.milliseconds).toBeGreaterThan(10);
    expect(restored.milliseconds).toBeLessThan(performance.now() - started);
  });

  test('asks for no content where nothing differs', async () => {
    writeOddTree(source);
    await saveAs(remote, 'main', [areaOf(source)]);
    const entries = await entriesAt(remote, 'main', tempDir());
    const restored = await restoreOne(spy, { area: areaOf(source), entries });
    expect(restored.files).toBeGreaterThan(0);
    expect(restored).toMatchObject({ written: 0, bytes: 0, removed: 0 });
    expect(spy.gets).toEqual([]);
  });

  test('fetches the packs of one part alone', async () => {
    writeTree(source, { 'a/file': noise(50_000), 'b/file': noise(60_000) });
    const { saved } = await saveAs(remote, 'main', [areaOf(source, 'a')]);
    const known = knownFrom(saved.entries.flat());
    await saveAs(remote, 'main', [areaOf(source)], known);
    const entries = await entriesAt(remote, 'main', tempDir());
    const ofB = entries.filter(([key]) => key.startsWith('ws/b/'));
    await restoreOne(spy, { area: areaOf(target, 'b'), entries: ofB });
    expect(readTree(target)).toEqual(
      expect.objectContaining({ 'b/file': readTree(source)['b/file'] }),
    );
    expect(readTree(target)['a/file']).toBeUndefined();
    const [packOfB] = ofB.map(([, { location }]) => location!.frames[0]!.pack.digest);
    expect(new Set(spy.gets)).toEqual(new Set([packOfB]));
  });

  test('empty files need no pack', async () => {
    writeTree(source, { one: '', two: '' });
    const { entries } = await saveAreas(spy, [areaOf(source)], NOTHING);
    expect(spy.puts).toEqual([]);
    expect(entries[0]!.map(([, { digest }]) => digest)).toEqual([EMPTY_DIGEST, EMPTY_DIGEST]);
  });

  test('a content that changes while it is uploaded fails the upload', async () => {
    const content = {
      digest: digestOf('x'),
      size: 1,
      read: (): Uint8Array[] => [Buffer.from('xy')],
    };
    await expect(uploadContents(spy, [content])).rejects.toMatchObject({ code: 'CHANGED' });
    expect(spy.puts).toEqual([]);
  });
});

describe('saving', () => {
  let remote: Remote;
  let source: string;
  beforeEach(() => {
    remote = openRemote('layout');
    source = tempDir();
  });

  test('a rebuild that wrote the same bytes keeps the old modification time', async () => {
    writeTree(source, { 'a.js': 'a', 'b.js': 'b' });
    const { saved } = await saveAs(remote, 'main', [areaOf(source)]);
    utimesSync(join(source, 'a.js'), 1_800_000_000, 1_800_000_000);
    const again = await saveAreas(remote, [areaOf(source)], knownFrom(saved.entries.flat()));
    expect(again.entries).toEqual(saved.entries);
    expect(again.entries[0]![0]![1].meta).toMatchObject({ mtimeMs: MOMENT });
  });

  test('another mode is another entry, with the same content', async () => {
    writeTree(source, { 'a.js': 'a' });
    const { saved } = await saveAs(remote, 'main', [areaOf(source)]);
    chmodSync(join(source, 'a.js'), 0o755);
    const spy = new SpyRemote(remote);
    const again = await saveAreas(spy, [areaOf(source)], knownFrom(saved.entries.flat()));
    expect(again.entries[0]![0]![1].meta).toMatchObject({ mode: 0o755 });
    expect(spy.puts).toEqual([]);
  });

  test('a path in two areas belongs to the first', async () => {
    writeTree(source, { 'a/x': '1', 'a/b/y': '2' });
    const areas = [areaOf(source, 'a/b'), areaOf(source, 'a')];
    const { entries } = await saveAreas(remote, areas, NOTHING);
    expect(entries.map((area) => area.map(([key]) => key))).toEqual([['ws/a/b/y'], ['ws/a/x']]);
  });

  test('an area that does not exist has no entries', async () => {
    const { entries } = await saveAreas(remote, [areaOf(join(source, 'gone'))], NOTHING);
    expect(entries).toEqual([[]]);
  });

  test('an aborted save ends with the reason', async () => {
    writeTree(source, { a: 'a' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(saveAreas(remote, [areaOf(source)], NOTHING, { signal })).rejects.toThrow(
      'enough',
    );
  });
});
