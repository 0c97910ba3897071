import assert from 'node:assert/strict';

import fc from 'fast-check';

import { htmlText } from '../../../src/oci/html-text.ts';
import { plainText } from '../../../src/oci/plain-text.ts';
import { parseProblems } from '../../../src/oci/problem.ts';
import {
  anyText,
  edited,
  editedJson,
  jsonText,
  megabyte,
  pieces,
  repetitions,
} from '../grammar.ts';
import { type Target, assertHarmless, holds } from '../target.ts';

/** What registries, token servers, object stores and proxies have answered. */
const BODIES: readonly string[] = [
  '{"errors":[{"code":"DENIED","message":"permission_denied: write_package"}]}',
  '{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry","detail":{"name":"a/b"}}]}',
  '{"errors":[{"code":"MANIFEST_INVALID","detail":{"message":"manifest schema version not supported"},"message":"manifest invalid"}]}',
  '{"details":"incorrect username or password"}',
  '{"error":"invalid_grant","error_description":"The refresh token is invalid"}',
  '{"message":"You have exceeded a secondary rate limit."}',
  '{"code":"TOOMANYREQUESTS","message":"retry-after: 182.345µs, allowed: 2000/minute"}',
  '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502</h1></center></body></html>',
  '<!doctype html><script>if (a < b) { "</scr" }</script><style>b{}</style>&lt;b&gt; &amp;&nbsp;',
  '404 page not found\n',
  '\n::error file=a::b\n##[group]x\n##vso[task.complete]y\u001b[2J',
];

const body = fc.constantFrom(...BODIES);
const parsed = body
  .filter((text) => text.startsWith('{'))
  .map((text) => JSON.parse(text) as unknown);

const UNITS = [
  '<',
  '>',
  '<a',
  '</script>',
  '<script>',
  '<style>',
  '&',
  '&amp;',
  '&#34;',
  ':',
  '::',
  '#',
  '##[',
  '::error::',
  '<Code>',
  'https://a/b?',
  '\n',
  '\u001b',
  '\u202e',
  ' ',
  '"',
  '\\',
];

const text = fc.oneof(
  anyText,
  pieces(...UNITS, 'x'),
  edited(body, ...UNITS),
  editedJson(parsed).map(jsonText),
);

function check(whole: string): void {
  const problems = parseProblems(whole);
  assert.ok(problems.length <= 5);
  for (const { code, message } of problems) {
    assert.ok(code.length <= 40 && message.length <= 700);
    assertHarmless(`${code}: ${message}`);
  }
}

export const problemTarget: Target = {
  parser: 'problem bodies',
  properties: [
    holds('any body becomes a few lines of harmless text', text, check),
    holds(
      'a code and a message come out as they are',
      fc.tuple(
        fc.stringMatching(/^[A-Z_]{1,30}$/),
        fc.stringMatching(/^[a-z]([a-z ,.]{0,80}[a-z])?$/).filter((words) => !/ {2}/.test(words)),
      ),
      ([code, message]) => {
        const whole = JSON.stringify({ errors: [{ code, message, detail: {} }] });
        assert.deepEqual(parseProblems(whole), [{ code, message }]);
      },
    ),
    holds(
      'what an address says behind its ? is not shown',
      fc.tuple(anyText, fc.stringMatching(/^[a-z0-9%=&;/?:@+-]{0,20}$/), anyText),
      ([before, query, behind]) => {
        const shown = plainText(`${before} https://a.example/b?${query}hunter2 ${behind}`);
        assert.doesNotMatch(shown, /hunter2/);
      },
    ),
    holds(
      'text without a tag stays, and a tag does not',
      fc.tuple(
        fc.stringMatching(/^[a-z ]{1,20}$/),
        fc.stringMatching(/^\/?[a-z]{1,5}( [a-z="]*)?$/),
      ),
      ([words, tag]) => {
        fc.pre(!/^(?:script|style)/.test(tag));
        assert.equal(htmlText(`${words}<${tag}>${words}`), `${words} ${words}`);
      },
    ),
    holds(
      'a megabyte is soon read',
      repetitions(['<html>', '{"errors":[', '{"message":"', '<script>', '<Code>'], UNITS, [
        '>',
        '"}',
        ']}',
        '</Code>',
        '</script>',
      ]),
      (repetition) => {
        check(megabyte(repetition));
      },
    ),
  ],
};
