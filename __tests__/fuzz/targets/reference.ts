import assert from 'node:assert/strict';

import fc from 'fast-check';

import { digestOf } from '../../../src/digest.ts';
import { describeError } from '../../../src/errors.ts';
import { baseUrl } from '../../../src/oci/endpoint.ts';
import {
  type Reference,
  formatReference,
  parseReference,
  parseRepository,
  parseTag,
  parseTaggedReference,
} from '../../../src/oci/reference.ts';
import { anyText, edited, megabyte, pieces, repetitions } from '../grammar.ts';
import { type Target, assertPlain, holds, unlessRefused } from '../target.ts';

/*
 * The grammar as the reference implementation has it, in parts that its own expressions are made of:
 * what is generated from it must be taken, whatever it looks like.
 * https://github.com/distribution/reference/blob/main/regexp.go
 */
const hostLabel = fc.stringMatching(/^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,5}[a-zA-Z0-9])$/);
const component = fc.stringMatching(/^[a-z0-9]{1,5}(([._]|__|-{1,3})[a-z0-9]{1,5}){0,2}$/);
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$/);

const host = fc.oneof(
  // Names that end in a number are refused or are IPv4 addresses.
  fc
    .tuple(
      fc.array(hostLabel, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('.io', '.test', '.xn--p1ai'),
    )
    .map(([labels, end]) => labels.filter((text) => !/^xn--/i.test(text)).join('.') + end)
    .filter((text) => !text.startsWith('.')),
  fc.ipV4(),
  fc
    .ipV6()
    .filter((text) => !text.includes('.'))
    .map((text) => `[${text}]`),
  fc.constant('localhost'),
);
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });

const printed = fc
  .record({
    host,
    port,
    path: fc.array(component, { minLength: 1, maxLength: 4 }).map((list) => list.join('/')),
    tag: fc.option(tag, { nil: undefined }),
    digest: fc.option(fc.string().map(digestOf), { nil: undefined }),
  })
  .map(({ host: name, port: number, path, tag: label, digest }) => {
    const at = `${name}${number === undefined ? '' : `:${String(number)}`}`;
    const end = `${label === undefined ? '' : `:${label}`}${digest === undefined ? '' : `@${digest}`}`;
    return { host: at.toLowerCase(), path, tag: label, digest, text: `${at}/${path}${end}` };
  })
  .filter(({ host: shown, path }) => shown.length + path.length < 255);

const UNITS = ['a', 'A', '/', ':', '.', '_', '__', '-', '@', '0', ' ', '[', ']', 'oci:', '%', '\\'];

const text = fc.oneof(
  anyText,
  pieces(...UNITS, 'ghcr.io/', 'localhost:5000/', 'https://', `@sha256:${'0'.repeat(64)}`),
  edited(
    printed.map(({ text: whole }) => whole),
    ...UNITS,
  ),
);

/** Where a password can stand: before an @ that is not the digest's. */
const withSecret = fc
  .tuple(
    fc.oneof(pieces(...UNITS, '//', 'https://'), fc.string()),
    fc.oneof(pieces(...UNITS), fc.string()),
    fc.oneof(
      printed.map(({ text: whole }) => whole),
      pieces(...UNITS),
      fc.string(),
    ),
  )
  .map(([before, behind, rest]) => `${before}hunter2${behind}@${rest}`)
  .filter((whole) => !whole.startsWith('oci:'));

function read(whole: string): Reference | undefined {
  return unlessRefused(['INVALID_REFERENCE'], () => parseReference(whole), assertPlain);
}

export const referenceTarget: Target = {
  parser: 'reference',
  properties: [
    holds('what is taken reads the same once written, and is safe in an address', text, (whole) => {
      const found = read(whole);
      if (found === undefined) return;
      const { repository } = found;
      if (repository.kind === 'layout') return;
      assert.deepEqual(parseReference(formatReference(found)), found);
      const url = baseUrl(repository);
      assert.equal(url.pathname, `/v2/${repository.name}/`);
      assert.deepEqual([url.username, url.password, url.search, url.hash], ['', '', '', '']);
      const [hostname] = repository.host.split(/:\d+$/);
      const api = hostname === 'docker.io' ? 'registry-1.docker.io' : hostname;
      // An address of IPv6 can be written in many ways.
      if (!repository.host.startsWith('[')) assert.equal(url.hostname, api);
    }),
    holds('what the grammar has is taken', printed, ({ text: whole, ...expected }) => {
      assert.deepEqual(parseReference(whole), {
        repository: { kind: 'registry', host: expected.host, name: expected.path },
        tag: expected.tag,
        digest: expected.digest,
      });
    }),
    holds('a password is not shown', withSecret, (whole) => {
      for (const parse of [parseReference, parseTaggedReference, parseRepository, parseTag]) {
        assert.throws(
          () => parse(whole),
          (error) => {
            assert.doesNotMatch(describeError(error), /hunter2/);
            return true;
          },
        );
      }
    }),
    holds(
      'a megabyte is soon read',
      repetitions(
        ['ghcr.io/', 'ghcr.io/a:', 'a:', '[', 'https://', 'oci:', 'oci://', '@a'],
        UNITS,
        ['!', ':', '@x', '/', 'A', ' '],
      ),
      (repetition) => {
        const whole = megabyte(repetition);
        read(whole);
        unlessRefused(['INVALID_REFERENCE'], () => parseRepository(whole), assertPlain);
        unlessRefused(['INVALID_REFERENCE'], () => parseTag(whole), assertPlain);
      },
    ),
  ],
};
