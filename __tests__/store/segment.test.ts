import { randomBytes } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import { hasCode } from '../../src/errors.ts';
import type { FrameRef, PackRef } from '../../src/location.ts';
import type { Entry, Json } from '../../src/store/entry.ts';
import { Index } from '../../src/store/entry-index.ts';
import { compress, decompress } from '../../src/store/segment/format.ts';
import {
  type Payload,
  type PayloadEntry,
  type PayloadKey,
  packSegment,
  payload,
  unpackSegment,
  varint,
} from './segment-payload.ts';

const digest = digestOf('x');

function frame(pack: PackRef, offset: number, rawSize: number): FrameRef {
  return { pack, offset, storedSize: 10, rawSize, digest: digestOf(String(offset)), codec: 'zstd' };
}

const packs = [
  { digest: digestOf('p'), size: 100 },
  { digest: digestOf('q'), size: 100 },
] as const;
const [a, b, c] = [frame(packs[0], 0, 50), frame(packs[0], 10, 60), frame(packs[1], 0, 40)];

/** One entry of each sort: shared, several and no frames, times, other metadata and none. */
const SAMPLE: readonly [string, Entry][] = [
  ['a', { digest: digestOf('a'), size: 20, location: { frames: [a], offset: 0 } }],
  [
    'a/b',
    {
      digest: digestOf('b'),
      size: 30,
      meta: { mode: 420, mtimeMs: 1_732_280_000_123.456 },
      location: { frames: [a], offset: 20 },
    },
  ],
  ['a/c', { digest: digestOf('c'), size: 100, location: { frames: [b, c], offset: 0 } }],
  [
    'd',
    {
      digest: digestOf(''),
      size: 0,
      meta: { kind: 'folder', mode: 448, mtimeMs: 0, path: 'x' },
      location: { frames: [], offset: 0 },
    },
  ],
  ['e', { digest: digestOf('e'), size: 5, meta: null }],
  ['é😀', { digest: digestOf('e'), size: Number.MAX_SAFE_INTEGER }],
];

function encode(entries: Iterable<readonly [string, Entry]>): Buffer {
  return new Index(entries).encode();
}

function decode(segment: Uint8Array): [string, Entry][] {
  return [...Index.decode(segment).range('')];
}

