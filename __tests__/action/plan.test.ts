import { beforeEach, describe, expect, test } from '@jest/globals';

import { parseInputs } from '../../src/action/inputs.ts';
import { entriesByOwner } from '../../src/action/ownership.ts';
import { type Plan, makePlan } from '../../src/action/plan.ts';
import { areaOf } from '../../src/action/subtrees.ts';
import { digestOf } from '../../src/digest.ts';
import type { Entry } from '../../src/store/entry.ts';
import { writeTree } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';
import { ROOTS } from './support.ts';

const tempDir = useTempDirs();

describe('makePlan', () => {
  let ws: string;
  beforeEach(() => {
    ws = tempDir();
    writeTree(ws, { 'packages/a/x': '', 'packages/b/x': '', 'packages/file': '' });
  });

  function plan(inputs: Readonly<Record<string, string>>, known?: readonly string[]): Plan {
    const parsed = parseInputs((name) => inputs[name] ?? '');
    return makePlan(parsed.inputs, { ws, home: '/h', root: '/' }, known);
  }

  test('subtrees are folders, and come before paths', () => {
    const { subtrees, problems } = plan({ subtrees: 'packages/*', outputs: 'dist', path: 'out' });
    expect(problems).toEqual([]);
    expect(subtrees.map(({ name, hasInputs }) => [name, hasInputs])).toEqual([
      ['packages/a', true],
      ['packages/b', true],
      ['out', false],
    ]);
  });

  test('a post step takes the subtrees that the main step found', () => {
    const { subtrees } = plan({ subtrees: 'packages/*', outputs: 'dist' }, ['packages/a']);
    expect(subtrees.map(({ name }) => name)).toEqual(['packages/a']);
  });

  test('no file belongs to two: earlier paths and the outputs of subtrees are excluded', () => {
    const { subtrees } = plan({
      path: 'cache/pip\ncache\npackages\npackages/a/dist\n**/tmp\nsite',
      subtrees: 'packages/*',
      outputs: 'dist/**',
    });
    const outputs = new Map(subtrees.map((subtree) => [subtree.name, subtree.outputs]));
    expect(outputs.get('cache/pip')).toEqual(['cache/pip']);
    expect(outputs.get('cache')).toEqual(['cache', '!cache/pip']);
    expect(outputs.get('packages')).toContain('!packages/a/dist/**');
    expect(outputs.get('**/tmp')).toEqual(
      expect.arrayContaining(['**/tmp', '!cache', '!packages']),
    );
    expect(outputs.get('site')).not.toContain('!cache');
    const owners = (path: string): string[] =>
      subtrees.filter(({ area }) => area.select(path, 'file')).map(({ name }) => name);
    expect(owners('packages/a/dist/x')).toEqual(['packages/a']);
    expect(owners('packages/a/other')).toEqual(['packages']);
    expect(owners('cache/pip/x')).toEqual(['cache/pip']);
    expect(owners('cache/tmp')).toEqual(['cache']);
    expect(owners('else/tmp')).toEqual(['**/tmp']);
  });

  test('what is excluded is excluded from every path of its root', () => {
    const { subtrees } = plan({ path: 'out\n!out/tmp\n~/x\n!~/x/tmp\nvendor\nout' });
    expect(subtrees.map(({ name, outputs }) => [name, outputs])).toEqual([
      ['out', ['out', '!out/tmp']],
      ['~/x', ['x', '!x/tmp']],
      ['vendor', ['vendor', '!out/tmp']],
    ]);
    const [out] = subtrees;
    expect(out!.area.select('out/a', 'file')).toBe(true);
    expect(out!.area.select('out/tmp/a', 'file')).toBe(false);
    expect(out!.area.select('outer/a', 'file')).toBe(false);
  });

  test('credentials of git are never part of anything', () => {
    const area = areaOf('ws', '', ['**'], ROOTS);
    for (const path of ['.git', '.git/config', 'sub/.git', 'sub/.git/config']) {
      expect(area.select(path, 'file')).toBe(false);
    }
    expect(area.enter('.git')).toBe(false);
    expect(area.enter('sub/.git')).toBe(false);
    expect(area.select('.github/x', 'file')).toBe(true);
    expect(area.select('.gitignore', 'file')).toBe(true);
  });

  test('a subtree’s area is its own folder’s', () => {
    const area = areaOf('ws', 'packages/a', ['dist/**'], ROOTS);
    expect(area.select('packages/a/dist/x', 'file')).toBe(true);
    for (const path of ['packages/ab/dist/x', 'dist/x', 'packages/a/src/x', 'packages']) {
      expect(area.select(path, 'file')).toBe(false);
    }
    for (const path of ['packages', 'packages/a', 'packages/a/dist', 'packages/a/dist/deep']) {
      expect(area.enter(path)).toBe(true);
    }
    for (const path of ['pack', 'other', 'packages/b', 'packages/a/src']) {
      expect(area.enter(path)).toBe(false);
    }
  });
});

describe('entriesByOwner', () => {
  const entry: Entry = { digest: digestOf(''), size: 0, meta: { mode: 0o644, mtimeMs: 0 } };
  const subtree = (name: string, folder: string, outputs: string[], print: string | null) => ({
    name,
    root: 'ws' as const,
    folder,
    outputs,
    fingerprint: print === null ? null : digestOf(print),
    digest: '' as const,
  });

  test('a subtree goes before a path, and records are nobody’s', () => {
    const config = {
      format: 1 as const,
      root: '' as const,
      entries: 0,
      bytes: 0,
      prefixes: {},
      subtrees: [
        subtree('everything', '', ['**'], null),
        subtree('a', 'a', ['dist/**'], 'inputs of a'),
      ],
      merged: [],
    };
    const keys = ['records/00', 'ws/a/dist/x', 'ws/a/src/x', 'ws/b', 'home/b'];
    const owned = entriesByOwner(
      keys.map((key) => [key, entry] as const),
      config,
      ROOTS,
    );
    expect(owned.get('a')!.map(([key]) => key)).toEqual(['ws/a/dist/x']);
    expect(owned.get('everything')!.map(([key]) => key)).toEqual(['ws/a/src/x', 'ws/b']);
  });
});
