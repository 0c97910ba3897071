import { describe, expect, test } from '@jest/globals';

import { parseHttpDate } from '../../src/oci/http-date.ts';

const NOW = Date.UTC(2026, 6, 1);

describe('parseHttpDate', () => {
  const moment = Date.UTC(1994, 10, 6, 8, 49, 37);
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', moment],
    ['Sunday, 06-Nov-94 08:49:37 GMT', moment],
    ['Sun Nov  6 08:49:37 1994', moment],
    [' sun, 06 nov 1994 08:49:37 gmt ', moment],
    ['Thu, 29 Feb 2024 23:59:60 GMT', Date.UTC(2024, 2, 1)],
    ['Friday, 01-Jul-76 00:00:00 GMT', Date.UTC(2076, 6, 1)],
    ['Friday, 01-Jul-77 00:00:00 GMT', Date.UTC(1977, 6, 1)],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('%j', (text, expected) => {
    expect(parseHttpDate(text, NOW)).toBe(expected);
  });

  test.each([
    '',
    '5',
    '2026',
    'Sun, 31 Feb 2026 00:00:00 GMT',
    'Sun, 29 Feb 2026 00:00:00 GMT',
    'Sun, 00 Jan 2026 00:00:00 GMT',
    'Sun, 01 Foo 2026 00:00:00 GMT',
    'Sun, 01 Jan 2026 24:00:00 GMT',
    'Sun, 01 Jan 2026 00:60:00 GMT',
    'Sun, 01 Jan 2026 00:00:61 GMT',
    'Sun, 01 Jan 2026 00:00:00 CET',
    'Sun, 01 Jan 2026 00:00:00',
    '2026-01-01T00:00:00Z',
    'Sun Nov 6 08:49:37 1994',
  ])('%j is none', (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });
});
