import { describe, expect, test } from '@jest/globals';

import { closure, mergeEdges, packageEdges } from '../../src/subtree/dependencies.ts';
import { useTempDirs } from '../support/temp.ts';
import { write } from './monorepo.ts';

const tempDir = useTempDirs();

function edgesOf(packages: Readonly<Record<string, unknown>>): {
  edges: Record<string, string[]>;
  warnings: string[];
} {
  const root = tempDir();
  for (const [folder, json] of Object.entries(packages)) {
    const text = typeof json === 'string' ? json : JSON.stringify(json);
    write(root, `${folder}/package.json`, text);
  }
  const warnings: string[] = [];
  const found = packageEdges(root, [...Object.keys(packages), 'none'], (event) => {
    if (event.kind === 'warning') warnings.push(event.message);
  });
  const edges = Object.fromEntries([...found].map(([name, targets]) => [name, [...targets]]));
  return { edges, warnings };
}

describe('packageEdges', () => {
  test.each(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])(
    'follows %s, whatever version they ask for',
    (field) => {
      const { edges, warnings } = edgesOf({
        'p/a': { name: '@x/a', [field]: { '@x/b': '^9.0.0', '@x/c': 'workspace:*', other: '1' } },
        'p/b': { name: '@x/b' },
        'p/c': { name: '@x/c' },
      });
      expect(edges).toEqual({ 'p/a': ['p/b', 'p/c'] });
      expect(warnings).toEqual([]);
    },
  );

  test.each([
    'npm:@x/b@1',
    'workspace:@x/b@*',
    'file:../b',
    'link:../b/',
    'portal:../../p/b',
    'workspace:../b',
    'workspace:p/b',
  ])('follows %s', (spec) => {
    const { edges } = edgesOf({
      'p/a': { name: 'a', dependencies: { alias: spec } },
      'p/b': { name: '@x/b' },
    });
    expect(edges).toEqual({ 'p/a': ['p/b'] });
  });

  test.each(['file:../../../b', 'npm:b', 'npm:@x/bb@1', 'file:../bb', 'workspace:*', '../b'])(
    'finds nothing in %s',
    (spec) => {
      const { edges } = edgesOf({
        'p/a': { name: 'a', dependencies: { alias: spec } },
        'p/b': { name: '@x/b' },
      });
      expect(edges).toEqual({});
    },
  );

  test('knows the workspace itself', () => {
    const { edges } = edgesOf({
      '.': { name: 'all', devDependencies: { b: '*' } },
      'p/b': { name: 'b', dependencies: { up: 'file:../..' } },
    });
    expect(edges).toEqual({ '.': ['p/b'], 'p/b': ['.'] });
  });

  test('leads from no package to itself', () => {
    expect(edgesOf({ a: { name: 'a', dependencies: { a: '*' } } }).edges).toEqual({});
  });

  test.each(['{', '[]', 'null', '{"dependencies":[]}', '{"dependencies":"x"}'])(
    'warns of %s, and takes it for a package without dependencies',
    (text) => {
      const { edges, warnings } = edgesOf({ a: text, b: { name: 'b', dependencies: { a: '1' } } });
      expect(edges).toEqual({});
      expect(warnings).toEqual([expect.stringContaining('a/package.json cannot be read')]);
    },
  );

  test('takes odd members for what they are', () => {
    const { edges, warnings } = edgesOf({
      a: '\uFEFF{"name":"a","dependencies":{"b":{"deep":1},"__proto__":"1"},"devDependencies":null}',
      b: '{"name":"b","dependencies":{"constructor":"*","toString":"*"}}',
      c: '{"name":7,"dependencies":{"":"*"}}',
    });
    expect(edges).toEqual({ a: ['b'] });
    expect(warnings).toEqual([]);
  });

  test('takes a name that two bear for both: one edge too few would be a wrong hit', () => {
    const { edges, warnings } = edgesOf({
      a: { name: 'twin' },
      b: { name: 'twin' },
      c: { name: 'c', dependencies: { twin: '*' } },
    });
    expect(edges).toEqual({ c: ['a', 'b'] });
    expect(warnings).toEqual([]);
  });
});

describe('closure', () => {
  const edges = new Map([
    ['a', new Set(['b', 'z'])],
    ['b', new Set(['c'])],
    ['c', new Set(['a'])],
    ['d', new Set(['d', 'a'])],
  ]);

  test.each([
    ['a', ['b', 'c', 'z']],
    ['b', ['a', 'c', 'z']],
    ['d', ['a', 'b', 'c', 'z']],
    ['z', []],
    ['unknown', []],
  ])('of %s is %j', (name, reached) => {
    expect(closure(edges, name)).toEqual(reached);
  });
});

test('mergeEdges keeps the edges of both, and changes neither', () => {
  const a = new Map([
    ['x', new Set(['1'])],
    ['y', new Set(['2'])],
  ]);
  const b = new Map([['x', new Set(['3'])]]);
  expect(mergeEdges(a, b)).toEqual(
    new Map([
      ['x', new Set(['1', '3'])],
      ['y', new Set(['2'])],
    ]),
  );
  expect(a.get('x')).toEqual(new Set(['1']));
  expect(b.size).toBe(1);
});
