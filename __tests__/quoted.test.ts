import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { quoted } from '../src/quoted.ts';

test.each([
  ['plain', '"plain"'],
  ['é 😀 "x" \\', '"é 😀 \\"x\\" \\\\"'],
  ['a\nb\u001b', '"a\\nb\\u001b"'],
  ['\u007f\u009b', '"\\u{7f}\\u{9b}"'],
  ['\u202e\u2028\u{e0001}', '"\\u{202e}\\u{2028}\\u{e0001}"'],
  ['\udc80', '"\\udc80"'],
])('%j', (text, expected) => {
  expect(quoted(text)).toBe(expected);
});

test('any text is one line of what can be seen, and another one for another text', () => {
  const text = fc.string({ unit: 'binary', maxLength: 10 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(quoted(a)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(quoted(a) === quoted(b)).toBe(a === b);
    }),
  );
});
