import { expect, test } from '@jest/globals';

import { tarballBytes } from '../../src/action/tarball.ts';
import { digestOf } from '../../src/digest.ts';
import type { FrameRef } from '../../src/location.ts';
import type { Entry } from '../../src/store/entry.ts';

function frame(storedSize: number, rawSize: number): FrameRef {
  const pack = { digest: digestOf('pack'), size: 1_000_000 };
  return { pack, offset: 0, storedSize, rawSize, digest: digestOf('frame'), codec: 'zstd' };
}

function entry(size: number, frames: readonly FrameRef[] | undefined): [string, Entry] {
  const location = frames === undefined ? {} : { location: { frames, offset: 0 } };
  return [`key-${size}`, { digest: digestOf(String(size)), size, ...location }];
}

test('a small file counts with its share of its frame', () => {
  const shared = frame(100, 1000);
  expect(tarballBytes([entry(250, [shared])])).toBe(25);
  expect(tarballBytes([entry(250, [shared]), entry(750, [shared])])).toBe(100);
});

test('a large file counts with all of its frames', () => {
  expect(tarballBytes([entry(3000, [frame(100, 1000), frame(700, 1000), frame(1, 1000)])])).toBe(
    801,
  );
});

test('equal files count once for each place', () => {
  const one = entry(1000, [frame(100, 1000)]);
  expect(tarballBytes([one, ['elsewhere', one[1]]])).toBe(200);
});

test('what lies in no pack counts as it is, and what has no bytes not at all', () => {
  expect(tarballBytes([entry(77, undefined)])).toBe(77);
  expect(tarballBytes([entry(0, [])])).toBe(0);
  expect(tarballBytes([])).toBe(0);
});