describe('a segment', () => {
  test('gives back what was put in, frames shared', () => {
    const decoded = decode(encode(SAMPLE));
    expect(decoded).toEqual(SAMPLE);
    expect(decoded[0]?.[1].location?.frames[0]).toBe(decoded[1]?.[1].location?.frames[0]);
    expect(decoded[0]?.[1].location?.frames[0]?.pack).toBe(
      decoded[2]?.[1].location?.frames[0]?.pack,
    );
  });

  test('is the same bytes whatever the history of its index', () => {
    const index = new Index([...SAMPLE].reverse());
    index.encode();
    index.delete('a/c');
    index.set('z', SAMPLE[1]![1]);
    index.encode();
    for (const [key, entry] of SAMPLE) index.set(key, entry);
    index.delete('z');
    expect(index.encode()).toEqual(encode(SAMPLE));
    expect(Index.decode(index.encode()).encode()).toEqual(encode(SAMPLE));
  });

  test('keeps any key and any metadata', () => {
    const key = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .map((text) => `k${text}`)
      .filter((text) => !text.includes('..') && !text.includes('\0') && text.isWellFormed());
    const time = fc.oneof(
      fc.nat(),
      fc.double(),
      fc.integer(),
      fc.constantFrom(1e16, 4_503_498_450_217.689),
    );
    const meta = fc.oneof(
      fc.jsonValue(),
      fc.record({ mode: fc.nat(511), mtimeMs: time }),
      fc.record({ a: fc.record({ mtimeMs: time }), 'x"mtimeMs': time, mtimeMs: time }),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, fc.maxSafeNat(), meta), { selector: ([k]) => k }),
        (rows) => {
          const entries = rows.map(([k, size, value]): [string, Entry] => {
            return [
              k,
              { digest: digestOf(k), size, meta: JSON.parse(JSON.stringify(value)) as Json },
            ];
          });
          const bytewise = entries.sort(([x], [y]) =>
            Buffer.compare(Buffer.from(x), Buffer.from(y)),
          );
          const decoded = decode(encode(entries));
          expect(decoded).toEqual(bytewise);
          expect(JSON.stringify(decoded)).toBe(JSON.stringify(bytewise));
        },
      ),
    );
  });

  test('keeps frames that other entries name in another order', () => {
    const [x, y, z] = [frame(packs[0], 0, 50), frame(packs[0], 10, 60), frame(packs[0], 20, 40)];
    const runs = [[x, y], [y, z], [z, x], [y], [x, y, z], [x, y]];
    const entries = runs.map((frames, i): [string, Entry] => {
      const size = frames.reduce((sum, { rawSize }) => sum + rawSize, 0);
      return [`k${String(i)}`, { digest, size, location: { frames, offset: 0 } }];
    });
    expect(decode(encode(entries))).toEqual(entries);
  });

  test('keeps apart frames that differ in one field alone', () => {
    const other = { ...a, digest: digestOf('other') };
    const entries = [a, other, { ...a, pack: { ...a.pack, size: 99 } }].map(
      (one, i): [string, Entry] => [
        `k${String(i)}`,
        { digest, size: 1, location: { frames: [one], offset: 0 } },
      ],
    );
    expect(decode(encode(entries))).toEqual(entries);
  });

  test.each<readonly [string, string]>([
    ['{"a":', '}'],
    ['{"z":null,"1":true,"a":', ',"b":"c"}'],
    ['{"__proto__":', ',"b":1}'],
    ['{"a":', ',"a":5}'],
    ['{"a":5,"a":', '}'],
    ['{"a":1', '}'],
    ['{"a":-', '}'],
    ['{"a":', 'e3}'],
    ['{"a":"', '"}'],
    ['{"a":{"b":', '}}'],
    ['{"a":{},"b":', '}'],
    ['{"', '":1}'],
    ['{"1":0,"', '":1}'],
    ['{"1":0,"0":1,"', '":1}'],
    ['{"1":5,"0":1,"', '":1}'],
    ['[', ']'],
    ['', ''],
    ['"', '"'],
    [' ', ' '],
  ])('has metadata with any gap: %s_%s', (head, tail) => {
    const numbers = [0, 1, 1000, 1500, 2000, 123_456, 2 ** 52 - 1];
    const entries = numbers.map((number, i) => ({
      key: `k${String(i)}`,
      digest,
      size: 1,
      meta: 1,
      time: number - (numbers[i - 1] ?? 0),
    }));
    const decoded = decode(packSegment(payload({ metas: [[head, tail]], entries })));
    const texts = numbers.map((number) => `${head}${String(number / 1000)}${tail}`);
    expect(decoded.map(([, { meta }]) => JSON.stringify(meta))).toEqual(
      texts.map((text) => JSON.stringify(JSON.parse(text))),
    );
  });

  test('gives each entry metadata of its own', () => {
    const meta = { list: [1], mtimeMs: 1 };
    const index = Index.decode(encode(['a', 'b'].map((key) => [key, { digest, size: 1, meta }])));
    const [x, y] = [index.get('a')?.meta, index.get('b')?.meta] as (typeof meta)[];
    expect(x).toEqual(meta);
    expect(x).not.toBe(y);
    expect(x!.list).not.toBe(y!.list);
  });

  test('is as docs/format.md says, field by field', () => {
    const parts: Payload = {
      packs,
      frames: [
        { pack: 0, offset: 0, stored: 10, raw: 50, codec: 0, digest: digestOf('0') },
        { pack: 0, offset: 10, stored: 10, raw: 60, codec: 0, digest: digestOf('10') },
        { pack: 1, offset: 0, stored: 10, raw: 40, codec: 0, digest: digestOf('0') },
      ],
      metas: [
        ['{"mode":420,"mtimeMs":', '}'],
        ['{"kind":"folder","mode":448,"mtimeMs":', ',"path":"x"}'],
        ['null'],
      ],
      entries: [
        { key: 'a', digest: digestOf('a'), size: 20, frames: 2 },
        {
          key: 'a/b',
          digest: digestOf('b'),
          size: 30,
          meta: 1,
          time: 1_732_280_000_123_456,
          frames: 2,
        },
        { key: 'a/c', digest: digestOf('c'), size: 100, frames: 3, first: 1 },
        {
          key: 'd',
          digest: digestOf(''),
          size: 0,
          meta: 2,
          time: -1_732_280_000_123_456,
          frames: 1,
        },
        { key: 'e', digest: digestOf('e'), size: 5, meta: 3 },
        { key: 'é😀', digest: digestOf('e'), size: Number.MAX_SAFE_INTEGER },
      ],
    };
    expect(unpackSegment(encode(SAMPLE)).toString('latin1')).toBe(
      payload(parts).toString('latin1'),
    );
  });
});

