import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decodeName, showPath } from '../../src/names.ts';
import { requireContained } from '../../src/tree/contain.ts';
import { nameBytes } from '../support/byte-names.ts';
import { errorOf } from './support.ts';

describe('requireContained', () => {
  test.each(['a', 'a/b.c', '...', '..a', 'a..', '.git/x', ' ', 'a\\b', 'c:x', 'nul', 'a.', 'a\nb'])(
    'takes %j where file names are bytes',
    (path) => {
      expect(() => {
        requireContained(path, 'linux');
      }).not.toThrow();
    },
  );

  test.each([
    ['', /empty/],
    ['/etc/passwd', /absolute/],
    ['..', /component "\.\."/],
    ['../x', /component "\.\."/],
    ['a/../../x', /component "\.\."/],
    ['a/..', /component "\.\."/],
    ['.', /component "\."/],
    ['a/./b', /component "\."/],
    ['a//b', /empty component/],
    ['a/', /empty component/],
    ['a\0b', /NUL/],
    ['a\ud800', /Unicode/],
    ['\udc2e\udc2e/a', /Unicode/],
    ['a/\udcc3\udca9', /Unicode/],
  ])('refuses %j everywhere', (path, reason) => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const error = errorOf(() => {
        requireContained(path, platform);
      });
      expect(error.code).toBe('CONTAINMENT');
      expect(error.message).toMatch(reason);
      expect(error.message).toContain(showPath(path));
    }
  });

  test('takes any bytes for a name on Linux; no others than Unicode elsewhere', () => {
    fc.assert(
      fc.property(nameBytes, (bytes) => {
        const path = `a/${decodeName(bytes)}`;
        requireContained(path, 'linux');
        if (path.isWellFormed()) return;
        for (const platform of ['darwin', 'win32'] as const) {
          const error = errorOf(() => {
            requireContained(path, platform);
          });
          expect(error).toMatchObject({
            code: 'CONTAINMENT',
            message: expect.stringMatching(/\\x[89A-F][0-9A-F].* this system has no other/s),
          });
        }
      }),
    );
  });

  test.each([
    'a\\b',
    '..\\x',
    'C:/x',
    'c:x',
    'file.txt:stream',
    'a/nul',
    'NUL.txt',
    'con .log',
    'x/COM1',
    'lpt³.x',
    'conin$',
    'a.',
    'a /b',
    'what?',
    'a\nb',
  ])('refuses %j on Windows', (path) => {
    expect(
      errorOf(() => {
        requireContained(path, 'win32');
      }).code,
    ).toBe('CONTAINMENT');
  });

  test.each(['console.log', 'nullable', 'com10', 'a/b', '.x', 'é'])(
    'takes %j on Windows',
    (path) => {
      expect(() => {
        requireContained(path, 'win32');
      }).not.toThrow();
    },
  );
});
