import { expect, test } from '@jest/globals';

import { progressLines } from '../../src/action/progress.ts';

/** Progress that is told at moments, in seconds, and what is shown of it. */
function shownOf(
  events: readonly (readonly [number, Parameters<ReturnType<typeof progressLines>>[0]])[],
): [number, string][] {
  let seconds = 0;
  const lines: [number, string][] = [];
  const tell = progressLines(
    (line) => lines.push([seconds, line]),
    () => seconds * 1000,
  );
  for (const [at, event] of events) {
    seconds = at;
    tell(event);
  }
  return lines;
}

test('work of less than a second is not spoken of', () => {
  expect(shownOf([[0.99, { kind: 'hash', done: 1, bytes: 1 }]])).toEqual([]);
});

test('says what was done, and of how much where that is known', () => {
  const lines = shownOf([
    [1, { kind: 'hash', done: 12_000, total: 80_000, bytes: 1_500_000 }],
    [10, { kind: 'download', done: 1, bytes: 12 }],
    [20, { kind: 'upload', done: 2, bytes: 64_000_000 }],
    [30, { kind: 'restore', done: 1_000, bytes: 1_000 }],
  ]);
  expect(lines.map(([, line]) => line)).toEqual([
    'Hashed 12,000 of 80,000 files, 1.5 MB so far',
    'Downloaded 1 piece, 12 B so far',
    'Uploaded 2 packs, 64.0 MB so far',
    'Restored 1,000 files, 1.0 KB so far',
  ]);
});

test('an hour has fewer than 400 lines, the first minute more than five', () => {
  const events = Array.from(
    { length: 3600 * 10 },
    (_, i) => [i / 10, { kind: 'hash', done: i, bytes: i }] as const,
  );
  const moments = shownOf(events).map(([at]) => at);
  expect(moments.length).toBeLessThan(400);
  expect(moments.slice(0, 6)).toEqual([1, 3, 7, 15, 25, 35]);
});
