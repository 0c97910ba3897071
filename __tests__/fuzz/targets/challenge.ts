import assert from 'node:assert/strict';

import fc from 'fast-check';

import { parseChallenges } from '../../../src/oci/challenge.ts';
import {
  anyCase,
  anyText,
  edited,
  megabyte,
  ows,
  pieces,
  quotable,
  quoted,
  repetitions,
  token,
} from '../grammar.ts';
import { type Target, holds } from '../target.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Parameters in their order, each name once. */
const params = fc
  .uniqueArray(fc.tuple(token, fc.oneof(quotable, token)), {
    maxLength: 4,
    selector: ([name]) => name.toLowerCase(),
  })
  .map((list) => list.map(([name, value]) => ({ name: name.toLowerCase(), value })));

const printed = fc
  .record({
    scheme: token.map((text) => text.toLowerCase()),
    params,
    spaces: fc.array(ows, { minLength: 12, maxLength: 12 }),
    escapeAll: fc.boolean(),
    bare: fc.boolean(),
  })
  .chain(({ scheme, params: list, spaces, escapeAll, bare }) => {
    const space = (i: number): string => spaces[i % spaces.length] ?? '';
    const written = list.map(({ name, value }, i) => {
      const text =
        bare && /^[^\s,"]+$/.test(value) && TOKEN.test(value) ? value : quoted(value, escapeAll);
      return { name, text, gap: [space(3 * i), space(3 * i + 1), space(3 * i + 2)] as const };
    });
    return fc.tuple(anyCase(fc.constant(scheme)), fc.boolean()).map(([shown, upper]) => ({
      expected: { scheme, params: list.map(({ name, value }) => [name, value]) },
      text: `${shown}${written.length === 0 ? '' : ' '}${written
        .map(
          ({ name, text, gap }) =>
            `${upper ? name.toUpperCase() : name}${gap[0]}=${gap[1]}${text}${gap[2]}`,
        )
        .join(',')}`,
    }));
  });

const UNITS = ['"', '\\', 'a=', 'a', ' ', ',', '=', '\t', 'a="', '\\"', 'a b', '~', '/', 'a="b",'];

const header = fc.oneof(
  anyText,
  pieces(...UNITS, 'Bearer ', 'Basic ', 'realm=', '"https://a/b"', 'YII=='),
  edited(
    printed.map(({ text }) => text),
    ...UNITS,
  ),
);

export const challengeTarget: Target = {
  parser: 'WWW-Authenticate',
  properties: [
    holds('any headers give well-formed challenges', fc.array(header, { maxLength: 3 }), (all) => {
      for (const { scheme, params: found } of parseChallenges(all)) {
        assert.match(scheme, TOKEN);
        for (const name of found.keys()) assert.match(name, TOKEN);
      }
    }),
    holds(
      'what is printed is read',
      fc.array(fc.array(printed, { maxLength: 3 }), { maxLength: 3 }),
      (headers) => {
        const texts = headers.map((list) => list.map(({ text }) => text).join(', '));
        const found = parseChallenges(texts).map(({ scheme, params: map }) => ({
          scheme,
          params: [...map],
        }));
        assert.deepEqual(
          found,
          headers.flat().map(({ expected }) => expected),
        );
      },
    ),
    holds(
      'a megabyte is soon read',
      repetitions(['Bearer ', 'Bearer realm="', 'Bearer a'], UNITS, ['"', ',', ' x', '=', '\0']),
      (repetition) => {
        parseChallenges([megabyte(repetition)]);
      },
    ),
  ],
};
