import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { differences } from '../../src/tree/difference.ts';
import { type FileInfo, parseFileMeta } from '../../src/tree/meta.ts';
import { keyOf, pathOf } from '../../src/tree/paths.ts';
import { ODD_NAMES, listWithFind, makeOddTree } from '../support/odd-tree.ts';
import { describeOnLinux, describeOnPosix } from '../support/platform.ts';
import { asOrdinaryUser, describeTree, MOMENT, restore, useTreeDirs } from './support.ts';

const tempDir = useTreeDirs();

/** What a snapshot would give back: by key, through JSON. */
function throughKeys(tree: ReadonlyMap<string, FileInfo>): Map<string, FileInfo> {
  const entries = [...tree].map(([path, info]) => {
    const { key, ...meta } = keyOf('ws', path);
    return { key, ...info, meta: { ...info.meta, ...meta } };
  });
  const read = JSON.parse(JSON.stringify(entries)) as typeof entries;
  return new Map(
    read.map(({ key, ...info }) => {
      const { path, ...meta } = parseFileMeta(info.meta);
      return [pathOf(key, path === undefined ? {} : { path }).path, { ...info, meta }];
    }),
  );
}

describeOnLinux('a tree of all that is odd, saved and restored', () => {
  test('is the same to diff and find, and is so again over a spoiled one', () => {
    const dir = tempDir();
    const source = join(dir, 'source');
    const target = join(dir, 'target');
    mkdirSync(source);
    mkdirSync(target);
    makeOddTree(source);
    asOrdinaryUser(dir, () => {
      const tree = describeTree(source);
      const wanted = throughKeys(tree);
      expect(wanted).toEqual(tree);
      expect(tree.size).toBeGreaterThan(ODD_NAMES.length + 10);

      const check = (): void => {
        const diff = spawnSync('diff', ['-r', '--no-dereference', source, target]);
        expect(diff.stdout.toString() + diff.stderr.toString()).toBe('');
        const found = listWithFind(source, wanted.keys());
        expect(found).toHaveLength(wanted.size);
        expect(listWithFind(target, wanted.keys())).toEqual(found);
        expect(describeTree(target)).toEqual(tree);
      };

      expect(restore(source, target, wanted)).toHaveLength(wanted.size);
      check();
      expect([...differences(target, wanted)].every(([, state]) => state === 'same')).toBe(true);
      expect(restore(source, target, wanted)).toEqual([]);

      rmSync(join(target, 'tool'));
      mkdirSync(join(target, 'tool/in the way'), { recursive: true });
      writeFileSync(join(target, 'tool/in the way/x'), '');
      rmSync(join(target, 'src/caf\u00e9.d'), { recursive: true });
      symlinkSync('/etc', join(target, 'src/caf\u00e9.d'));
      rmSync(join(target, 'link-to-folder'));
      mkdirSync(join(target, 'link-to-folder'));
      chmodSync(join(target, 'read-only'), 0o700);
      writeFileSync(join(target, 'read-only/stale'), '');
      chmodSync(join(target, 'read-only'), 0o500);
      utimesSync(join(target, 'src/large'), 1, 1);
      mkdirSync(join(target, 'stale/empty'), { recursive: true });
      const again = restore(source, target, wanted);
      expect(again).toContain('tool');
      expect(again).not.toContain('src/empty/deeper');
      check();
    });
  }, 60_000);
});

type Node = { kind: 'file'; text: string; mode: number } | { kind: 'symlink'; to: string } | Branch;
interface Branch {
  kind: 'folder';
  mode: number;
  children: Record<string, Node>;
}

const { tree: branch } = fc.letrec<{ node: Node; tree: Branch }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('file' as const),
      text: fc.constantFrom('', 'a', 'b', 'ab'),
      mode: fc.constantFrom(0o644, 0o755, 0o444),
    }),
    fc.record({
      kind: fc.constant('symlink' as const),
      to: fc.constantFrom('a', 'b', '..', '/', '../outside', 'no'),
    }),
    tie('tree'),
  ),
  tree: fc.record({
    kind: fc.constant('folder' as const),
    mode: fc.constantFrom(0o755, 0o755, 0o555, 0o700),
    children: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a-b'), tie('node'), { maxKeys: 3 }),
  }),
}));

function make(path: string, node: Node): void {
  if (node.kind === 'file') writeFileSync(path, node.text, { mode: node.mode });
  else if (node.kind === 'symlink') symlinkSync(node.to, path);
  else {
    if (!existsSync(path)) mkdirSync(path);
    for (const [name, child] of Object.entries(node.children)) make(join(path, name), child);
    chmodSync(path, node.mode);
  }
  if (node.kind !== 'symlink') utimesSync(path, 1, MOMENT / 1000);
}

describeOnPosix('any tree', () => {
  test('becomes any other, and nothing beside it is touched', () => {
    const dir = tempDir();
    chmodSync(dir, 0o755);
    let round = 0;
    fc.assert(
      fc.property(branch, branch, (before, after) => {
        const place = join(dir, String((round += 1)));
        for (const folder of ['source', 'target', 'outside']) {
          mkdirSync(join(place, folder), { recursive: true });
        }
        writeFileSync(join(place, 'outside/a'), 'precious');
        make(join(place, 'source'), { ...after, mode: 0o755 });
        make(join(place, 'target'), { ...before, mode: 0o755 });
        asOrdinaryUser(place, () => {
          const wanted = describeTree(join(place, 'source'));
          restore(join(place, 'source'), join(place, 'target'), wanted);
          const unlisted = ([path, info]: [string, FileInfo]): boolean =>
            wanted.has(path) || info.meta.kind !== 'folder';
          const found = [...describeTree(join(place, 'target'))].filter(unlisted);
          expect(new Map(found)).toEqual(wanted);
        });
        expect(readFileSync(join(place, 'outside/a'), 'utf8')).toBe('precious');
        expect(dirname(place)).toBe(dir);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