describe('a segment of changes', () => {
  const before = new Index(SAMPLE);
  const after = new Index([
    ['a', { digest: digestOf('new'), size: 1 }],
    ...SAMPLE.slice(2, 5),
    ['z', { digest: digestOf('z'), size: 2 }],
  ]);

  test('is as docs/format.md says, field by field', () => {
    const parts: Payload = {
      entries: [
        { key: 'a', digest: digestOf('new'), size: 1 },
        { key: 'z', digest: digestOf('z'), size: 2 },
      ],
      tombstones: [{ key: 'a/b' }, { key: 'é😀' }],
    };
    expect(unpackSegment(after.encodeChanges(before)).toString('latin1')).toBe(
      payload(parts).toString('latin1'),
    );
  });

  test('is no base where it deletes something, and is one where it does not', () => {
    const changes = after.encodeChanges(before);
    expect(() => decode(changes)).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining('deletes') }),
    );
    const grown = new Index([...SAMPLE, ['z', { digest, size: 1 }]]);
    expect(decode(grown.encodeChanges(before))).toEqual([['z', { digest, size: 1 }]]);
  });

  test('may delete what is not there', () => {
    const index = new Index([['x', { digest, size: 1 }]]);
    const deletes = segment({ tombstones: [{ key: 'a' }, { key: 'x' }, { key: 'y' }] });
    index.applySegment(deletes);
    index.applySegment(deletes);
    expect([index.size, ...index.range('')]).toEqual([0]);
  });

  test('leaves what is unsaved as it was, but for what it says itself', () => {
    const index = Index.decode(encode(SAMPLE));
    for (const key of ['a', 'mine', 'd']) index.set(key, { digest: digestOf('mine'), size: 4 });
    for (const key of ['a/c', 'e', 'é😀']) index.delete(key);
    for (const isFolded of [false, true]) {
      const changed = new Index(SAMPLE);
      changed.markSaved();
      changed.apply(index.changes());
      if (isFolded) changed.encode();
      changed.applySegment(
        segment({
          entries: [
            { key: 'a', digest, size: 1 },
            { key: 'e', digest, size: 1 },
            { key: 'new', digest, size: 1 },
          ],
          tombstones: [{ key: 'a/b' }, { key: 'd' }, { key: 'é😀' }],
        }),
      );
      expect([...changed.range('')]).toEqual([
        ['a', { digest, size: 1 }],
        ['e', { digest, size: 1 }],
        ['mine', { digest: digestOf('mine'), size: 4 }],
        ['new', { digest, size: 1 }],
      ]);
      expect(new Map(changed.changes())).toEqual(
        new Map([
          ['a/c', undefined],
          ['mine', { digest: digestOf('mine'), size: 4 }],
        ]),
      );
    }
  });

  test('leaves it deleted what was cleared, but for what it says itself', () => {
    const index = Index.decode(encode(SAMPLE));
    index.clear();
    index.set('e', { digest, size: 9 });
    index.applySegment(
      segment({ entries: [{ key: 'a', digest, size: 1 }], tombstones: [{ key: 'd' }] }),
    );
    expect([...index.range('')].map(([key]) => key)).toEqual(['a', 'e']);
    expect(new Map(index.changes())).toEqual(
      new Map([
        ['a/b', undefined],
        ['a/c', undefined],
        ['é😀', undefined],
        ['e', { digest, size: 9 }],
      ]),
    );
    expect([...index.changes()]).toHaveLength(4);
  });

  test('is read on top of those before it', () => {
    const last = new Index([['q', { digest, size: 1 }]]);
    const segments = [before.encode(), after.encodeChanges(before), last.encodeChanges(after)];
    expect([...Index.decodeAll(segments).range('')]).toEqual([...last.range('')]);
    expect([...Index.decodeAll(segments.slice(0, 2)).range('')]).toEqual([...after.range('')]);
    expect(Index.decodeAll(segments).hasChanges).toBe(false);
    for (const wrong of [[], segments.slice(1)]) {
      expect(() => Index.decodeAll(wrong)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    }
  });

  test('of two states that are equal holds nothing', () => {
    expect(unpackSegment(before.encodeChanges(new Index(SAMPLE)))).toEqual(payload({}));
  });
});

