import assert from 'node:assert/strict';

import fc from 'fast-check';

import { parseLinks, parseNextLink } from '../../../src/oci/link.ts';
import {
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

const BASE = new URL('https://ghcr.io:8443/v2/a/tags/list?n=1');

const target = fc.oneof(
  fc.constantFrom(
    '/v2/a/tags/list?last=x',
    '?last=x',
    'list',
    '//b/c',
    'http://b/c',
    '',
    'a,b;c="',
  ),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.stringMatching(/^[!-;=?-~]{0,20}$/),
);

const printed = fc
  .record({
    target,
    params: fc.uniqueArray(
      fc.record({ name: token, value: fc.option(fc.oneof(quotable, token)) }),
      { maxLength: 4, selector: ({ name }) => name.toLowerCase() },
    ),
    spaces: fc.array(ows, { minLength: 5, maxLength: 5 }),
    escapeAll: fc.boolean(),
    bare: fc.boolean(),
  })
  .map(({ target: address, params, spaces, escapeAll, bare }) => {
    const [a = '', b = '', c = '', d = '', e = ''] = spaces;
    const written = params.map(({ name, value }) => {
      if (value === null) return `${a};${b}${name}`;
      const isBare = bare && /^[^\s;,"]+$/.test(value);
      return `${a};${b}${name}${c}=${d}${isBare ? value : quoted(value, escapeAll)}`;
    });
    return {
      text: `${e}<${a}${address}${b}>${written.join('')}${e}`,
      expected: {
        target: address,
        params: params.map(({ name, value }) => [name.toLowerCase(), value ?? '']),
      },
    };
  });

const UNITS = ['<', '>', ';', ',', '=', '"', '\\', ' ', 'a', 'a=', '</a>', ';rel=next', '\\"', '/'];

const header = fc.oneof(
  anyText,
  pieces(...UNITS, 'rel="next"', '</v2/a>'),
  edited(
    printed.map(({ text }) => text),
    ...UNITS,
  ),
);

export const linkTarget: Target = {
  parser: 'Link',
  properties: [
    holds(
      'the next page is at the same origin',
      fc.array(
        fc.oneof(
          header,
          target.map((text) => `<${text}>; rel=next`),
        ),
        { maxLength: 3 },
      ),
      (headers) => {
        const next = parseNextLink(headers, BASE);
        if (next === undefined) return;
        assert.equal(next.origin, BASE.origin);
        assert.deepEqual([next.username, next.password, next.hash], ['', '', '']);
      },
    ),
    holds(
      'what is printed is read',
      fc.array(fc.array(printed, { maxLength: 3 }), { maxLength: 3 }),
      (headers) => {
        const found = parseLinks(headers.map((list) => list.map(({ text }) => text).join(',')));
        assert.deepEqual(
          found.map(({ target: address, params }) => ({ target: address, params: [...params] })),
          headers.flat().map(({ expected }) => expected),
        );
      },
    ),
    holds(
      'a megabyte is soon read',
      repetitions(['<', '</a>; a="', '</a>', '</a>;rel='], UNITS, ['>', '"', ';rel=next', '\0']),
      (repetition) => {
        parseNextLink([megabyte(repetition)], BASE);
      },
    ),
  ],
};
