import { describe, expect, test } from '@jest/globals';

import { assertKey, normalisePrefix } from '../../src/store/keys.ts';

describe('assertKey', () => {
  test.each(['a', 'a/b', 'ws/_x', '.', 'a.b', 'ü'.repeat(512), 'x'.repeat(1024), 'a b\n'])(
    'takes %j',
    (key) => {
      expect(() => {
        assertKey(key);
      }).not.toThrow();
    },
  );

  test.each([
    ['', 'INVALID_KEY', 'not empty'],
    ['a..b', 'INVALID_KEY', '".."'],
    ['a\0', 'INVALID_KEY', 'NUL'],
    ['x'.repeat(1025), 'INVALID_KEY', '1024 bytes'],
    ['ü'.repeat(513), 'INVALID_KEY', '1024 bytes'],
    ['\ud800', 'INVALID_KEY', 'Unicode'],
    ['_prefix/x', 'RESERVED_KEY', 'reserved'],
  ])('refuses %j with %s', (key, code, words) => {
    expect(() => {
      assertKey(key);
    }).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});

test('a prefix ends in a slash or is empty', () => {
  expect(['', 'src', 'src/'].map(normalisePrefix)).toEqual(['', 'src/', 'src/']);
});