/** A hostile segment. */
function segment(parts: Payload): Buffer {
  return packSegment(payload(parts));
}

describe('a segment is malformed', () => {
  const pack = packs[0];
  const good = { pack: 0, offset: 0, stored: 10, raw: 10, codec: 0, digest };
  const inFrame = (entry: Partial<PayloadEntry>): Payload => ({
    packs: [pack],
    frames: [good],
    entries: [{ key: 'a', digest, size: 10, frames: 2, ...entry }],
  });
  const withKeys = (...keys: (Partial<PayloadEntry> | string)[]): Payload => ({
    entries: keys.map((key) => ({
      key: 'a',
      digest,
      size: 1,
      ...(typeof key === 'string' ? { key } : key),
    })),
  });
  const withTombstones = (...keys: (PayloadKey | string)[]): Payload => ({
    tombstones: keys.map((key) => (typeof key === 'string' ? { key } : key)),
  });
  const withMeta = (head: string, tail?: string): Payload => ({
    metas: [tail === undefined ? [head] : [head, tail]],
  });

  test.each<[string, Payload, string]>([
    ['another beginning', { magic: 'CAFSSEQ' }, 'begin'],
    ['format 0', { format: 0 }, 'format is 0'],
    ['counts that lie', { counts: [0, 0, 0, 5, 0] }, 'ends too early'],
    ['a count beyond all memory', { counts: [0, 0, 0, 2 ** 50, 0] }, 'ends too early'],
    ['a count of packs beyond all memory', { counts: [2 ** 50, 0, 0, 0, 0] }, 'ends too early'],
    ['a count of frames beyond all memory', { counts: [0, 2 ** 50, 0, 0, 0] }, 'ends too early'],
    ['a count of templates beyond all memory', { counts: [0, 0, 2 ** 50, 0, 0] }, 'ends too early'],
    ['a count of tombstones that lies', { counts: [0, 0, 0, 0, 1] }, 'ends too early'],
    [
      'a count of tombstones beyond all memory',
      { counts: [0, 0, 0, 0, 2 ** 50] },
      'ends too early',
    ],
    ['something behind the last column', { behind: Buffer.from('x') }, 'follows its last column'],
    ['a frame outside of its pack', { packs: [pack], frames: [{ ...good, offset: 95 }] }, 'inside'],
    ['a frame of no pack', { packs: [pack], frames: [{ ...good, pack: 1 }] }, 'pack that is not'],
    ['an unknown codec', { packs: [pack], frames: [{ ...good, codec: 2 }] }, 'codec'],
    ['a bomb', { packs: [pack], frames: [{ ...good, raw: 2 ** 40 }] }, 'claims more'],
    ['a huge frame', { packs: [pack], frames: [{ ...good, stored: 2 ** 40 }] }, 'claims more'],
    ['a frame of no bytes', { packs: [pack], frames: [{ ...good, stored: 0 }] }, 'empty'],
    ['a frame of nothing', { packs: [pack], frames: [{ ...good, raw: 0 }] }, 'empty'],
    ['an entry beyond its frame', inFrame({ size: 11 }), 'fit'],
    ['an entry that ends beyond its frame', inFrame({ size: 6, offset: 5 }), 'fit'],
    ['an entry before its frame', inFrame({ size: 1, offset: -1 }), 'fit'],
    ['an entry of another size than its frames', inFrame({ size: 1, frames: 1 }), 'fit'],
    ['an entry of a frame that is not there', inFrame({ first: 1 }), 'frame that is not there'],
    ['an entry of a frame before the first', inFrame({ first: -1 }), 'frame that is not there'],
    ['an entry of more frames than there are', inFrame({ frames: 3 }), 'frame that is not there'],
    ['an empty key', withKeys(''), 'not empty'],
    ['a key twice', withKeys('a', 'a'), 'twice'],
    ['a key before a longer one', withKeys('ab', 'a'), 'twice'],
    ['keys out of order', withKeys('b', 'a'), 'sorted'],
    ['keys in the order of UTF-16', withKeys('😀', '\uffff'), 'sorted'],
    ['keys that share more than they say', withKeys('ab', { key: 'ac', shared: 0 }), 'shares more'],
    ['a first key that shares', withKeys({ key: 'ab', shared: 1 }), 'shares more than'],
    ['a reserved key', withKeys('_a'), 'reserved'],
    ['a key with ".."', withKeys('a/../../etc/passwd'), '".."'],
    ['keys that make ".." together', withKeys('a.', 'a..'), '".."'],
    ['a key with NUL', withKeys('a\0'), 'NUL'],
    ['a key of 1,025 bytes', withKeys('k'.repeat(1025)), 'at most 1024'],
    ['keys of 1,025 bytes', withKeys('k'.repeat(1023), `${'k'.repeat(1023)}é`), 'at most 1024'],
    ['an empty key to delete', withTombstones('', 'abc'), 'not empty'],
    ['a key to delete twice', withTombstones('abc', 'abc'), 'twice'],
    ['keys to delete out of order', withTombstones('b', 'a'), 'sorted'],
    [
      'keys to delete that share more than they say',
      withTombstones('ab', { key: 'ac', shared: 0 }),
      'shares more',
    ],
    [
      'a first key to delete that shares',
      withTombstones({ key: 'ab', shared: 1 }),
      'shares more than',
    ],
    ['a reserved key to delete', withTombstones('_a'), 'reserved'],
    ['a key to delete with ".."', withTombstones('../a'), '".."'],
    ['a key to delete with NUL', withTombstones('a\0'), 'NUL'],
    ['a key to delete of 1,025 bytes', withTombstones('k'.repeat(1025)), 'at most 1024'],
    [
      'a key to delete that is no UTF-8',
      withTombstones({ key: Buffer.from([0x61, 0xff]) }),
      'UTF-8',
    ],
    [
      'a key that is set and deleted',
      { ...withKeys('a', 'b', 'd'), ...withTombstones('c', 'd', 'e') },
      'sets and deletes',
    ],
    [
      'something behind the last key to delete',
      { ...withTombstones('a'), behind: Buffer.from('x') },
      'follows its last column',
    ],
    ['a key that is no UTF-8', withKeys({ key: Buffer.from([0x61, 0xff]) }), 'UTF-8'],
    [
      'a character over two keys',
      withKeys({ key: Buffer.from([0x61, 0xc3]) }, { key: Buffer.from([0xa9]) }),
      'UTF-8',
    ],
    ['a surrogate in UTF-8', withKeys({ key: Buffer.from([0xed, 0xa0, 0x80]) }), 'UTF-8'],
    ['metadata that is not there', withKeys({ meta: 1 }), 'metadata that is not there'],
    ['metadata that is no JSON', withMeta('{'), 'no JSON'],
    ['no metadata at all', withMeta(''), 'no JSON'],
    ['metadata that is no JSON with some number', withMeta('{"a":1.', '}'), 'no JSON'],
    ['metadata that is no JSON with 0', withMeta('', '5'), 'no JSON'],
    ['metadata whose gap is an exponent', withMeta('1e', ''), 'no JSON'],
    [
      'a huge head and tail',
      withMeta(`"${'x'.repeat(2 ** 19)}`, `${'x'.repeat(2 ** 19)}"`),
      'at most',
    ],
    ['deep metadata', withMeta('['.repeat(65) + ']'.repeat(65)), '64 lists and objects'],
    ['very deep metadata', withMeta('['.repeat(1e5) + ']'.repeat(1e5)), '64 lists and objects'],
    ['deep metadata with a number', withMeta('[1,{"a":'.repeat(33), '}]'.repeat(33)), '64 lists'],
    ['huge metadata', withMeta(JSON.stringify('x'.repeat(2 ** 20))), 'at most'],
    [
      'a time before 1970',
      { metas: [['', '']], entries: [{ key: 'a', digest, size: 1, meta: 1, time: -1 }] },
      'time',
    ],
    [
      'a time after 2112',
      {
        metas: [['', '']],
        entries: [
          { key: 'a', digest, size: 1, meta: 1, time: 2 ** 52 - 1 },
          { key: 'b', digest, size: 1, meta: 1, time: 1 },
        ],
      },
      'time',
    ],
  ])('with %s', (_, parts, words) => {
    const isMalformed = expect.objectContaining({
      code: 'MALFORMED',
      message: expect.stringContaining(words),
    });
    expect(() => decode(segment(parts))).toThrow(isMalformed);
    const index = new Index(SAMPLE);
    expect(() => {
      index.applySegment(segment(parts));
    }).toThrow(isMalformed);
    expect([...index.range('')]).toEqual(SAMPLE);
  });

  test('with more tombstones than an index can have entries', () => {
    const counts = [0, 0, 0, 0, 2 ** 24 + 1] as const;
    const bytes = payload({ counts, behind: Buffer.alloc(3 * (2 ** 24 + 1)) });
    expect(() => {
      new Index().applySegment(packSegment(bytes));
    }).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining('more keys') }),
    );
  });

  test('with keys of more than 512 MiB, those to delete included', () => {
    const count = 2 ** 19;
    const columns = (first: number, others: number): Buffer =>
      Buffer.concat([varint(first), ...Array<Buffer>(count - 1).fill(varint(others))]);
    // Keys of 1,024 bytes each, written in six.
    const behind = Buffer.concat([columns(0, 1020), columns(1024, 4), Buffer.alloc(2)]);
    const fits: Payload = { counts: [0, 0, 0, 0, count], behind };
    const entries = [{ key: 'a', digest, size: 1 }];
    for (const [parts, words] of [
      [fits, 'ends too early'],
      [{ counts: [0, 0, 0, 1, count], entries, behind } satisfies Payload, '536870912 bytes'],
    ] as const) {
      expect(() => {
        new Index().applySegment(segment(parts));
      }).toThrow(
        expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining(words) }),
      );
    }
  });

  test.each([
    ['of 2^53', varint(2 ** 53), 'too large'],
    ['without an end', Buffer.alloc(20, 0xff), 'too large'],
    ['in more bytes than it needs', Buffer.from([0x80, 0]), 'more bytes than'],
  ])('with a number %s', (_, number, words) => {
    const start = payload({}).subarray(0, 8);
    expect(() => decode(packSegment(Buffer.concat([start, number, Buffer.alloc(9)])))).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining(words) }),
    );
  });

  test('with metadata that is no UTF-8', () => {
    const bytes = payload({ metas: [['"??"']] });
    bytes[bytes.length - 2] = 0xff;
    expect(() => decode(packSegment(bytes))).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining('UTF-8') }),
    );
  });

  test('with so many uses of frames that they would never be read', () => {
    const frames = Array.from({ length: 2000 }, (_, i) => ({
      ...good,
      raw: 1,
      stored: 1,
      offset: i,
    }));
    const entries = Array.from({ length: 2 ** 26 / 2000 + 1 }, (_, i) => ({
      key: `k${String(i).padStart(6, '0')}`,
      digest,
      size: 2000,
      frames: 2001,
    }));
    expect(() => decode(segment({ packs: [{ digest, size: 2000 }], frames, entries }))).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining('too many') }),
    );
  });

  test('that is no zstd', () => {
    for (const bytes of ['', '{}', 'CAFSSEG\u0001']) {
      expect(() => decode(Buffer.from(bytes))).toThrow(
        expect.objectContaining({ code: 'MALFORMED' }),
      );
    }
  });

  test('that has something behind its frame', () => {
    const whole = encode(SAMPLE);
    for (const more of [Buffer.from('x'), whole]) {
      expect(() => decode(Buffer.concat([whole, more]))).toThrow(
        expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining('follows') }),
      );
    }
  });

  test('that decompresses to more than 512 MiB', () => {
    const bomb = packSegment(Buffer.alloc(512 * 1024 * 1024 + 1));
    expect(() => decode(bomb)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });
});

