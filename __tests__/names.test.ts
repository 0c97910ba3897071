import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  bytesOf,
  decodeName,
  encodePath,
  isCanonical,
  showPath,
  showText,
  takesAnyBytes,
} from '../src/names.ts';
import { nameBytes, pathBytes } from './support/byte-names.ts';

describe('decodeName', () => {
  test.each<[string, number[], string]>([
    ['ASCII', [0x61], 'a'],
    ['UTF-8', [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], 'é😀'],
    ['a byte that is never UTF-8', [0x61, 0xff, 0x62], 'a\uDCFFb'],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9], 'caf\uDCE9'],
    ['a character cut short', [0xe2, 0x82, 0x41], '\uDCE2\uDC82A'],
    ['a continuation alone, then a character', [0x82, 0xc3, 0xa9], '\uDC82é'],
    ['a longer form than need be', [0xc0, 0xaf], '\uDCC0\uDCAF'],
    ['a surrogate', [0xed, 0xb3, 0xbf], '\uDCED\uDCB3\uDCBF'],
    ['what is beyond Unicode', [0xf4, 0x90, 0x80, 0x80], '\uDCF4\uDC90\uDC80\uDC80'],
    ['U+FFFD itself', [0xef, 0xbf, 0xbd], '\uFFFD'],
    ['U+FFFD beside a wrong byte', [0xef, 0xbf, 0xbd, 0xff], '\uFFFD\uDCFF'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0xff], '\uFEFF\uDCFF'],
  ])('%s', (_, bytes, text) => {
    expect(decodeName(Buffer.from(bytes))).toBe(text);
    expect(bytesOf(text)).toEqual(Buffer.from(bytes));
  });

  test('gives each path a text of its own, from which its bytes come back', () => {
    fc.assert(
      fc.property(pathBytes, (bytes) => {
        const text = decodeName(bytes);
        expect(bytesOf(text).equals(bytes)).toBe(true);
        expect(Buffer.from(encodePath(text)).equals(bytes)).toBe(true);
        expect(isCanonical(text)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps the parts of a path apart', () => {
    fc.assert(
      fc.property(pathBytes, nameBytes, (folder, name) => {
        const path = Buffer.concat([folder, Buffer.from('/'), name]);
        expect(decodeName(path)).toBe(`${decodeName(folder)}/${decodeName(name)}`);
      }),
    );
  });
});

test('encodePath leaves text alone that is valid, and bytes too', () => {
  const bytes = Buffer.from([0xff]);
  expect(encodePath('a/é😀\uFFFD')).toBe('a/é😀\uFFFD');
  expect(encodePath('a\uDCFF')).toEqual(Buffer.from([0x61, 0xff]));
  expect(encodePath(bytes)).toBe(bytes);
});

describe('isCanonical', () => {
  test.each([
    ['a high surrogate alone', 'a\uD800'],
    ['a low one that stands for no byte', '\uDC00'],
    ['one that stands for ASCII', '\uDC2F'],
    ['one beyond all bytes', '\uDD00'],
    ['bytes that are a character together', '\uDCC3\uDCA9'],
    ['such bytes among others', '\uDCFF\uDCE2\uDC82\uDCAC'],
    ['a high surrogate before a byte', '\uD800\uD800\uDC80'],
  ])('is false for %s', (_, text) => {
    expect(isCanonical(text)).toBe(false);
  });

  test('is true for just what decodeName gives', () => {
    const unit = fc.oneof(
      fc.constantFrom('\uDCC3', '\uDCA9', '\uDC80', '\uDCE2', '\uDCFF', 'a', 'é', '\uD83D'),
      fc.integer({ min: 1, max: 0xffff }).map((code) => String.fromCharCode(code)),
    );
    const text = fc.array(unit, { maxLength: 6 }).map((units) => units.join(''));
    fc.assert(
      fc.property(text, (text) => {
        expect(isCanonical(text)).toBe(decodeName(bytesOf(text)) === text);
      }),
      { numRuns: 2000 },
    );
  });
});

test('messages show bytes in hexadecimal', () => {
  expect(showPath('caf\uDCE9')).toBe('"caf\\xE9"');
  expect(showPath(Buffer.from([0x61, 0x80]))).toBe('"a\\x80"');
  expect(showPath('a"\n😀\\\uDCFF')).toBe('"a\\"\\n😀\\\\\\xFF"');
  // A name that really holds a backslash is another name.
  expect(showPath('\\udcff')).toBe('"\\\\udcff"');
  expect(showPath('\uD800')).toBe('"\\ud800"');
  expect(showText('caf\uDCE9 😀 \uDC80')).toBe('caf\\xE9 😀 \\x80');
});

test('names are any bytes but on Windows and macOS', () => {
  expect(['linux', 'freebsd', 'darwin', 'win32'].map((p) => takesAnyBytes(p as 'linux'))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
