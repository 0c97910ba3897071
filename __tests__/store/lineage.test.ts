import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import {
  type Descent,
  type InStep,
  type Lineage,
  MAX_ANCESTORS,
  NO_LINEAGE,
  advance as advanceFrom,
  ancestors,
  lastInStep,
  pulledSince,
  confirmed,
  lastOf,
} from '../../src/store/lineage.ts';
import { Random } from '../snapshots/random.ts';

function digest(name: string): Digest {
  return digestOf(Buffer.from(name));
}

const BASE = digest('base');
const REF = 'example.com/x:main';

/** With one version of the index after another. */
function advance(lineage: Lineage, base: Digest, steps: readonly InStep[]): Lineage {
  const version = (lineage.known[0]?.version ?? 0) + 1;
  return advanceFrom(lineage, { base, version }, steps);
}

describe('many writers of one tag, in random order', () => {
  test.each([8, 32, 200])('%d of them: whoever pulls knows what was its own last', (writers) => {
    const random = new Random(`lineage ${String(writers)}`);
    const lineages = Array.from({ length: writers }, () => NO_LINEAGE);
    let head: Descent = { snapshot: digest('first'), merged: [], first: digest('first'), ref: REF };
    for (let round = 0; round < 12; round += 1) {
      for (const i of random.some([...lineages.keys()], writers)) {
        const { seen }: Lineage = lineages[i]!;
        // One that has seen what is there goes on from it with all that it has; others merge.
        const isWhole = seen.includes(head.snapshot) || seen.length === 0;
        const merged = ancestors([head], seen);
        head = { ...head, snapshot: digest(`${String(round)} ${String(i)}`), merged };
        lineages[i] = advance(lineages[i]!, BASE, [
          { ...head, isWhole, isPulled: false, isPending: false },
        ]);
      }
      for (const [i, lineage] of lineages.entries()) {
        expect(lastInStep(lineage, head)).toBe(lineage.known[0]);
        if (!random.chance(0.3)) continue;
        lineages[i] = advance(lineage, BASE, [
          { ...head, isWhole: true, isPulled: true, isPending: false },
        ]);
      }
    }
  });
});

test('a snapshot of several goes on from the newest of all of them', () => {
  const chain = (name: string): Descent => ({
    snapshot: digest(name),
    merged: Array.from({ length: MAX_ANCESTORS }, (_, i) => digest(`${name} ${String(i)}`)),
    ref: REF,
  });
  const [a, b] = [chain('a'), chain('b')];
  const all = ancestors([a, b], [digest('older')]);
  expect(all).toHaveLength(MAX_ANCESTORS);
  expect(all.slice(0, 4)).toEqual([a.snapshot, b.snapshot, a.merged[0], b.merged[0]]);
  expect(all).not.toContain(digest('older'));
});

describe('of many states are kept', () => {
  const names = ({ known }: Lineage, all: readonly string[]): string[] =>
    all.filter((name) => known.some(({ snapshot }) => snapshot === digest(name)));
  const met = (lineage: Lineage, name: string, step: Partial<InStep> = {}): Lineage => {
    const one = {
      snapshot: digest(name),
      merged: [],
      ref: REF,
      isWhole: true,
      isPulled: false,
      isPending: false,
    };
    return advance(lineage, digest(`base of ${name}`), [{ ...one, ...step }]);
  };
  const counted = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

  test('the newest, the last of each tag, and the last that was pulled', () => {
    let lineage = met(NO_LINEAGE, 'elsewhere', { ref: 'example.com/x:release' });
    lineage = met(lineage, 'pulled once', { isPulled: true });
    lineage = met(lineage, 'pulled', { isPulled: true });
    for (const name of counted(20)) lineage = met(lineage, name);
    const all = ['elsewhere', 'pulled once', 'pulled', ...counted(20)];
    expect(names(lineage, all)).toEqual([
      'elsewhere',
      'pulled',
      '14',
      '15',
      '16',
      '17',
      '18',
      '19',
    ]);
    const [pulled, before] = [lineage.known.at(-2)!, lineage.known.at(-1)!];
    expect(pulled.snapshot).toBe(digest('pulled'));
    expect(pulledSince(lineage, before)).toBe(pulled);
    expect(pulledSince(lineage, pulled)).toBeUndefined();
  });

  test('those of the last tags, where there are more than there is room for', () => {
    let lineage = NO_LINEAGE;
    for (const name of counted(20)) lineage = met(lineage, name, { ref: `example.com/x:${name}` });
    expect(names(lineage, counted(20))).toEqual(counted(20).slice(12));
  });

  test('all tags that one push has reached, as far as there is room', () => {
    const steps = counted(100).map((name) => ({
      ...{ snapshot: digest('one'), merged: [], isWhole: true, isPulled: false, isPending: false },
      ref: `example.com/x:${name}`,
    }));
    const { known } = advance(NO_LINEAGE, BASE, steps);
    expect(known).toHaveLength(64);
    expect(known.at(-1)?.ref).toBe('example.com/x:63');
  });
});

