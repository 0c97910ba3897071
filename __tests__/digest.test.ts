import { describe, expect, test } from '@jest/globals';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';

import { Digester, EMPTY_DIGEST, digestOf, hexOf, isDigest, parseDigest } from '../src/digest.ts';

/** SHA-256 by other code than the one under test. */
function oracle(content: Uint8Array): string {
  return `sha256:${bytesToHex(sha256(content))}`;
}

/** Contents around the 64-byte blocks of SHA-256, and longer ones. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 20_000, size: 'max' }),
);

describe('digests', () => {
  test('are those that another implementation of SHA-256 gives', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        expect(digestOf(bytes)).toBe(oracle(bytes));
      }),
    );
  });

  test('of text are those of its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(digestOf(text)).toBe(oracle(new TextEncoder().encode(text)));
      }),
    );
  });

  test('do not depend on the pieces that content comes in', () => {
    fc.assert(
      fc.property(content, fc.array(fc.nat(20_000), { maxLength: 30 }), (bytes, cuts) => {
        const digester = new Digester();
        const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length];
        let start = 0;
        for (const end of ends.sort((a, b) => a - b)) {
          digester.update(bytes.subarray(start, end));
          start = end;
        }
        expect(digester.size).toBe(bytes.byteLength);
        expect(digester.digest()).toBe(oracle(bytes));
      }),
    );
  });

  test('are those of the examples in FIPS 180', () => {
    expect(digestOf('abc')).toBe(
      'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(digestOf('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
      'sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
    expect(digestOf('')).toBe(EMPTY_DIGEST);
    expect(new Digester().digest()).toBe(EMPTY_DIGEST);
  });
});

describe('parseDigest', () => {
  test('takes every digest, and hexOf gives its digits', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        const digest = digestOf(bytes);
        expect(parseDigest(digest)).toBe(digest);
        expect(hexOf(digest)).toBe(bytesToHex(sha256(bytes)));
      }),
    );
  });

  test.each([
    '',
    'sha256:',
    hexOf(EMPTY_DIGEST),
    EMPTY_DIGEST.toUpperCase(),
    `sha256:${hexOf(EMPTY_DIGEST).toUpperCase()}`,
    EMPTY_DIGEST.slice(0, -1),
    `${EMPTY_DIGEST}0`,
    `${EMPTY_DIGEST}\n`,
    ` ${EMPTY_DIGEST}`,
    `${EMPTY_DIGEST.slice(0, -1)}g`,
    `${EMPTY_DIGEST.slice(0, -3)}/..`,
    EMPTY_DIGEST.replace('sha256', 'sha512'),
    EMPTY_DIGEST.replace('sha256:', 'sha256-'),
  ])('refuses %j', (text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(/ is not a digest: /);
  });

  test('shows no more than the beginning of long text', () => {
    expect(() => parseDigest('x'.repeat(1_000_000))).toThrow(/^.{1,300}$/);
  });

  test.each([undefined, null, 1, [EMPTY_DIGEST], new String(EMPTY_DIGEST)])(
    'is not text, so is no digest: %p',
    (value) => {
      expect(isDigest(value)).toBe(false);
    },
  );
});
