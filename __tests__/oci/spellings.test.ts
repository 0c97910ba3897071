import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { findSpellings } from '../../src/oci/spellings.ts';

/** What of a text is not the word. */
function without(text: string, word: string): string {
  let rest = '';
  let position = 0;
  for (const { start, end } of findSpellings(text, [word]).toSorted((a, b) => a.start - b.start)) {
    rest += text.slice(position, Math.max(position, start));
    position = Math.max(position, end);
  }
  return rest + text.slice(position);
}

const hex = (char: string): string => char.charCodeAt(0).toString(16);
const entity = (char: string): string => `&#${String(char.codePointAt(0))};`;

/** How programs write what is special to them. */
const WRITERS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'JSON of Go': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(/[<>&]/g, (char) => `\\u00${hex(char)}`),
  'JSON of PHP': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll('/', String.raw`\/`),
  'JSON in ASCII': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(/[^ -~]/g, (char) => `\\u${hex(char).padStart(4, '0')}`),
  'HTML of Go': (text) => text.replaceAll(/[&<>"'+]/g, entity),
  'HTML of Handlebars': (text) => text.replaceAll(/[&<>"'`=/]/g, (char) => `&#x${hex(char)};`),
  'HTML with zeros': (text) => text.replaceAll("'", '&#039;').replaceAll('&#0', '&#00'),
  'HTML with names': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('/', '&sol;').replaceAll('+', '&plus;'),
  addresses: encodeURIComponent,
  'addresses of Python': (text) =>
    encodeURIComponent(text)
      .replaceAll('%2F', '/')
      .replaceAll(/[!'()*]/g, (char) => `%${hex(char)}`),
  forms: (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'lines of ten': (text) => text.replaceAll(/.{10}/gs, '$&\r\n'),
};

const WORDS: readonly string[] = [
  `pa/ss+w&rd<1>'x"y=Z`,
  'naïve-secret/1é🔑',
  'two  blanks 99',
  'a&amp;b%41c\\nd-secret',
  'abc+def/ghi_jkl-mnop==',
  'with\ttab\nand line',
];

const ALL = Object.keys(WRITERS);
const write = (how: string, text: string): string => WRITERS[how]?.(text) ?? '';

describe('a word is found', () => {
  test.each(ALL.flatMap((how) => WORDS.map((word) => [how, word] as const)))(
    'in %s: %j',
    (how, word) => {
      expect(without(`say "${write(how, word)}"!`, word)).toBe('say ""!');
    },
  );

  // A line break in the middle of an escape makes it another text.
  const outers = ALL.filter((how) => how !== 'lines of ten');

  test.each(ALL.flatMap((inner) => outers.map((outer) => [inner, outer] as const)))(
    'in %s, and that in %s',
    (inner, outer) => {
      const word = `pa/ss+w&rd<1>'x"y=Z`;
      expect(without(`(${write(outer, write(inner, word))})`, word)).toBe('()');
    },
  );

  test('four deep, and no deeper', () => {
    const word = 'the/secret';
    const deep = (times: number): string =>
      times === 0 ? word : encodeURIComponent(deep(times - 1));
    expect(without(deep(4), word)).toBe('');
    expect(without(deep(5), word)).toBe(deep(5));
  });

  test.each([
    ['base64 without its end', 'x YWJjZGVmZw y', 'x  y'],
    ['base64 with its end, escaped', 'x=YWJjZGVmZw%3D%3D', 'x='],
    ['base64 in lines', 'YWJj\n ZGVm\n Zw==', ''],
    ['with what nobody sees', 'YWJj\u200bZGVm\u00adZw==', ''],
    ['in another case', 'ywjjzgvmzw==', ''],
    ['twice', 'YWJjZGVmZw==,YWJjZGVmZw==', ','],
    ['no part of it', 'YWJjZGVmZ', 'YWJjZGVmZ'],
  ])('%s', (_, text, rest) => {
    expect(without(text, 'YWJjZGVmZw==')).toBe(rest);
  });
});

describe('a short word is found as a whole word', () => {
  test.each([
    ['pass', 'pass passes %3Apass \\npass a&quot;pass&#34;', ' passes %3A \\n a&quot;&#34;'],
    ['a', 'a manifest: %61', ' manifest: '],
    ['a b', 'a b, a+b, a%20b, ab', ', , , ab'],
    ['.*+', 'any .*+ text', 'any  text'],
    ['==', 'a == b', 'a  b'],
    ['a-a', 'xa-a-a', 'xa-'],
    ['İ', 'an İ, an i', 'an , an '],
    ['', 'any text', 'any text'],
  ])('%j in %j', (word, text, rest) => {
    expect(without(text, word)).toBe(rest);
  });
});

// A pattern could not be as long.
test.each([
  ['@a'.repeat(31_000), 'a word of 62,000 characters'],
  ['='.repeat(62_000), 'a word that does not count'],
])('a word of any length is found: %#', (word) => {
  expect(without(`before ${word} behind`, word)).toBe('before  behind');
});

test('whatever the text is, what is found lies in it', () => {
  const pieces = fc.constantFrom(
    '%',
    '2',
    '5',
    '\\',
    'u',
    '0',
    '&',
    '#',
    'x',
    ';',
    'a',
    'secretss',
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((parts) => parts.join('')),
      (text) => {
        for (const { start, end } of findSpellings(text, ['secretss', '%'])) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      },
    ),
  );
});

test.each(['%25', '\\', '&#0', '&amp;', 'YWJj ', '=', '&'])(
  '64 KiB of %j are soon looked through',
  (unit) => {
    const text = unit.repeat((64 * 1024) / unit.length);
    const begun = performance.now();
    findSpellings(text, ['YWJjZGVmZw=='.repeat(200), 'pass']);
    expect(performance.now() - begun).toBeLessThan(2000);
  },
);
