import { describe, expect, test } from '@jest/globals';

import { type PathGlob, parsePathLine } from '../../src/action/paths.ts';

const ROOTS = { ws: '/home/me/work/repo', home: '/home/me', root: '/' };

describe('parsePathLine', () => {
  test.each<[string, PathGlob]>([
    ['dist', { root: 'ws', glob: 'dist' }],
    ['./dist/', { root: 'ws', glob: 'dist' }],
    ['packages/*/dist/**', { root: 'ws', glob: 'packages/*/dist/**' }],
    ['a/../b', { root: 'ws', glob: 'b' }],
    ['a//b/./c', { root: 'ws', glob: 'a/b/c' }],
    ['.', { root: 'ws', glob: '**' }],
    ['/home/me/work/repo/x', { root: 'ws', glob: 'x' }],
    ['~/work/repo/x', { root: 'ws', glob: 'x' }],
    ['~', { root: 'home', glob: '**' }],
    ['~/', { root: 'home', glob: '**' }],
    ['~/.npm/_cacache', { root: 'home', glob: '.npm/_cacache' }],
    ['/home/me/.cache', { root: 'home', glob: '.cache' }],
    ['../sibling', { root: 'home', glob: 'work/sibling' }],
    ['/home/meow', { root: 'root', glob: 'home/meow' }],
    ['/opt/tool cache', { root: 'root', glob: 'opt/tool cache' }],
    ['../../../../../../etc', { root: 'root', glob: 'etc' }],
  ])('%s', (line, expected) => {
    expect(parsePathLine(line, ROOTS)).toEqual(expected);
  });

  test.each([
    ['/', 'whole file system'],
    ['../../../../..', 'whole file system'],
    ['~root', 'another user'],
    ['~other/.npm', 'another user'],
  ])('%s breaks a rule', (line, rule) => {
    expect(parsePathLine(line, ROOTS)).toContain(rule);
  });

  test('a workspace that is the root of the file system has all paths', () => {
    const roots = { ws: '/', home: '/root', root: '/' };
    expect(parsePathLine('x/y', roots)).toEqual({ root: 'ws', glob: 'x/y' });
  });
});
