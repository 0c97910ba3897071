import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { bytesOf, decodeName } from '../../src/names.ts';
import type { Store } from '../../src/store/store.ts';
import { exportTree } from '../../src/sync/export-tree.ts';
import { importTree } from '../../src/sync/import-tree.ts';
import { nameBytes } from '../support/byte-names.ts';
import { FOLDER, identities, readTree, writeTree } from '../support/files.ts';
import { ODD_NAMES, listWithFind, makeOddTree } from '../support/odd-tree.ts';
import { describeOnLinux, testOnLinux } from '../support/platform.ts';
import { describeTree } from '../tree/support.ts';
import { SETTLED_MS, asNobody, diff, useTrees } from './trees.ts';

const { tempDir, openStore } = useTrees();

describeOnLinux('a tree of all that is odd', () => {
  test.each(['', 'p', 'deep/er/', `${'long/'.repeat(180)}end`])(
    'is the same to diff and find when it comes out of %j, and again over a spoiled one',
    async (prefix) => {
      const dir = tempDir();
      const [source, target, cacheDir] = ['source', 'target', 'cache'].map((name) =>
        join(dir, name),
      );
      mkdirSync(source!);
      makeOddTree(source!);
      for (const name of ODD_NAMES) {
        writeFileSync(join(source!, `_${name}`), name);
        utimesSync(join(source!, `_${name}`), 1_700_000_000, 1_700_000_000);
      }
      await asNobody(dir, async () => {
        await using store = await openStore(cacheDir);
        const imported = await importTree(store, source!, prefix);
        const tree = describeTree(source!);
        expect(store.len).toBe(tree.size);
        expect(imported.files).toBe(
          [...tree.values()].filter(({ meta }) => meta.kind !== 'folder').length,
        );
        expect([...store.list()].every(([key]) => key.startsWith(prefix))).toBe(true);

        const check = (): void => {
          expect(diff(source!, target!)).toBe('');
          const found = listWithFind(source!, tree.keys());
          expect(found).toHaveLength(tree.size);
          expect(listWithFind(target!, tree.keys())).toEqual(found);
        };
        const exported = await exportTree(store, prefix, target!);
        expect(exported).toEqual({
          files: imported.files,
          written: tree.size,
          bytes: imported.bytes,
          removed: 0,
        });
        check();
        expect(await exportTree(store, prefix, target!)).toMatchObject({ written: 0 });

        rmSync(join(target!, 'tool'));
        mkdirSync(join(target!, 'tool/in the way'), { recursive: true });
        writeFileSync(join(target!, 'tool/in the way/x'), '');
        chmodSync(join(target!, 'tool/in the way'), 0o500);
        rmSync(join(target!, 'src/caf\u00e9.d'), { recursive: true });
        symlinkSync('/etc', join(target!, 'src/caf\u00e9.d'));
        rmSync(join(target!, 'link-to-folder'));
        mkdirSync(join(target!, 'link-to-folder'));
        chmodSync(join(target!, 'read-only'), 0o700);
        writeFileSync(join(target!, 'read-only/stale'), '');
        chmodSync(join(target!, 'read-only'), 0o500);
        utimesSync(join(target!, 'src/large'), 1, 1);
        mkdirSync(join(target!, 'stale/empty'), { recursive: true });
        const again = await exportTree(store, prefix, target!, { removeStale: true });
        // Removed: the folder in `tool` and what is in it, the symlink, `stale` and `stale/empty`.
        expect(again).toMatchObject({ written: 3, removed: 5 });
        check();

        const back = await importTree(store, target!, prefix);
        expect(back).toMatchObject({ unchanged: tree.size, removed: 0 });
      });
    },
    60_000,
  );
});

