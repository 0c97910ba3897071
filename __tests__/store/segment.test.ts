import { zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf, hexOf } from '../../src/digest.ts';
import type { FrameRef, PackRef } from '../../src/location.ts';
import type { Entry, Json } from '../../src/store/entry.ts';
import { decodeSegment, encodeSegment } from '../../src/store/segment.ts';

const hex = hexOf(digestOf('x'));

function frame(pack: PackRef, offset: number, rawSize: number): FrameRef {
  return { pack, offset, storedSize: 10, rawSize, digest: digestOf(String(offset)), codec: 'zstd' };
}

function segment(lines: readonly unknown[]): Uint8Array {
  return zstdCompressSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const header = (packs: number, frames: number, entries: number): unknown => ({
  format: 1,
  packs,
  frames,
  entries,
});

describe('a segment', () => {
  test('gives back what was put in, frames shared', () => {
    const pack = { digest: digestOf('p'), size: 100 };
    const other = { digest: digestOf('q'), size: 100 };
    const [a, b, c] = [frame(pack, 0, 50), frame(pack, 10, 60), frame(other, 0, 40)];
    const entries: [string, Entry][] = [
      ['a', { digest: digestOf('a'), size: 20, location: { frames: [a], offset: 0 } }],
      [
        'b',
        {
          digest: digestOf('b'),
          size: 30,
          meta: { mode: 420 },
          location: { frames: [a], offset: 20 },
        },
      ],
      ['c', { digest: digestOf('c'), size: 100, location: { frames: [b, c], offset: 0 } }],
      ['d', { digest: digestOf(''), size: 0, location: { frames: [], offset: 0 } }],
      ['e', { digest: digestOf('e'), size: 5 }],
    ];
    const decoded = decodeSegment(encodeSegment(entries));
    expect(decoded).toEqual(entries);
    expect(decoded[0]?.[1].location?.frames[0]?.pack).toBe(
      decoded[2]?.[1].location?.frames[0]?.pack,
    );
  });

  test('keeps any key and any metadata', () => {
    const key = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .map((text) => `k${text}`);
    const arbitrary = fc.uniqueArray(fc.tuple(key, fc.nat(), fc.jsonValue()), {
      selector: ([k]) => k,
    });
    fc.assert(
      fc.property(arbitrary, (rows) => {
        const entries = rows
          .filter(([k]) => !k.includes('..') && !k.includes('\0') && k.isWellFormed())
          .map(([k, size, meta]): [string, Entry] => {
            const json = JSON.parse(JSON.stringify(meta)) as Json;
            return [k, { digest: digestOf(k), size, ...(json === null ? {} : { meta: json }) }];
          });
        expect(decodeSegment(encodeSegment(entries))).toEqual(entries);
      }),
    );
  });

  const pack = [hex, 100];
  test.each<[string, readonly unknown[], string]>([
    ['no header', [], 'ends too early'],
    ['a header that is no object', [1], 'header'],
    ['counts that lie', [header(0, 0, 5)], 'ends too early'],
    ['too many lines', [header(0, 0, 0), []], 'more lines'],
    ['sizes of 2^53', [header(0, 0, 1), ['a', hex, 2 ** 53, null, 0, -1, 0]], 'no size'],
    ['a wrong digest', [header(0, 0, 1), ['a', 'zz', 1, null, 0, -1, 0]], 'no digest'],
    [
      'a frame outside of its pack',
      [header(1, 1, 0), pack, [0, 95, 10, 10, hex, 0]],
      'inside its pack',
    ],
    [
      'a frame of no pack',
      [header(1, 1, 0), pack, [1, 0, 10, 10, hex, 0]],
      'pack that is not there',
    ],
    ['an unknown codec', [header(1, 1, 0), pack, [0, 0, 10, 10, hex, 7]], 'codec'],
    ['a bomb', [header(1, 1, 0), pack, [0, 0, 10, 2 ** 40, hex, 0]], 'claims more'],
    [
      'an entry beyond its frame',
      [header(1, 1, 1), pack, [0, 0, 10, 10, hex, 0], ['a', hex, 11, null, 0, 1, 0]],
      'fit',
    ],
    [
      'an entry of no frame',
      [header(0, 0, 1), ['a', hex, 1, null, 3, 1, 0]],
      'frame that is not there',
    ],
    [
      'a key twice',
      [header(0, 0, 2), ['a', hex, 1, null, 0, -1, 0], ['a', hex, 1, null, 0, -1, 0]],
      'twice',
    ],
  ])('with %s is malformed', (_, lines, words) => {
    expect(() => decodeSegment(segment(lines))).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining(words) }),
    );
  });

  test('with a forbidden key is refused', () => {
    const lines = [header(0, 0, 1), ['a/../../etc/passwd', hex, 1, null, 0, -1, 0]];
    expect(() => decodeSegment(segment(lines))).toThrow(
      expect.objectContaining({ code: 'INVALID_KEY' }),
    );
  });

  test('of a newer format says so', () => {
    expect(() => decodeSegment(segment([{ format: 2 }]))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VERSION' }),
    );
  });

  test('that is no zstd is malformed', () => {
    expect(() => decodeSegment(Buffer.from('{}'))).toThrow(
      expect.objectContaining({ code: 'MALFORMED' }),
    );
  });
});
