import { expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { FrameRef, PackRef } from '../../src/location.ts';
import { Index } from '../../src/store/entry-index.ts';
import type { Entry } from '../../src/store/entry.ts';
import { spansOf } from '../../src/sync/spans.ts';

const [A, B, C] = ['a', 'b', 'c'].map((name) => ({ digest: digestOf(name), size: 1000 })) as [
  PackRef,
  PackRef,
  PackRef,
];

/** A content whose frames, of ten raw bytes, have these stored sizes in these packs. */
function entry(name: string, ...parts: readonly (readonly [PackRef, number])[]): Entry {
  const frames = parts.map(([pack, storedSize], i): FrameRef => {
    const offset = 100 * i;
    return {
      pack,
      offset,
      storedSize,
      rawSize: 10,
      digest: digestOf(`${name} ${i}`),
      codec: 'zstd',
    };
  });
  return {
    digest: digestOf(name),
    size: 10 * parts.length,
    meta: null,
    location: { frames, offset: 0 },
  };
}

test('contents that lie in several packs, with their stored bytes in each', () => {
  const long = entry('long', [A, 1], [A, 2], [B, 4], [C, 8], [C, 16]);
  const entries = new Index([
    ['ws/long', long],
    ['ws/long-again', long],
    ['ws/short', entry('short', [A, 1])],
    ['ws/one-pack', entry('one-pack', [B, 1], [B, 2])],
    ['ws/across', entry('across', [C, 5], [A, 6])],
    ['ws/nowhere', { digest: digestOf('nowhere'), size: 3, meta: null }],
  ]);
  expect(spansOf(entries)).toEqual([
    [
      { pack: C.digest, bytes: 5 },
      { pack: A.digest, bytes: 6 },
    ],
    [
      { pack: A.digest, bytes: 3 },
      { pack: B.digest, bytes: 4 },
      { pack: C.digest, bytes: 24 },
    ],
  ]);
});

test('no content of no entries', () => {
  expect(spansOf(new Index())).toEqual([]);
});
