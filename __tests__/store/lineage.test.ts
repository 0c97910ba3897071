import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import {
  type Descent,
  type Lineage,
  MAX_ANCESTORS,
  NO_LINEAGE,
  advance,
  ancestors,
  lastInStep,
} from '../../src/store/lineage.ts';
import { Random } from '../snapshots/random.ts';

function digest(name: string): Digest {
  return digestOf(Buffer.from(name));
}

const BASE = digest('base');
const REF = 'example.com/x:main';

describe('many writers of one tag, in random order', () => {
  test.each([
    [8, undefined],
    [32, undefined],
    [32, REF],
    [200, REF],
  ])('%d of them: whoever pulls knows what was its own last (%s)', (writers, ref) => {
    const random = new Random(`lineage ${String(writers)}`);
    const lineages = Array.from({ length: writers }, () => NO_LINEAGE);
    let head: Descent = { snapshot: digest('first'), merged: [], ref };
    for (let round = 0; round < 12; round += 1) {
      for (const i of random.some([...lineages.keys()], writers)) {
        const { seen }: Lineage = lineages[i]!;
        // One that has seen what is there goes on from it with all that it has; others merge.
        const isWhole = seen.includes(head.snapshot) || seen.length === 0;
        const merged = ancestors([head], seen);
        head = { snapshot: digest(`${String(round)} ${String(i)}`), merged, ref };
        lineages[i] = advance(lineages[i]!, BASE, [{ ...head, isWhole }]);
      }
      for (const [i, lineage] of lineages.entries()) {
        expect(lastInStep(lineage, head)).toBe(lineage.known[0]);
        if (random.chance(0.3)) lineages[i] = advance(lineage, BASE, [{ ...head, isWhole: true }]);
      }
    }
  });
});

test('a snapshot of several goes on from the newest of all of them', () => {
  const chain = (name: string): Descent => ({
    snapshot: digest(name),
    merged: Array.from({ length: MAX_ANCESTORS }, (_, i) => digest(`${name} ${String(i)}`)),
    ref: undefined,
  });
  const [a, b] = [chain('a'), chain('b')];
  const all = ancestors([a, b], [digest('older')]);
  expect(all).toHaveLength(MAX_ANCESTORS);
  expect(all.slice(0, 4)).toEqual([a.snapshot, b.snapshot, a.merged[0], b.merged[0]]);
  expect(all).not.toContain(digest('older'));
});

test('of many states the newest are kept, and that of the own tag', () => {
  let lineage = NO_LINEAGE;
  const step = (name: string, ref?: string): void => {
    const one = { snapshot: digest(name), merged: [], ref, isWhole: true };
    lineage = advance(lineage, digest(`base of ${name}`), [one]);
  };
  step('own', REF);
  for (let i = 0; i < 9; i += 1) step(`other ${String(i)}`);
  const names = ['other 8', 'other 7', 'other 6', 'own'].map(digest);
  expect(lineage.known.map(({ snapshot }) => snapshot)).toEqual(names);
  step('own, later', REF);
  for (let i = 0; i < 9; i += 1) step(`other ${String(i)}`);
  expect(lineage.known.at(-1)?.snapshot).toBe(digest('own, later'));
  const merged = Array.from({ length: MAX_ANCESTORS }, (_, i) => digest(`theirs ${String(i)}`));
  const far = { snapshot: digest('far'), merged, ref: REF };
  expect(lastInStep(lineage, far)?.snapshot).toBe(digest('own, later'));
  // It need not go on from that elsewhere, nor where it names all that it goes on from.
  expect(lastInStep(lineage, { ...far, ref: 'example.com/y:main' })).toBeUndefined();
  expect(lastInStep(lineage, { ...far, ref: undefined })).toBeUndefined();
  expect(lastInStep(lineage, { ...far, merged: merged.slice(1) })).toBeUndefined();
});
