// What only a segment of hundreds of megabytes shows, or one that takes long to read.
import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { Index } from '../../src/store/entry-index.ts';
import { type Payload, packSegment, payload, varint } from './segment-payload.ts';

const digest = digestOf('x');

function segment(parts: Payload): Buffer {
  return packSegment(payload(parts));
}

describe('segments that are too much together', () => {
  const isMalformed = (words: string): unknown =>
    expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining(words) });

  /** As many keys of 1,024 bytes as one likes, each with empty content. */
  function longKeys(first: string, count: number): Buffer {
    const counters = Array.from({ length: count }, (_, i) => i.toString(36).padStart(4, '0'));
    const shared = counters.map((counter, i) => {
      const before = counters[i - 1];
      if (before === undefined) return 0;
      let length = 0;
      while (counter[length] === before[length]) length += 1;
      return 1020 + length;
    });
    const rests = counters.map((counter, i) => {
      return i === 0 ? first + 'k'.repeat(1019) + counter : counter.slice(shared[i]! - 1020);
    });
    const columns = [...shared.map(varint), ...rests.map((rest) => varint(rest.length))];
    const behind = Buffer.concat([
      ...columns,
      Buffer.from(rests.join('')),
      Buffer.alloc(count * 35),
    ]);
    return segment({ counts: [0, 0, 0, count, 0], behind });
  }

  test('with keys of more than 512 MiB are malformed', () => {
    const segments = [longKeys('a', 270_000), longKeys('b', 270_000)];
    const index = Index.decode(segments[0]!);
    expect(() => {
      index.applySegment(segments[1]!);
    }).toThrow(isMalformed('more than an index can hold'));
    expect(index.size).toBe(270_000);
    expect(index.has(`b${'k'.repeat(1019)}0000`)).toBe(false);
  }, 60_000);

  /** As many short keys as one likes, each with empty content: a few kilobytes once compressed. */
  function manyKeys(first: string, count: number): Buffer {
    const shared = Buffer.alloc(count);
    const lengths = Buffer.alloc(count);
    const rests = Buffer.alloc(3 * count + 8);
    let end = 0;
    let before = '';
    for (let i = 0; i < count; i += 1) {
      const key = first + i.toString(36).padStart(5, '0');
      let same = 0;
      while (same < before.length && key.charCodeAt(same) === before.charCodeAt(same)) same += 1;
      shared[i] = same;
      lengths[i] = key.length - same;
      end += rests.write(key.slice(same), end, 'latin1');
      before = key;
    }
    const behind = [shared, lengths, rests.subarray(0, end), Buffer.alloc(count * 35)];
    return segment({ counts: [0, 0, 0, count, 0], behind: Buffer.concat(behind) });
  }

  test('with more than 2^24 entries are malformed', () => {
    const count = 2 ** 23;
    const [a, b, c] = ['a', 'b', 'c'].map((first) => manyKeys(first, first === 'c' ? 1 : count));
    const index = Index.decode(a!);
    index.applySegment(b!);
    expect(index.size).toBe(2 ** 24);
    expect(() => {
      index.applySegment(c!);
    }).toThrow(isMalformed('more entries than an index can have'));
  }, 180_000);

  const of = (frame: object, count: number) =>
    Array.from({ length: count }, (_, offset) => ({
      ...{ pack: 0, stored: 1, raw: 1, codec: 0, digest, offset },
      ...frame,
    }));

  test('with more uses of frames than a segment may have are malformed', () => {
    const count = Math.floor(2 ** 25 / 4000) + 1;
    const use = (first: string): Buffer =>
      segment({
        packs: [{ digest, size: 4000 }],
        frames: of({}, 4000),
        entries: Array.from({ length: count }, (_, i) => ({
          key: first + String(i).padStart(6, '0'),
          digest,
          size: 4000,
          frames: 4001,
        })),
      });
    expect(() => Index.decodeAll([use('a'), use('b')])).toThrow(isMalformed('too many frames'));
    expect(Index.decodeAll([use('a'), use('a')]).size).toBe(count);
  });

  test('with runs of frames that overlap in ever new ways are not worked on for long', () => {
    const count = 8000;
    const entries = Array.from({ length: count }, (_, i) => ({
      ...{ key: `k${String(i).padStart(6, '0')}`, digest, size: count, frames: count + 1 },
      first: i === 0 ? count - 1 : -1,
    }));
    const size = 2 * count;
    const bytes = segment({ packs: [{ digest, size }], frames: of({}, size), entries });
    const index = Index.decode(bytes);
    const other = new Index([['z', { digest, size: 1 }]]);
    expect(() => {
      index.applySegment(other.encode());
    }).toThrow(isMalformed('more than an index can hold'));
    expect(index.size).toBe(count);
  }, 60_000);
});

test('a segment with more metadata than are told apart is the same bytes, too', () => {
  const metas = Array.from({ length: 65_540 }, (_, i) => [String(i)] as const);
  const entries = Array.from({ length: 65_550 }, (_, i) => ({
    key: `k${String(i).padStart(5, '0')}`,
    digest,
    size: 1,
    meta: Math.min(i, 65_539) + 1,
  }));
  const index = Index.decode(segment({ metas, entries }));
  const listed = [...index.range('')];
  expect(listed.map(([, { meta }]) => meta)).toEqual(entries.map(({ meta }) => meta - 1));
  index.set('k00000', listed[0]![1]);
  expect(index.encode().equals(new Index(listed).encode())).toBe(true);
  expect([...Index.decode(new Index(listed).encode()).range('')]).toEqual(listed);
});

test('an index that no segment can hold is one of more than 512 MiB of metadata, until entries are deleted', () => {
  const largest = 'x'.repeat(2 ** 20 - 2);
  const index = new Index();
  for (let i = 0; i < 520; i += 1) {
    index.set(`k${String(i)}`, { digest, size: i, meta: String(i) + largest.slice(3) });
  }
  const isTooLarge = expect.objectContaining({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('536870912 bytes'),
    hint: expect.stringContaining('Delete entries'),
  });
  index.set('gone', { digest, size: 1 });
  index.delete('gone');
  expect(() => index.encode()).toThrow(isTooLarge);
  expect([index.size, [...index.changes()].length]).toEqual([520, 521]);
  for (let i = 0; i < 500; i += 1) index.delete(`k${String(i)}`);
  expect(Index.decode(index.encode()).size).toBe(20);
  expect([...index.changes()].length).toBe(521);
}, 60_000);
