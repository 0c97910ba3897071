import { describe, expect, test } from '@jest/globals';

import { htmlText } from '../../src/oci/html-text.ts';
import { plainText } from '../../src/oci/plain-text.ts';
import { parseProblems } from '../../src/oci/problem.ts';
import { maskOf } from '../../src/oci/secrets.ts';

describe('plainText', () => {
  test.each([
    ['a\r\nb\tc\u0000\u001b[31md', 'a b c [31md'],
    ['a\u2028b\u2029c\u0085d\u202ee\u200bf\ufeffg', 'a b c d e f g'],
    ['::error file=a::b', ': :error file=a: :b'],
    ['\n::stop-commands::x', ': :stop-commands: :x'],
    ['x ##[set-output name=a]b', 'x # #[set-output name=a]b'],
    ['###[group]', '## #[group]'],
    ['##vso[task.setvariable]', '# #vso[task.setvariable]'],
    ['arn:aws:iam::123:role', 'arn:aws:iam::123:role'],
    ['see https://a.example/b?sig=c&d#e, or not', 'see https://a.example/b?... or not'],
    ['Get "http://a/b?sig=c": EOF', 'Get "http://a/b?...": EOF'],
    ['what? https://a/b.', 'what? https://a/b.'],
    ['é 中 🎉', 'é 中 🎉'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  test('is cut where it is long, and between characters', () => {
    expect(plainText('a'.repeat(300))).toBe('a'.repeat(300));
    expect(plainText('a'.repeat(301))).toBe(`${'a'.repeat(300)}...`);
    const cut = plainText(`${'a'.repeat(299)}🎉`);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).toHaveLength(303);
  });

  test('hides a query that is cut off', () => {
    expect(plainText(`https://a.example/?${'topsecret'.repeat(60)}`)).toBe(
      'https://a.example/?...',
    );
  });
});

describe('htmlText', () => {
  test.each([
    ['<p>a</p><br/>b', ' a  b'],
    ['<title>a</title><style>b{}</style><SCRIPT type=x>if (1 <2) "</p>"</script >c', ' a   c'],
    ['<script/>a', ' '],
    ['&#43;&#x2F;&sol;&plus;&#0039;&#1114112;', "+//+'&#1114112;"],
    ['a < b &amp;&lt;&#39;&quot;&unknown;', 'a < b &<\'"&unknown;'],
    ['a <b', 'a <b'],
    ['<<p>', '< '],
    ['no tag', 'no tag'],
  ])('%j says %j', (page, expected) => {
    expect(htmlText(page)).toBe(expected);
  });
});

describe('parseProblems', () => {
  test.each([
    ['', []],
    [' \n', []],
    ['null', [{ code: '', message: 'null' }]],
    ['[]', [{ code: '', message: '[]' }]],
    ['{"errors":[]}', []],
    ['{"errors":[null,1,{}]}', Array(3).fill({ code: '', message: '' })],
    ['{"errors":[{"code":1,"message":{}}]}', [{ code: '', message: '' }]],
    [
      '{"errors":[{"code":"denied\\n","message":"a","detail":"b"}]}',
      [{ code: 'DENIED', message: 'a: b' }],
    ],
    ['{"errors":[{"code":"UNKNOWN","detail":"b"}]}', [{ code: 'UNKNOWN', message: 'b' }]],
    ['{"errors":"x","message":"y"}', [{ code: '', message: 'y' }]],
    ['{"errors":[{"code":"A","mess', [{ code: '', message: '{"errors":[{"code":"A","mess' }]],
  ])('of %j', (text, expected) => {
    expect(parseProblems(text)).toEqual(expected);
  });

  test('are few', () => {
    const errors = Array(100).fill({ code: 'DENIED', message: 'a' });
    expect(parseProblems(JSON.stringify({ errors }))).toHaveLength(5);
  });
});

describe('secrets on a page', () => {
  const password = "abc<def>ghi'jkl&amp;m";
  const authorization = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
  const mask = maskOf({ headers: { authorization } });

  test.each([
    ['as they are, though a part of them looks like a tag', `wrong: ${password}!`, 'wrong: ***!'],
    ['as HTML, also with numbers', 'wrong: abc&lt;def&gt;ghi&#x27;jkl&#38;amp;m!', 'wrong: ***!'],
    [
      'with tags in them',
      'wrong: abc&lt;de<wbr>f&gt;ghi<b>&#039;</b>jkl&amp;amp;m!',
      'wrong: ***!',
    ],
    [
      'in the XML of a storage',
      '<Code>A</Code><Message>abc&lt;def&gt;ghi&apos;jkl&amp;amp;m!</Message>',
      'A: ***!',
    ],
  ])('are hidden %s', (_, page, shown) => {
    expect(parseProblems(page, mask)).toEqual([{ code: '', message: shown }]);
  });
});
