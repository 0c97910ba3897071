import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import type { FrameRef } from '../../src/location.ts';
import { planFetches } from '../../src/pack/plan.ts';

function frames(packSize: number, ...spans: [offset: number, size: number][]): FrameRef[] {
  const pack = { digest: digestOf(String(packSize)), size: packSize };
  return spans.map(([offset, storedSize]) => ({
    pack,
    offset,
    storedSize,
    rawSize: 1,
    digest: digestOf('f'),
    codec: 'raw' as const,
  }));
}

function spans(wanted: FrameRef[], options = {}): [number, number][] {
  return planFetches(wanted, options).map(({ offset, length }) => [offset, length]);
}

test('near frames share a request, far ones do not', () => {
  expect(spans(frames(1000, [0, 10], [15, 10], [500, 10]), { gap: 5 })).toEqual([
    [0, 25],
    [500, 10],
  ]);
});

test('a pack of which more than half is wanted is fetched whole', () => {
  expect(spans(frames(100, [0, 30], [60, 30]), { gap: 0 })).toEqual([[0, 100]]);
});

test('but not with many bytes that other requests get', () => {
  const [a, b, c] = frames(100, [0, 30], [30, 20], [50, 50]);
  const plan = (gap: number) => spans([a!, c!], { gap, elsewhere: [b!] });
  expect(plan(19)).toEqual([
    [0, 30],
    [50, 50],
  ]);
  expect(plan(20)).toEqual([[0, 100]]);
});

test('a pack that is too large for memory is not', () => {
  expect(
    spans(frames(2 ** 50, [0, 30], [30, 30], [60, 30]), { maxLength: 60, wholeShare: 0 }),
  ).toEqual([
    [0, 60],
    [60, 30],
  ]);
});

test('every wanted frame is in exactly one request that covers it', () => {
  const span = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), fc.nat(100), (all, gap) => {
      const wanted = frames(2000, ...all);
      const planned = planFetches([...wanted, ...wanted], { gap, maxLength: 200 });
      const got = planned.flatMap(({ frames: inside }) => inside.map(({ offset }) => offset));
      expect(got.sort()).toEqual([...new Set(all.map(([offset]) => offset))].sort());
      for (const { offset, length, frames: inside } of planned) {
        for (const frame of inside) {
          expect(frame.offset).toBeGreaterThanOrEqual(offset);
          expect(frame.offset + frame.storedSize).toBeLessThanOrEqual(offset + length);
        }
      }
    }),
  );
});
