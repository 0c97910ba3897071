import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compileGlobs } from '../../src/subtree/globs.ts';

describe('compileGlobs', () => {
  test.each([
    [['dist'], ['dist', 'dist/a', 'dist/.x/b'], ['', 'distant', 'x/dist']],
    [['dist/'], ['dist', 'dist/a'], ['distant']],
    [['dist/**'], ['dist', 'dist/a', 'dist/a/b'], ['distant', 'x/dist/a']],
    [['./dist//x/./'], ['dist/x', 'dist/x/a'], ['dist', 'dist/y']],
    [['**'], ['', 'a', '.hidden', 'a/.b/c'], []],
    [['.'], ['', 'a', 'a/b'], []],
    [['*.ts'], ['a.ts', '.a.ts', 'folder.ts/inside'], ['x/a.ts', 'a.tsx']],
    [['**/*.ts'], ['a.ts', 'x/y/a.ts'], ['a.js']],
    [['src/*'], ['src/a', 'src/a/b'], ['src']],
    [['a/**/z'], ['a/z', 'a/b/c/z', 'a/z/below'], ['a', 'z']],
    [['?[ab]'], ['xa', '.b'], ['a', 'xc', 'x/a']],
    [['[!a]'], ['b'], ['a']],
    [['x{a,b}'], ['x{a,b}'], ['xa', 'xb']],
    [['+(a)'], ['+(a)'], ['a', 'aa']],
    [['#a'], ['#a'], []],
    [
      ['\\!a', '\\*'],
      ['!a', '*'],
      ['a', 'b'],
    ],
    [['A'], ['A'], ['a']],
    // Bytes that are not UTF-8.
    [['*'], ['\uDCFF', 'a\uDC80b', '\uDCFF/\uDCFE'], []],
    [['caf?.ts'], ['caf\uDCE9.ts'], ['caf\uDCC3\uDCFF.ts']],
    [['**/*.ts'], ['\uDCFF/\uDC80.ts', '\uDCFF.ts'], ['\uDCFF']],
    [['[!a]'], ['\uDCFF'], ['a']],
    [[], [], ['', 'a']],
    [
      ['**', '!a'],
      ['', 'b', 'b/a'],
      ['a', 'a/b'],
    ],
    [
      ['**', '!a', 'a/keep'],
      ['b', 'a/keep', 'a/keep/x'],
      ['a', 'a/b'],
    ],
    [['!a', '**'], ['a', 'b'], []],
    [
      ['**', '!**/*.test.ts'],
      ['a.ts', 'x/b.ts'],
      ['a.test.ts', 'x/b.test.ts'],
    ],
  ])('%j selects %j but not %j', (patterns, selected, others) => {
    const { matches } = compileGlobs(patterns);
    expect(selected.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter((path) => matches(path))).toEqual([]);
  });

  test.each([
    [['src/**'], ['', 'src', 'src/x'], ['docs', 'srcs']],
    [['a/*/c'], ['', 'a', 'a/b', 'a/b/c', 'a/b/c/d'], ['b', 'a/b/d']],
    [['**/x'], ['', 'a', 'a/b'], []],
    [
      ['**', '!node_modules'],
      ['', 'a'],
      ['node_modules', 'node_modules/a'],
    ],
    [
      ['**', '!a', 'a/b/c'],
      ['', 'a', 'a/b', 'a/b/c', 'x'],
      ['a/x', 'a/b/x'],
    ],
    [['**', '!a/**'], ['', 'b'], ['a']],
    [[], [], ['', 'a']],
  ])('%j may select something in %j, not in %j', (patterns, folders, others) => {
    const { mayContain } = compileGlobs(patterns);
    expect(folders.filter((folder) => !mayContain(folder))).toEqual([]);
    expect(others.filter((folder) => mayContain(folder))).toEqual([]);
  });

  test.each([
    ['', 'it is empty'],
    ['  ', 'it is empty'],
    ['!', 'it is empty'],
    ['/etc', 'it is absolute'],
    ['!/etc', 'it is absolute'],
    ['C:\\x', 'it is absolute'],
    ['c:/x', 'it is absolute'],
    ['..', 'it holds ".."'],
    ['a/../b', 'it holds ".."'],
    ['a/\\.\\.', 'it holds ".."'],
    ['~', 'it begins with "~"'],
    ['~/x', 'it begins with "~"'],
    ['!!a', 'it is negated twice'],
    ['a\0', 'it holds a NUL'],
    ['a'.repeat(5000), 'more than 4096 characters'],
  ])('refuses %j', (pattern, reason) => {
    expect(() => compileGlobs(['**', pattern])).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(reason),
      }),
    );
  });

  test('names the pattern that it refuses', () => {
    expect(() => compileGlobs(['ok', '../up'])).toThrow('"../up"');
  });

  test('refuses a list that only excludes, as it would select nothing', () => {
    expect(() => compileGlobs(['!docs/**'])).toThrow('"!docs/**" has nothing to exclude from');
  });

  test('takes a name that looks like "..", or like "~", for what it is', () => {
    expect(compileGlobs(['[...slug].tsx', '...', 'a..b', '[~]']).matches('a..b')).toBe(true);
    expect(compileGlobs(['...']).matches('...')).toBe(true);
    expect(compileGlobs(['[~]']).matches('~')).toBe(true);
  });

  test('never leaves out a folder with something selected in it', () => {
    const segment = fc.constantFrom('a', 'b', '*', '**', 'a*', '?', '[ab]');
    const pattern = fc
      .tuple(fc.boolean(), fc.array(segment, { minLength: 1, maxLength: 4 }))
      .map(([excludes, segments]) => `${excludes ? '!' : ''}${segments.join('/')}`);
    const patterns = fc
      .array(pattern, { minLength: 1, maxLength: 4 })
      .filter((list) => list.some((item) => !item.startsWith('!')));
    const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(patterns, path, (list, names) => {
        const matcher = compileGlobs(list);
        if (!matcher.matches(names.join('/'))) return;
        for (let i = 0; i < names.length; i += 1) {
          expect(matcher.mayContain(names.slice(0, i).join('/'))).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
