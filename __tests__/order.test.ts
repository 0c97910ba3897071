import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decodeName } from '../src/names.ts';
import { compareBytes } from '../src/order.ts';
import { nameBytes } from './support/byte-names.ts';

describe('compareBytes', () => {
  test('puts characters beyond the BMP last', () => {
    expect(['😀', '\uFFFD', 'z', '\uE000', 'é'].sort(compareBytes)).toEqual([
      'z',
      'é',
      '\uE000',
      '\uFFFD',
      '😀',
    ]);
  });

  test('puts a byte that is not UTF-8 where it belongs among characters', () => {
    // 61, 80, C3 61, C3 A9, E2 82 61, E2 82 AC, F0 9F 98 80, FF
    const sorted = ['a', '\uDC80', '\uDCC3a', 'é', '\uDCE2\uDC82a', '€', '😀', '\uDCFF'];
    expect([...sorted].reverse().sort(compareBytes)).toEqual(sorted);
  });

  test('orders any names as their bytes are ordered', () => {
    const text = fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text));
    const bytes = fc.oneof(nameBytes, text);
    fc.assert(
      fc.property(bytes, bytes, bytes, (start, a, b) => {
        const [one, other] = [Buffer.concat([start, a]), Buffer.concat([start, b])];
        expect(Math.sign(compareBytes(decodeName(one), decodeName(other)))).toBe(
          one.compare(other),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
