import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import type { Remote } from '../../src/oci/remote.ts';
import type { Entry } from '../../src/store/entry.ts';
import { type Content, FOLDER, identities, readTree, writeTree } from '../support/files.ts';
import {
  areaOf,
  entriesAt,
  KINDS,
  noise,
  restoreFrom,
  restoreOne,
  saveAs,
  SpyRemote,
  useSync,
} from './support.ts';

const { tempDir, remote: openRemote } = useSync();

describe.each(KINDS)('restoring over what is there (%s)', (kind) => {
  let remote: Remote;
  let source: string;
  let target: string;
  beforeEach(() => {
    remote = openRemote(kind);
    source = tempDir();
    target = tempDir();
  });

  async function saved(tree: Readonly<Record<string, Content>>): Promise<[string, Entry][]> {
    writeTree(source, tree);
    await saveAs(remote, 'main', [areaOf(source)]);
    return entriesAt(remote, 'main', tempDir());
  }

  test('stale files go, with the folders that they leave empty', async () => {
    const entries = await saved({ 'dist/a': 'a' });
    writeTree(target, { 'dist/b': 'b', 'dist/old/deep/c': 'c', 'dist/empty': FOLDER });
    const restored = await restoreOne(remote, { area: areaOf(target), entries });
    expect(readTree(target)).toEqual(readTree(source));
    expect(restored.removed).toBe(3);
  });

  test('stale files stay where they are not to be removed', async () => {
    const entries = await saved({ 'dist/a': 'a' });
    writeTree(target, { 'dist/a': 'x', 'dist/b': 'b', 'dist/old/c': 'c' });
    const restored = await restoreOne(remote, {
      area: areaOf(target),
      entries,
      removes: () => false,
    });
    expect(restored).toMatchObject({ written: 1, removed: 0 });
    expect(Object.keys(readTree(target))).toEqual([
      'dist',
      'dist/a',
      'dist/b',
      'dist/old',
      'dist/old/c',
    ]);
    expect(readFileSync(join(target, 'dist/a'), 'utf8')).toBe('a');
  });

  test('what lies outside the area stays', async () => {
    const entries = await saved({ 'dist/a': 'a' });
    writeTree(target, { 'src/a': 'mine', other: 'mine' });
    await restoreOne(remote, { area: areaOf(target, 'dist'), entries });
    expect(readFileSync(join(target, 'src/a'), 'utf8')).toBe('mine');
    expect(readFileSync(join(target, 'other'), 'utf8')).toBe('mine');
  });

  test.each<[string, Record<string, Content>, Record<string, Content>]>([
    ['a file becomes a folder', { x: 'file' }, { 'x/y/z': 'deep' }],
    ['a folder becomes a file', { 'x/y/z': 'deep', 'x/w': 'w' }, { x: 'file' }],
    ['a file becomes an empty folder', { x: 'file' }, { x: FOLDER }],
    ['an empty folder becomes a file', { x: FOLDER }, { x: 'file' }],
    ['a symlink becomes a file', { x: { link: 'y' }, y: 'y' }, { x: 'file', y: 'y' }],
    ['a file becomes a symlink', { x: 'file' }, { x: { link: 'y' } }],
    ['a symlink to a folder becomes a folder', { x: { link: 'y' }, 'y/a': '1' }, { 'x/a': '2' }],
    ['a folder becomes a symlink', { 'x/a': '1' }, { x: { link: 'nowhere' } }],
    ['a symlink points elsewhere', { x: { link: 'one' } }, { x: { link: 'two' } }],
  ])('%s', async (_, before, after) => {
    writeTree(target, before);
    const entries = await saved(after);
    const restored = await restoreOne(remote, { area: areaOf(target), entries });
    expect(restored.error).toBeUndefined();
    expect(readTree(target)).toEqual(readTree(source));
  });

  test('a file in the way that is not to be removed is an error, and stays', async () => {
    writeTree(target, { x: 'mine' });
    const entries = await saved({ 'x/y': 'theirs', z: 'z' });
    const restored = await restoreOne(remote, {
      area: areaOf(target),
      entries,
      removes: () => false,
    });
    expect(restored.error).toBeDefined();
    expect(Object.keys(readTree(target))).toEqual(['x']);
    expect(readFileSync(join(target, 'x'), 'utf8')).toBe('mine');
  });

  test('a symlink that leads out is restored as it was, and not written through', async () => {
    const outside = tempDir();
    writeTree(outside, { secret: 'untouched' });
    const entries = await saved({ out: { link: outside }, file: 'f' });
    await restoreOne(remote, { area: areaOf(target), entries });
    const second = tempDir();
    await saveAs(remote, 'second', [areaOf(writeAndReturn(second, { 'out/secret': 'stolen' }))]);
    const other = await entriesAt(remote, 'second', tempDir());
    await restoreOne(remote, { area: areaOf(target), entries: other });
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('untouched');
    expect(lstatSync(join(target, 'out')).isDirectory()).toBe(true);
    expect(readFileSync(join(target, 'out/secret'), 'utf8')).toBe('stolen');
  });

  test('an abort leaves nothing half restored', async () => {
    const folders = ['one', 'two', 'three'];
    const entries = await saved(
      Object.fromEntries(folders.map((folder) => [`${folder}/file`, noise(2_000_000)])),
    );
    const controller = new AbortController();
    const spy = new SpyRemote(remote);
    spy.alter = (_, bytes) => {
      if (existsSync(join(target, 'one/file'))) controller.abort(new Error('enough'));
      return bytes;
    };
    const areas = folders.map((folder) => ({
      area: areaOf(target, folder),
      entries: entries.filter(([key]) => key.startsWith(`ws/${folder}/`)),
      removes: () => true,
    }));
    const options = { concurrency: 1, signal: controller.signal };
    await expect(restoreFrom(spy, areas, options)).rejects.toThrow('enough');
    // The folders are no part of their areas, and stay.
    expect(identities(target)).toEqual({});
  });
});

function writeAndReturn(base: string, tree: Readonly<Record<string, Content>>): string {
  writeTree(base, tree);
  return base;
}

describe('restoring into nothing', () => {
  test('an area whose base does not exist is an error of its own', async () => {
    const remote = openRemote('layout');
    const [source, target] = [tempDir(), tempDir()];
    writeTree(source, { a: 'a' });
    await saveAs(remote, 'main', [areaOf(source)]);
    const entries = await entriesAt(remote, 'main', tempDir());
    const base = join(target, 'gone');
    const restored = await restoreOne(remote, { area: areaOf(base), entries });
    expect(restored.error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(existsSync(base)).toBe(false);
    mkdirSync(base);
    writeFileSync(join(base, 'x'), '');
    rmSync(join(base, 'x'));
    expect((await restoreOne(remote, { area: areaOf(base), entries })).error).toBeUndefined();
  });
});