test('a segment of a newer format says so', () => {
  expect(() => decode(segment({ format: 2 }))).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_VERSION', hint: expect.any(String) }),
  );
});

describe('a damaged segment', () => {
  const whole = encode(SAMPLE);

  test('cut anywhere is malformed', () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decode(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'MALFORMED' }),
      );
    }
  });

  test('with any bit turned is malformed, or the very same', () => {
    const same: number[] = [];
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      const decoded = outcome(damaged);
      if (decoded === 'MALFORMED') continue;
      expect(decoded).toEqual(SAMPLE);
      same.push(bit);
    }
    // zstd's header has one bit that decoders must not look at.
    expect(same).toEqual([4 * 8 + 4]);
  });

  test('whose columns were changed is a segment or malformed, and nothing else', () => {
    const bytes = unpackSegment(whole);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.nat(20), (changes, cut) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        const found = outcome(
          packSegment(damaged.subarray(0, damaged.length - (cut > 2 ? 0 : cut))),
        );
        if (typeof found === 'string') return;
        expect(decode(encode(found))).toEqual(found);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['a base', unpackSegment(whole)],
    [
      'changes',
      unpackSegment(new Index(SAMPLE.slice(1, 3)).encodeChanges(new Index(SAMPLE.slice(2)))),
    ],
  ])('with any one byte of its columns changed is a segment or malformed: %s', (_, bytes) => {
    for (let at = 0; at < bytes.length; at += 1) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff, bytes[at]! ^ 1]) {
        const damaged = Buffer.from(bytes);
        damaged[at] = value;
        outcome(packSegment(damaged));
        applied(packSegment(damaged));
      }
    }
  });
});

