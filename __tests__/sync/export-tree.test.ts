import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Json } from '../../src/store/entry.ts';
import type { Store } from '../../src/store/store.ts';
import { type ExportOptions, exportTree } from '../../src/sync/export-tree.ts';
import { importTree } from '../../src/sync/import-tree.ts';
import { type Content, FOLDER, MOMENT, identities, readTree, writeTree } from '../support/files.ts';
import { testOnLinux, testOnPosix } from '../support/platform.ts';
import { SETTLED_MS, asNobody, useTrees } from './trees.ts';

const { tempDir, openStore } = useTrees();

let store: Store;
let dir: string;
beforeEach(async () => {
  store = await openStore();
  dir = join(tempDir(), 'dir');
});

/** Puts a tree under `p`. */
async function keep(tree: Readonly<Record<string, Content>>): Promise<void> {
  const source = tempDir();
  writeTree(source, tree);
  await importTree(store, source, 'p');
}

describe('only what differs is written', () => {
  beforeEach(async () => {
    await keep({ a: 'a', b: 'b', c: 'c', tool: { script: '#!' }, link: { link: 'a' } });
    await exportTree(store, 'p', dir);
  });

  test('which is nothing at first', async () => {
    const before = identities(dir);
    expect(await exportTree(store, 'p', dir)).toEqual({
      files: 5,
      written: 0,
      bytes: 0,
      removed: 0,
    });
    expect(identities(dir)).toEqual(before);
  });

  test.each([true, false])('then what was changed (statCache: %p)', async (statCache) => {
    await sleep(SETTLED_MS);
    await exportTree(store, 'p', dir, { statCache });
    const { a, link } = identities(dir);
    // The size and the time of before.
    writeFileSync(join(dir, 'b'), 'x');
    utimesSync(join(dir, 'b'), MOMENT / 1000, MOMENT / 1000);
    rmSync(join(dir, 'c'));
    chmodSync(join(dir, 'tool'), 0o600);
    const tool = lstatSync(join(dir, 'tool')).ino;
    expect(await exportTree(store, 'p', dir, { statCache })).toMatchObject({
      written: 2,
      bytes: 2,
    });
    expect(readFileSync(join(dir, 'b'), 'utf8')).toBe('b');
    expect(identities(dir)).toMatchObject({ a, link });
    expect(lstatSync(join(dir, 'tool'))).toMatchObject({ ino: tool, mode: 0o100755 });
  });

  test('never too little, however fast files are changed and changed back', async () => {
    const wrong: number[] = [];
    for (let round = 0; round < 1000; round += 1) {
      writeFileSync(join(dir, 'a'), 'x');
      utimesSync(join(dir, 'a'), MOMENT / 1000, MOMENT / 1000);
      await exportTree(store, 'p', dir);
      if (readFileSync(join(dir, 'a'), 'utf8') !== 'a') wrong.push(round);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('entries that were put by hand', () => {
  test('are regular files, with the mode that they name or 0644, written now', async () => {
    await store.put('p/plain', 'plain');
    await store.put('p/own', 'own', { meta: { author: 'me', path: 'x', kind: 'image' } });
    await store.put('p/tool', '#!', { meta: { mode: 0o755 } });
    await store.put('p/old', 'old', { meta: { mtimeMs: MOMENT } });
    await store.put('p/text', 'text', { meta: 'text' });
    const start = Date.now() - 1000;
    await exportTree(store, 'p', dir);
    const modes = Object.fromEntries(
      readdirSync(dir).map((name) => [name, lstatSync(join(dir, name)).mode & 0o777]),
    );
    expect(modes).toEqual({ plain: 0o644, own: 0o644, tool: 0o755, old: 0o644, text: 0o644 });
    expect(lstatSync(join(dir, 'plain')).mtimeMs).toBeGreaterThan(start);
    expect(lstatSync(join(dir, 'tool')).mtimeMs).toBeGreaterThan(start);
    expect(lstatSync(join(dir, 'old')).mtimeMs).toBeCloseTo(MOMENT, 2);
  });

  test('keep whatever time they have while their content is the same', async () => {
    await store.put('p/a', 'a');
    await exportTree(store, 'p', dir);
    utimesSync(join(dir, 'a'), 1000, 1000);
    expect(await exportTree(store, 'p', dir)).toMatchObject({ written: 0 });
    expect(lstatSync(join(dir, 'a')).mtimeMs).toBe(1_000_000);
    await store.put('p/a', 'b');
    expect(await exportTree(store, 'p', dir)).toMatchObject({ written: 1 });
    // A build tool sees that there is something new.
    expect(lstatSync(join(dir, 'a')).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('b');
  });

  test('and are never stale, however fast they are changed', async () => {
    await store.put('p/a', 'a');
    const wrong: number[] = [];
    for (let round = 0; round < 300; round += 1) {
      await exportTree(store, 'p', dir);
      writeFileSync(join(dir, 'a'), 'x');
      await exportTree(store, 'p', dir);
      if (readFileSync(join(dir, 'a'), 'utf8') !== 'a') wrong.push(round);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('what the prefix does not have', () => {
  beforeEach(async () => {
    await keep({ a: 'a', 'b/c': 'c' });
    writeTree(dir, { a: 'old', stale: 's', 'b/stale': 's', 'old/deep/s': 's', empty: FOLDER });
  });

  test('stays', async () => {
    expect(await exportTree(store, 'p', dir)).toMatchObject({ files: 2, written: 2, removed: 0 });
    expect(Object.keys(readTree(dir))).toEqual([
      'a',
      'b',
      'b/c',
      'b/stale',
      'empty',
      'old',
      'old/deep',
      'old/deep/s',
      'stale',
    ]);
  });

  test('goes with removeStale, and folders that are empty by then', async () => {
    expect(await exportTree(store, 'p', dir, { removeStale: true })).toMatchObject({ removed: 4 });
    expect(Object.keys(readTree(dir))).toEqual(['a', 'b', 'b/c']);
  });

  test('goes only as far as patterns select it, and only that is exported', async () => {
    const options = { removeStale: true, patterns: ['b', 'old'] };
    expect(await exportTree(store, 'p', dir, options)).toEqual({
      files: 1,
      written: 1,
      bytes: 1,
      removed: 2,
    });
    expect(Object.keys(readTree(dir))).toEqual(['a', 'b', 'b/c', 'empty', 'stale']);
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('old');
  });

  test('`.git` stays', async () => {
    writeTree(dir, { '.git/config': 'c', 'sub/.git': 'g' });
    await exportTree(store, 'p', dir, { removeStale: true });
    expect(existsSync(join(dir, '.git/config'))).toBe(true);
    expect(existsSync(join(dir, 'sub/.git'))).toBe(true);
    await exportTree(store, 'p', dir, { removeStale: true, git: true });
    expect(Object.keys(readTree(dir))).toEqual(['a', 'b', 'b/c']);
  });

  test('the cache folder stays', async () => {
    const own = await openStore(join(dir, '.cache'));
    await own.put('p/a', 'a');
    await exportTree(own, 'p', dir, { removeStale: true });
    expect(readdirSync(dir).sort()).toEqual(['.cache', 'a']);
    expect((await own.get('p/a')).toString()).toBe('a');
    const error = { code: 'INVALID_INPUT' };
    await expect(exportTree(own, 'p', join(dir, '.cache'))).rejects.toMatchObject(error);
    const inside = join(dir, '.cache/made');
    await expect(exportTree(own, 'p', inside)).rejects.toMatchObject(error);
    expect(existsSync(inside)).toBe(false);
  });

  test('nothing goes where the prefix has nothing', async () => {
    const before = readTree(dir);
    await expect(exportTree(store, 'typo', dir, { removeStale: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(exportTree(store, 'typo', dir)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(readTree(dir)).toEqual(before);
  });
});

describe('a prefix with nothing under it', () => {
  test.each(['typo', 'typo/', ''])('%j is an error, and no folder is made', async (prefix) => {
    await expect(exportTree(store, prefix, dir)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `There is nothing under ${JSON.stringify(prefix)} to export.`,
    });
    expect(existsSync(dir)).toBe(false);
  });

  test('is said to be an entry where it is one', async () => {
    await store.put('p/a', 'a');
    for (const prefix of ['p/a', 'p/a/']) {
      await expect(exportTree(store, prefix, dir)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: '"p/a" is an entry, not a prefix.',
        hint: expect.stringContaining('get'),
      });
    }
    expect(existsSync(dir)).toBe(false);
  });

  test('is not one whose files the patterns leave out', async () => {
    await store.put('p/a', 'a');
    expect(await exportTree(store, 'p', dir, { patterns: ['b'] })).toMatchObject({ files: 0 });
  });
});

describe('a folder that cannot be written to', () => {
  const hint = expect.stringContaining('folder that is exported to');

  test('since a file is there', async () => {
    await store.put('p/a', 'a');
    writeFileSync(dir, 'mine');
    await expect(exportTree(store, 'p', dir)).rejects.toMatchObject({ code: 'UNWRITABLE', hint });
    await expect(exportTree(store, 'p', join(dir, 'x'))).rejects.toMatchObject({
      code: 'UNWRITABLE',
      hint,
    });
    expect(readFileSync(dir, 'utf8')).toBe('mine');
  });

  testOnPosix.each([
    ['it', ''],
    ['its parent', 'x'],
  ])('since %s is read-only', async (_, name) => {
    const base = tempDir();
    const readOnly = join(base, 'read-only');
    mkdirSync(readOnly);
    const own = await openStore(join(base, 'cache'));
    await own.put('p/a', 'a');
    await asNobody(base, async () => {
      chmodSync(readOnly, 0o555);
      await expect(exportTree(own, 'p', join(readOnly, name))).rejects.toMatchObject({
        code: 'UNWRITABLE',
        message: expect.stringContaining(readOnly),
        hint,
      });
    });
    expect(readdirSync(readOnly)).toEqual([]);
  });

  testOnLinux('since none can be made there', async () => {
    await store.put('p/a', 'a');
    await expect(exportTree(store, 'p', '/proc/nope')).rejects.toMatchObject({
      code: 'UNWRITABLE',
      hint,
    });
  });
});

describe('something else in the way', () => {
  test.each<[string, Record<string, Content>, Record<string, Content>]>([
    ['a file where a folder must be', { x: 'mine' }, { 'x/y': 'theirs' }],
    ['a folder where a file must be', { 'x/mine': 'mine' }, { x: 'theirs' }],
    ['a folder where a symlink must be', { 'x/mine': 'mine' }, { x: { link: 'theirs' } }],
  ])('%s is removed only with removeStale', async (_, mine, theirs) => {
    await keep({ a: 'a', z: 'z', ...theirs });
    writeTree(dir, mine);
    const before = readTree(dir);
    await expect(exportTree(store, 'p', dir)).rejects.toMatchObject({ code: 'CONTAINMENT' });
    expect(readTree(dir)).toEqual(before);
    await exportTree(store, 'p', dir, { removeStale: true });
    const fresh = tempDir();
    await exportTree(store, 'p', fresh);
    expect(readTree(dir)).toEqual(readTree(fresh));
  });

  test('a file, symlink or empty folder gives way', async () => {
    await keep({ a: 'a', b: { link: 'a' }, c: 'c' });
    writeTree(dir, { a: { link: 'b' }, b: 'b', c: FOLDER });
    await exportTree(store, 'p', dir);
    expect(readFileSync(join(dir, 'b'), 'utf8')).toBe('a');
    expect(lstatSync(join(dir, 'c')).isFile()).toBe(true);
  });
});

describe('nothing is written elsewhere', () => {
  testOnPosix('through a symlink to a folder, nor a symlink to a file', async () => {
    const outside = tempDir();
    writeTree(outside, { a: 'precious', 'd/a': 'precious' });
    await keep({ 'out/a': 'evil', 'out/d/a': 'evil', file: 'evil' });
    writeTree(dir, { out: { link: outside }, file: { link: join(outside, 'a') } });
    const before = readTree(outside);
    await expect(exportTree(store, 'p', dir)).rejects.toMatchObject({ code: 'CONTAINMENT' });
    expect(lstatSync(join(dir, 'file')).isSymbolicLink()).toBe(true);
    await exportTree(store, 'p', dir, { removeStale: true });
    expect(readTree(outside)).toEqual(before);
    expect(lstatSync(join(dir, 'out')).isDirectory()).toBe(true);
  });

  testOnPosix('but to the folder that the path leads to', async () => {
    const real = tempDir();
    symlinkSync(real, dir);
    await keep({ a: 'a' });
    await exportTree(store, 'p', dir);
    expect(readFileSync(join(real, 'a'), 'utf8')).toBe('a');
    expect(lstatSync(dir).isSymbolicLink()).toBe(true);
  });

  const file = { mode: 0o644, mtimeMs: MOMENT };
  test.each<[string, string, Json, string]>([
    ['p/%2E%2E/x', 'text', file, 'CONTAINMENT'],
    ['p/a/%2E%2E/%2E%2E/%2E%2E/x', 'text', file, 'CONTAINMENT'],
    ['p//etc/x', 'text', file, 'CONTAINMENT'],
    ['p/a//x', 'text', file, 'CONTAINMENT'],
    ['p/./x', 'text', file, 'CONTAINMENT'],
    ['p/x/', 'text', file, 'CONTAINMENT'],
    ['p/.git/hooks/post-checkout', 'text', file, 'CONTAINMENT'],
    ['p/sub/.GIT/config', 'text', file, 'CONTAINMENT'],
    ['p/.cafs-0123456789abcdef.tmp', 'text', file, 'CONTAINMENT'],
    ['p/100%', 'text', file, 'MALFORMED'],
    ['p/%41', 'text', null, 'MALFORMED'],
    [`p/%~${'0'.repeat(64)}`, 'text', file, 'MALFORMED'],
    [`p/%~${'0'.repeat(64)}`, 'text', { ...file, path: '../../x' }, 'CONTAINMENT'],
    ['p/x', 'text', { ...file, path: '../x' }, 'MALFORMED'],
    ['p/x', 'text', { ...file, mode: 0o4755 }, 'MALFORMED'],
    ['p/x', 'text', { ...file, mode: 'rwx' }, 'MALFORMED'],
    ['p/x', 'text', { ...file, mtimeMs: 1e300 }, 'MALFORMED'],
    ['p/x', 'text', { ...file, kind: 'device' }, 'MALFORMED'],
    ['p/x', 'a\0b', { ...file, kind: 'symlink' }, 'MALFORMED'],
    ['p/x', '', { ...file, kind: 'symlink' }, 'MALFORMED'],
    ['p/good/x', 'text', file, 'MALFORMED'],
  ])('for the entry %j with %j and %j: %s', async (key, text, meta, code) => {
    await keep({ good: 'good' });
    await store.put(key, text, { meta });
    const name = key.includes('good') ? 'good' : key.slice(2, 60);
    const where = tempDir();
    const options: ExportOptions = { removeStale: true };
    await expect(exportTree(store, 'p', join(where, 'made'), options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(JSON.stringify(name).slice(1, -1)),
    });
    expect(readdirSync(where)).toEqual([]);
    writeTree(dir, { old: 'old' });
    await expect(exportTree(store, 'p', dir, options)).rejects.toMatchObject({ code });
    expect(readdirSync(dir)).toEqual(['old']);
  });

  test('for an entry with an error of a copy of this library: matched by its code', async () => {
    const meta = (): Json => {
      throw Object.assign(new Error('elsewhere'), { code: 'CONTAINMENT' });
    };
    const entry = Object.defineProperty({ size: 0 }, 'meta', { get: meta });
    const other = { list: () => [['x', entry]].values() } as unknown as Store;
    await expect(exportTree(other, 'p', dir)).rejects.toMatchObject({
      code: 'CONTAINMENT',
      message: expect.stringContaining('elsewhere'),
    });
  });

  test('`.git` is, where that is asked for', async () => {
    await store.put('p/.git/HEAD', 'ref');
    await exportTree(store, 'p', dir, { git: true });
    expect(readFileSync(join(dir, '.git/HEAD'), 'utf8')).toBe('ref');
  });
});

describe('after an error the folder is as it was', () => {
  /** Everything that an export changes, and one content that cannot be had. */
  async function prepare(base: string): Promise<void> {
    const source = join(base, 'source');
    writeTree(source, {
      new: 'new',
      'new folder/deep/file': 'new',
      'empty folder': FOLDER,
      changed: 'changed',
      'to-file': 'file now',
      'to-folder/x': 'x',
      'to-link': { link: 'new' },
      'mode only': { script: 'same' },
      'in/empty': 'into what was empty',
      'read-only/changed': 'changed',
      last: 'cannot be had',
      large: Buffer.alloc(9_000_000, 'cannot be had either'),
    });
    writeTree(dir, {
      changed: 'before',
      'to-file/a/b': 'b',
      'to-file/empty': FOLDER,
      'to-folder': 'a file',
      'to-link': 'a file',
      'mode only': 'same',
      in: FOLDER,
      'read-only/changed': 'before',
      'read-only/stale': 'stale',
      stale: 'stale',
      'stale folder/x': 'x',
      'stale empty folder': FOLDER,
    });
    chmodSync(join(source, 'read-only'), 0o555);
    chmodSync(join(dir, 'to-file/a'), 0o555);
    chmodSync(join(dir, 'read-only'), 0o555);
  }

  test.each(['last', 'large'])('when %s is damaged', async (name) => {
    const base = tempDir();
    dir = join(base, 'dir');
    await prepare(base);
    await asNobody(base, async () => {
      await using own = await openStore(join(base, 'cache'));
      await importTree(own, join(base, 'source'), 'p');
      const before = readTree(dir);
      const blob = own.path(own.stat(`p/${name}`)!.digest);
      const bytes = readFileSync(blob);
      renameSync(blob, `${blob}.good`);
      bytes[1] = 0;
      writeFileSync(blob, bytes);
      for (const removeStale of [true, false]) {
        // Without, what stands in the way is an error, too: one of the two comes first.
        const code = removeStale ? 'INTEGRITY' : expect.stringMatching(/INTEGRITY|CONTAINMENT/);
        await expect(exportTree(own, 'p', dir, { removeStale })).rejects.toMatchObject({ code });
        expect(readTree(dir)).toEqual(before);
        writeFileSync(blob, bytes);
      }
      const fresh = join(base, 'made/for/it');
      await expect(exportTree(own, 'p', fresh)).rejects.toMatchObject({ code: 'INTEGRITY' });
      expect(existsSync(join(base, 'made'))).toBe(false);

      renameSync(`${blob}.good`, blob);
      await exportTree(own, 'p', dir, { removeStale: true });
      expect(readTree(dir)).toEqual(readTree(join(base, 'source')));
    });
  });

  test('when it is aborted', async () => {
    const base = tempDir();
    await prepare(base);
    await importTree(store, join(base, 'source'), 'p');
    const before = readTree(dir);
    const controller = new AbortController();
    const options: ExportOptions = {
      removeStale: true,
      signal: controller.signal,
      observer: (event) => {
        if (event.kind === 'restore' && event.done > 5) controller.abort(new Error('enough'));
      },
    };
    await expect(exportTree(store, 'p', dir, options)).rejects.toThrow('enough');
    expect(readTree(dir)).toEqual(before);
  });

  test('when it is no folder', async () => {
    await store.put('p/a', 'a');
    writeFileSync(dir, 'a file');
    for (const path of [dir, join(dir, 'below')]) {
      await expect(exportTree(store, 'p', path)).rejects.toMatchObject({
        code: expect.any(String),
      });
    }
    expect(readFileSync(dir, 'utf8')).toBe('a file');
  });
});

test('a content that is nowhere is named, and nothing is written', async () => {
  await keep({ a: 'a', b: 'b' });
  rmSync(store.path(digestOf('b')));
  mkdirSync(dir);
  await expect(exportTree(store, 'p', dir)).rejects.toMatchObject({
    code: 'CONTENT_LOST',
    message: expect.stringMatching(/^The entry "p\/b" is there, but /),
  });
  expect(readdirSync(dir)).toEqual([]);
});