test('one that names as many as it may goes on from the last of its tag, unless that has begun anew', () => {
  const merged = Array.from({ length: MAX_ANCESTORS }, (_, i) => digest(`theirs ${String(i)}`));
  const own = { merged: [], ref: REF, isWhole: true, isPulled: false, isPending: false };
  const first = digest('first');
  const far = { snapshot: digest('far'), merged, first, ref: REF };
  let lineage = advance(NO_LINEAGE, BASE, [{ ...own, snapshot: first }]);
  expect(lastInStep(lineage, far)?.snapshot).toBe(first);
  lineage = advance(lineage, BASE, [{ ...own, snapshot: digest('last'), first }]);
  expect(lastInStep(lineage, far)?.snapshot).toBe(digest('last'));
  expect(lastInStep(lineage, { ...far, ref: 'example.com/y:main' })).toBeUndefined();
  expect(lastInStep(lineage, { ...far, merged: merged.slice(1) })).toBeUndefined();
  expect(lastInStep(lineage, { ...far, first: undefined })).toBeUndefined();
  expect(lastInStep(lineage, { ...far, first: digest('another') })).toBeUndefined();
});

test('of what two pushes of one store bring at once, the newer version counts, whichever is remembered last', () => {
  const step = { isWhole: false, isPulled: false, isPending: false };
  const old = { ...step, snapshot: digest('old'), merged: [] };
  const fresh = { ...step, snapshot: digest('new'), merged: [old.snapshot], ref: REF };
  const other = 'example.com/x:other';
  const [first, second] = ['first', 'second'].map((name) => digest(name)) as [Digest, Digest];
  let lineage = advanceFrom(NO_LINEAGE, { base: first, version: 1 }, [{ ...old, ref: REF }]);
  lineage = advanceFrom(lineage, { base: second, version: 2 }, [fresh]);
  // The first push comes to its second tag.
  lineage = advanceFrom(lineage, { base: first, version: 1 }, [{ ...old, ref: other }]);
  expect(lastInStep(lineage, fresh)?.base).toBe(second);
  const next = { snapshot: digest('next'), merged: [fresh.snapshot, old.snapshot], ref: REF };
  expect(lastInStep(lineage, next)?.base).toBe(second);
  expect(lastOf(lineage, other)?.base).toBe(first);
});

test('a snapshot that goes on from one that was pulled meanwhile stands for both', () => {
  const step = { isWhole: true, isPulled: true, isPending: false, ref: REF };
  const pulled = { ...step, snapshot: digest('pulled'), merged: [] };
  const pushed = {
    ...step,
    snapshot: digest('pushed'),
    merged: [pulled.snapshot],
    isPulled: false,
  };
  let lineage = advanceFrom(NO_LINEAGE, { base: digest('theirs'), version: 2 }, [pulled]);
  lineage = advanceFrom(lineage, { base: digest('both'), version: 1 }, [pushed]);
  expect(lastInStep(lineage, pushed)?.base).toBe(digest('both'));
  expect(pulledSince(lineage, lineage.known[0]!)).toBeUndefined();
});

test('what was to be written stands for its tag once it is known to be there', () => {
  const step = { merged: [], ref: REF, isWhole: true, isPulled: false };
  const first = { ...step, snapshot: digest('first'), isPending: false };
  const next = { ...step, snapshot: digest('next'), isPending: true };
  const again = { ...step, snapshot: digest('again'), isPending: true };
  let lineage = advance(NO_LINEAGE, BASE, [first]);
  lineage = advance(lineage, digest('base of next'), [next]);
  lineage = advance(lineage, digest('base of again'), [again]);
  expect(lastOf(lineage, REF)?.snapshot).toBe(first.snapshot);
  expect(lineage.known.map(({ ref }) => ref)).toEqual([REF, undefined, REF]);
  expect(confirmed(lineage, [{ ...next, ref: 'example.com/y:main' }])).toBe(lineage);
  const sure = confirmed(lineage, [again]);
  expect(lastOf(sure, REF)?.snapshot).toBe(again.snapshot);
  expect(sure.known.map(({ ref }) => ref)).toEqual([REF, undefined, undefined]);
  expect(sure.seen).toEqual(lineage.seen);
});
