import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Remote } from '../../src/oci/remote.ts';
import type { Entry } from '../../src/store/entry.ts';
import { saveAreas } from '../../src/sync/save-areas.ts';
import { MOMENT, readTree, writeTree } from '../support/files.ts';
import { areaOf, NOTHING, restoreFrom, restoreOne, SpyRemote, useSync } from './support.ts';

const { tempDir, remote: openRemote } = useSync();

/** An entry of a file of no bytes, as a hostile snapshot may hold it. */
function hostile(meta: object = {}): Entry {
  return {
    digest: digestOf(''),
    size: 0,
    meta: { mode: 0o644, mtimeMs: MOMENT, ...meta },
    location: { frames: [], offset: 0 },
  };
}

describe('a snapshot that wants to write elsewhere', () => {
  let remote: Remote;
  let target: string;
  let good: readonly [string, Entry][];
  beforeEach(async () => {
    remote = openRemote('layout');
    target = join(tempDir(), 'workspace');
    mkdirSync(target);
    const source = tempDir();
    writeTree(source, { 'dist/a': 'a', 'dist/b/c': 'c' });
    const { entries } = await saveAreas(remote, [areaOf(source)], NOTHING);
    good = entries[0]!;
  });

  test.each<[string, string, object, string]>([
    ['the parent folder, escaped', 'ws/%2E%2E/x', {}, 'CONTAINMENT'],
    ['the parent folder inside a path', 'ws/dist/%2E%2E/%2E%2E/x', {}, 'CONTAINMENT'],
    ['the parent folder as it is', 'ws/dist/../../x', {}, 'CONTAINMENT'],
    ['an absolute path', 'ws//etc/passwd', {}, 'CONTAINMENT'],
    ['a NUL', 'ws/dist/a\0b', {}, 'CONTAINMENT'],
    ['another folder', 'ws/src/x', {}, 'CONTAINMENT'],
    ['a folder whose name begins like it', 'ws/dist-evil/x', {}, 'CONTAINMENT'],
    ['another root', 'home/dist/x', {}, 'CONTAINMENT'],
    ['the file system', 'root/dist/x', {}, 'CONTAINMENT'],
    ['no root', 'dist/x', {}, 'MALFORMED'],
    ['a key that no path has', 'ws/dist/%41', {}, 'MALFORMED'],
    ['a path in the metadata', 'ws/dist/x', { path: 'src/x' }, 'MALFORMED'],
    [
      'a path behind a hash that leaves',
      `ws/dist/%~${'0'.repeat(64)}`,
      { path: '../x' },
      'CONTAINMENT',
    ],
    ['a setuid bit', 'ws/dist/x', { mode: 0o4755 }, 'MALFORMED'],
    ['a device', 'ws/dist/x', { kind: 'device' }, 'MALFORMED'],
    ['no metadata', 'ws/dist/x', { mode: undefined }, 'MALFORMED'],
  ])('is refused as a whole: %s', async (_, key, meta, code) => {
    const entries = [...good, [key, hostile(meta)] as const];
    const restored = await restoreOne(remote, { area: areaOf(target, 'dist'), entries });
    expect(restored).toMatchObject({ files: 0, written: 0, error: { code } });
    expect(readTree(target)).toEqual({});
    expect(readdirSync(join(target, '..'))).toEqual(['workspace']);
  });

  test('is not asked for any content', async () => {
    const spy = new SpyRemote(remote);
    const entries = [...good, ['ws/src/x', hostile()] as const];
    await restoreOne(spy, { area: areaOf(target, 'dist'), entries });
    expect(spy.gets).toEqual([]);
  });

  test('does not hold up another area', async () => {
    const bad = { area: areaOf(target, 'dist'), entries: [['ws/x', hostile()] as const] };
    const fine = { area: areaOf(target, 'dist'), entries: good };
    const restored = await restoreFrom(
      remote,
      [bad, fine].map((one) => ({ ...one, removes: () => false })),
    );
    expect(restored[0]!.error).toMatchObject({ code: 'CONTAINMENT' });
    expect(restored[1]!.error).toBeUndefined();
    expect(restored[1]).toMatchObject({ written: 2 });
  });

  test('a symlinked parent on disk is not followed', async () => {
    const outside = tempDir();
    writeTree(outside, { a: 'untouched' });
    symlinkSync(outside, join(target, 'dist'));
    // The folder itself is no output: only what lies in it is.
    const restored = await restoreOne(remote, { area: areaOf(target, 'dist'), entries: good });
    expect(restored.error).toMatchObject({ code: 'CONTAINMENT' });
    expect(readTree(outside)).toEqual({ a: expect.stringContaining(digestOf('untouched')) });
    expect(readTree(target)).toEqual({ dist: expect.stringContaining('link') });
  });

  test('a symlink and what lies below it are not restored both', async () => {
    const outside = tempDir();
    const link = tempDir();
    writeTree(link, { 'dist/b': { link: outside } });
    const { entries } = await saveAreas(remote, [areaOf(link)], NOTHING);
    const restored = await restoreOne(remote, {
      area: areaOf(target, 'dist'),
      entries: [...entries[0]!, ...good],
    });
    expect(restored.error).toBeDefined();
    expect(readTree(outside)).toEqual({});
    expect(Object.keys(readTree(target)).filter((path) => path !== 'dist')).toEqual([]);
  });
});
