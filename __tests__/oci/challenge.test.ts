import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseChallenges } from '../../src/oci/challenge.ts';

function parsed(...headers: string[]): unknown[] {
  return parseChallenges(headers).map(({ scheme, params }) => [scheme, Object.fromEntries(params)]);
}

describe('parseChallenges', () => {
  test.each([
    [
      'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:o/r:pull"',
      [
        [
          'bearer',
          { realm: 'https://ghcr.io/token', service: 'ghcr.io', scope: 'repository:o/r:pull' },
        ],
      ],
    ],
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    ['BASIC', [['basic', {}]]],
    ['bEaReR ReAlM="https://a/t"', [['bearer', { realm: 'https://a/t' }]]],
    ['Bearer realm = "a" , service = "b"', [['bearer', { realm: 'a', service: 'b' }]]],
    ['Bearer realm="a,b=c \\"d\\" \\\\e"', [['bearer', { realm: 'a,b=c "d" \\e' }]]],
    ['Bearer realm=https://a/t,service=s', [['bearer', { realm: 'https://a/t', service: 's' }]]],
    [
      'Bearer realm="a", Basic realm="b"',
      [
        ['bearer', { realm: 'a' }],
        ['basic', { realm: 'b' }],
      ],
    ],
    [
      'Negotiate, Basic realm="b"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'b' }],
      ],
    ],
    [
      'Negotiate YIIabc==, Basic realm="b"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'b' }],
      ],
    ],
    [',, Basic realm="b",', [['basic', { realm: 'b' }]]],
    ['Bearer realm="a",realm="b"', [['bearer', { realm: 'a' }]]],
    ['', []],
    ['"', []],
    [
      'Basic realm="b", Bearer realm="unfinished',
      [
        ['basic', { realm: 'b' }],
        ['bearer', {}],
      ],
    ],
  ])('%s', (header, expected) => {
    expect(parsed(header)).toEqual(expected);
  });

  test('several headers', () => {
    expect(parsed('Basic realm="a"', 'Bearer realm="b"')).toEqual([
      ['basic', { realm: 'a' }],
      ['bearer', { realm: 'b' }],
    ]);
  });

  test('any quoted text comes back', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
    });
    fc.assert(
      fc.property(text, text, (realm, service) => {
        const quote = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
        const header = `Bearer realm=${quote(realm)},service=${quote(service)}, Basic realm="x"`;
        expect(parsed(header)).toEqual([
          ['bearer', { realm, service }],
          ['basic', { realm: 'x' }],
        ]);
      }),
    );
  });

  test('any text ends, and soon', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (header) => {
        parseChallenges([header]);
      }),
    );
    const start = performance.now();
    for (const piece of ['"', '\\', 'a=', 'a ', 'a,', ' ', 'a="\\"', '=']) {
      parseChallenges([`Bearer ${piece.repeat(16_000 / piece.length)}`]);
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