describe('a tree', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore();
  });

  test('like node_modules, with symlinks between packages and to programs', async () => {
    const source = tempDir();
    writeTree(source, {
      'node_modules/.bin/tool': { link: '../tool/bin/cli.js' },
      'node_modules/tool/bin/cli.js': { script: '#!/usr/bin/env node\n' },
      'node_modules/tool/package.json': '{}',
      'node_modules/tool/node_modules/dep': { link: '../../.pnpm/dep@1/node_modules/dep' },
      'node_modules/.pnpm/dep@1/node_modules/dep/index.js': 'dep',
      'node_modules/@scope/local': { link: '../../packages/local' },
      'packages/local/index.js': 'local',
      'packages/local/empty.js': '',
      'packages/local/empty': FOLDER,
    });
    await importTree(store, source, 'project');
    const target = join(tempDir(), 'made/for/it');
    await exportTree(store, 'project', target);
    expect(readTree(target)).toEqual(readTree(source));
    expect(readlinkSync(join(target, 'node_modules/.bin/tool'))).toBe('../tool/bin/cli.js');
  });

  test('of many small files, again and again', async () => {
    const source = tempDir();
    const names = Array.from(
      { length: 3000 },
      (_, i) => `${String(i % 40)}/${String(i % 7)}/${String(i)}`,
    );
    writeTree(
      source,
      Object.fromEntries(names.map((name, i) => [name, `content ${String(i % 900)}`])),
    );
    await sleep(SETTLED_MS);
    expect(await importTree(store, source, 'p')).toEqual({
      files: 3000,
      bytes: expect.any(Number),
      hashed: 3000,
      unchanged: 0,
      removed: 0,
    });
    expect(store.stats()).toMatchObject({ entries: 3000, blobs: 900 });
    expect(await importTree(store, source, 'p')).toMatchObject({ hashed: 0, unchanged: 3000 });
    const target = tempDir();
    await exportTree(store, 'p', target);
    expect(readTree(target)).toEqual(readTree(source));
    const before = identities(target);
    // What was exported is known without having been read, but for what was written last.
    const { hashed } = await importTree(store, target, 'q');
    expect(hashed).toBeLessThan(1500);
    expect(store.hash('q')).toBe(store.hash('p'));
    expect(await exportTree(store, 'p', target)).toMatchObject({ written: 0, bytes: 0 });
    expect(identities(target)).toEqual(before);
    expect(await importTree(store, target, 'q')).toMatchObject({ hashed: 0, unchanged: 3000 });
  }, 60_000);

  testOnLinux('of names of any bytes', async () => {
    const [source, target] = [tempDir(), tempDir()];
    const names = [...new Set(fc.sample(nameBytes, 60).map((name) => decodeName(name)))];
    for (const [i, name] of names.entries()) {
      writeFileSync(bytesOf(`${source}/${name}`), String(i));
    }
    for (const prefix of ['', 'p']) {
      await importTree(store, source, prefix);
      await exportTree(store, prefix, target, { removeStale: true });
      expect([...describeTree(target)]).toEqual([...describeTree(source)]);
    }
  });

  test('goes through a remote', async () => {
    const [source, target, dir] = [tempDir(), tempDir(), tempDir()];
    writeTree(source, { 'a/b': 'b', large: Buffer.alloc(3_000_000, 'x'), link: { link: 'a' } });
    const remote = `oci:${join(dir, 'remote')}:main`;
    {
      await using here = await openStore(join(dir, 'here'), remote);
      await importTree(here, source, 'p');
      await here.push();
    }
    await using there = await openStore(join(dir, 'there'), remote);
    await there.pull();
    expect(await exportTree(there, 'p', target)).toMatchObject({ files: 3, written: 3 });
    expect(readTree(target)).toEqual(readTree(source));
    const [, fresh] = [await importTree(there, target, 'p'), tempDir()];
    expect(there.dirty).toBe(false);
    await exportTree(there, 'p', fresh);
    expect(readFileSync(join(fresh, 'a/b'), 'utf8')).toBe('b');
  });
});
