import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Digest, digestOf } from '../../src/digest.ts';
import { DigestSet } from '../../src/store/digest-set.ts';

test('a set of digests is a set', () => {
  const set = new DigestSet();
  const digests = Array.from({ length: 5000 }, (_, i) => digestOf(String(i)));
  for (const digest of [...digests, ...digests]) set.add(digest);
  expect(set.size).toBe(5000);
  expect(digests.every((digest) => set.has(digest))).toBe(true);
  expect(set.has(digestOf('another'))).toBe(false);
});

test('digests that begin alike are told apart', () => {
  const like: fc.Arbitrary<Digest> = fc
    .tuple(
      fc.constantFrom('0', 'f'),
      fc.array(fc.constantFrom('0', '1'), { minLength: 4, maxLength: 4 }),
    )
    .map(([fill, bits]): Digest => `sha256:${fill.repeat(30)}${bits.join('')}${fill.repeat(30)}`);
  fc.assert(
    fc.property(fc.array(like), fc.array(like), (added, asked) => {
      const set = new DigestSet();
      const expected = new Set(added);
      for (const digest of added) set.add(digest);
      expect(set.size).toBe(expected.size);
      for (const digest of asked) expect(set.has(digest)).toBe(expected.has(digest));
    }),
  );
});

test.each([
  ['begin', (hex: string) => 'ab'.repeat(28) + hex],
  ['end', (hex: string) => hex + 'ab'.repeat(28)],
  ['have all but the middle', (hex: string) => 'ab'.repeat(14) + hex + 'ab'.repeat(14)],
])('digests that somebody chose to %s alike take no longer than others', (_, like) => {
  const set = new DigestSet();
  const chosen = Array.from(
    { length: 100_000 },
    (__, i): Digest => `sha256:${like(i.toString(16).padStart(8, '0'))}`,
  );
  const start = performance.now();
  for (const digest of chosen) set.add(digest);
  // A tenth of a second; minutes where each has to pass by all others.
  expect(performance.now() - start).toBeLessThan(4000);
  expect(set.size).toBe(chosen.length);
  expect(chosen.every((digest) => set.has(digest))).toBe(true);
});
