import { describe, expect, test } from '@jest/globals';

import { findOverlaps } from '../../src/subtree/overlaps.ts';

type Case = Readonly<Record<string, readonly string[]>>;

function find(outputs: Case): ReturnType<typeof findOverlaps> {
  return findOverlaps(Object.entries(outputs).map(([name, list]) => ({ name, outputs: list })));
}

describe('findOverlaps', () => {
  test.each<[Case, string]>([
    [{ '.': ['**/dist/**'], 'p/a': ['dist/**'] }, 'p/a/dist'],
    [{ '.': ['p/*/dist'], 'p/a': ['dist/**'] }, 'p/a/dist'],
    [{ '.': ['.'], 'p/a': ['x/?/y'] }, 'p/a/x/x/y'],
    [{ '.': ['**/*.tsbuildinfo'], 'p/a': ['dist/**'] }, 'p/a/dist/x.tsbuildinfo'],
    [{ '.': ['p/*/lib/index*'], 'p/a': ['lib/*.js'] }, 'p/a/lib/index.js'],
    [{ '.': ['p/[a-c]/lib'], 'p/a': ['**'] }, 'p/a/lib'],
    [{ p: ['a/**'], 'p/a': ['**/x/**/y'] }, 'p/a/x/y'],
    [{ 'p/[x]': ['*'], 'p/[x]/q': ['a/**/b'] }, 'p/[x]/q/a/b'],
    [{ p: ['a/dist/keep'], 'p/a': ['dist'] }, 'p/a/dist/keep'],
  ])('%j share %s', (outputs, path) => {
    const [outer, inner] = Object.keys(outputs);
    expect(find(outputs)).toEqual([
      {
        subtrees: [outer, inner],
        path,
        message: expect.stringContaining(JSON.stringify(path)),
      },
    ]);
  });

  test.each<[Case]>([
    [{ 'p/a': ['dist/**'], 'p/b': ['dist/**'] }],
    [{ 'p/a': ['**'], 'p/ab': ['**'] }],
    [{ '.': ['dist/**'], 'p/a': ['dist/**'] }],
    [{ '.': ['*.js'], 'p/a': ['*.js'] }],
    [{ '.': ['**/dist/**', '!p/**'], 'p/a': ['dist/**'] }],
    [{ '.': ['**/dist/**', '!p/*/dist'], 'p/a': ['dist/**'] }],
    [{ '.': ['**/dist'], 'p/a': ['**', '!**/dist'] }],
    [{ '.': ['**/*.js'], 'p/a': ['*.css', '!*.css/**'] }],
    [{ '.': ['**'], 'p/a': [] }],
    [{ p: ['a/lib'], 'p/a': ['dist'] }],
  ])('%j share nothing', (outputs) => {
    expect(find(outputs)).toEqual([]);
  });

  test('reports each pair once, also of two with one folder', () => {
    const same = [1, 2].map(() => ({ name: 'p/a', outputs: ['dist'] }));
    expect(findOverlaps(same).map(({ path }) => path)).toEqual(['p/a/dist']);
    const three = find({ '.': ['**'], p: ['**'], 'p/a': ['**'] });
    expect(three.map(({ subtrees }) => subtrees.join(' and '))).toEqual([
      '. and p',
      '. and p/a',
      'p and p/a',
    ]);
  });
});
