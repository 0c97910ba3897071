import { expect, test } from '@jest/globals';

import { parseNamespace } from '../../src/store/namespace.ts';

test.each([
  ['a', 'a', 'latest'],
  ['a:b', 'a', 'b'],
  ['localhost:5000/x/y:main', 'localhost:5000/x/y', 'main'],
  ['localhost:5000/x', 'localhost:5000/x', 'latest'],
])('%s is %s with tag %s', (text, name, tag) => {
  expect(parseNamespace(text)).toEqual({ name, tag });
});

test.each([
  '',
  ':a',
  '/etc',
  'a//b',
  'a/',
  'a/../b',
  '..',
  '.',
  'a/.',
  'a b',
  'a:',
  'a:b c',
  'a\0',
  'demo:feature/x',
  'a:b:c',
  'a/b:1/c',
  `a:${'x'.repeat(129)}`,
])('refuses %j', (text) => {
  expect(() => parseNamespace(text)).toThrow(
    expect.objectContaining({ code: 'INVALID_NAMESPACE' }),
  );
});
