import assert from 'node:assert/strict';

import fc from 'fast-check';

import { parseContentRange } from '../../../src/oci/content-range.ts';
import { anyCase, anyText, edited, megabyte, ows, pieces, repetitions } from '../grammar.ts';
import { type Target, holds } from '../target.ts';

/** Three numbers, the first at most the second, and that less than the third. */
const range = fc
  .uniqueArray(fc.maxSafeNat(), { minLength: 3, maxLength: 3 })
  .map((numbers) => numbers.toSorted((a, b) => a - b))
  .map(([start = 0, end = 0, size = 0]) => ({ start, end, size }));

const printed = fc
  .record({ range, known: fc.boolean(), unit: anyCase(fc.constant('bytes')), around: ows })
  .map(({ range: { start, end, size }, known, unit, around }) => ({
    text: `${around}${unit} ${String(start)}-${String(end)}/${known ? String(size) : '*'}${around}`,
    expected: { start, end, size: known ? size : undefined },
  }));

const UNITS = ['bytes', ' ', '-', '/', '*', '0', '9', '=', '\t', 'x'];

export const contentRangeTarget: Target = {
  parser: 'Content-Range',
  properties: [
    holds(
      'what it gives can be relied on',
      fc.oneof(
        anyText,
        pieces(...UNITS),
        edited(
          printed.map(({ text }) => text),
          ...UNITS,
        ),
      ),
      (text) => {
        const found = parseContentRange(text);
        if (found === undefined) return;
        const { start, end, size } = found;
        assert.ok(Number.isSafeInteger(start) && Number.isSafeInteger(end));
        assert.ok(start >= 0 && start <= end);
        assert.ok(size === undefined || (Number.isSafeInteger(size) && end < size));
      },
    ),
    holds('what is printed is read', printed, ({ text, expected }) => {
      assert.deepEqual(parseContentRange(text), expected);
    }),
    holds(
      'a megabyte is soon read',
      repetitions(['bytes ', 'bytes 0-', 'bytes 0-1/', ' '], UNITS, ['/9', ' ', 'x']),
      (repetition) => {
        parseContentRange(megabyte(repetition));
      },
    ),
  ],
};
