import { describe, expect, test } from '@jest/globals';

import { parseContentRange } from '../../src/oci/content-range.ts';

describe('parseContentRange', () => {
  test.each([
    ['bytes 0-0/1', 0, 0, 1],
    ['bytes 0-9/100', 0, 9, 100],
    ['bytes 90-99/100', 90, 99, 100],
    ['bytes 5-9/*', 5, 9, undefined],
    ['  BYTES\t0-9/100 ', 0, 9, 100],
    ['bytes 007-09/0100', 7, 9, 100],
    ['bytes 0-9007199254740990/9007199254740991', 0, 2 ** 53 - 2, 2 ** 53 - 1],
  ])('%j', (text, start, end, size) => {
    expect(parseContentRange(text)).toEqual({ start, end, size });
  });

  test.each([
    ['nothing', ''],
    ['no unit, as distribution has it for uploads', '0-9/100'],
    ['another unit', 'items 0-9/100'],
    ['a request', 'bytes=0-9'],
    ['no size', 'bytes 0-9'],
    ['a suffix', 'bytes -9/100'],
    ['no end', 'bytes 0-/100'],
    ['the form of a 416', 'bytes */100'],
    ['an end before the start', 'bytes 9-0/100'],
    ['an end that is the size', 'bytes 0-100/100'],
    ['two ranges', 'bytes 0-1/9, 3-4/9'],
    ['a sign', 'bytes +0-9/100'],
    ['a fraction', 'bytes 0-9.0/100'],
    ['another notation', 'bytes 0-0x9/100'],
    ['digits of another script', 'bytes 0-٩/100'],
    ['blanks inside', 'bytes 0 - 9/100'],
    ['more than a double holds', 'bytes 0-9/9007199254740993'],
    ['very many digits', `bytes 0-${'9'.repeat(400)}/*`],
  ])('%s is none: %j', (_, text) => {
    expect(parseContentRange(text)).toBeUndefined();
  });
});