/** The same of what a segment of changes makes of an index. */
function applied(bytes: Uint8Array): [string, Entry][] | string {
  const index = new Index(SAMPLE);
  const after = outcomeOf(() => {
    index.applySegment(bytes);
    return [...index.range('')];
  });
  if (typeof after === 'string') expect([...index.range('')]).toEqual(SAMPLE);
  else expect(decode(index.encode())).toEqual(after);
  return after;
}

/** The entries of a segment, or the code of the one error that is right. */
function outcome(bytes: Uint8Array): [string, Entry][] | string {
  return outcomeOf(() => decode(bytes));
}

function outcomeOf(work: () => [string, Entry][]): [string, Entry][] | string {
  try {
    return work();
  } catch (error) {
    if (hasCode(error, 'MALFORMED')) return 'MALFORMED';
    if (hasCode(error, 'UNSUPPORTED_VERSION')) return 'UNSUPPORTED_VERSION';
    throw error;
  }
}

test('a segment takes metadata of 1 MiB, and of 64 lists one in another', () => {
  const deepest = JSON.parse('['.repeat(64) + ']'.repeat(64)) as Json;
  const entries: [string, Entry][] = [
    ['deep', { digest, size: 1, meta: deepest }],
    ['flat', { digest, size: 1, meta: '[{"\\'.repeat(100) }],
    ['large', { digest, size: 1, meta: 'x'.repeat(2 ** 20 - 2) }],
    ['wide', { digest, size: 1, meta: Array.from({ length: 100 }, () => [{}]) }],
  ];
  expect(decode(encode(entries))).toEqual(entries);
});

test('a segment that fills the pieces of its compression exactly is one frame all the same', () => {
  // Sizes around 16 KiB of output: what zlib's binding takes for a piece.
  for (let size = 16_300; size < 16_400; size += 1) {
    const bytes = randomBytes(size);
    expect(decompress(compress(bytes)).equals(bytes)).toBe(true);
  }
});
