import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import type { PackUse } from '../../src/store/index/pack-use.ts';
import { deadShare, planCompaction } from '../../src/sync/compaction.ts';
import { Year } from './simulated-year.ts';

const MiB = 1024 * 1024;

function use(name: string, size: number, live = size): PackUse {
  return { pack: { digest: digestOf(name), size }, live };
}

function chosen(packs: readonly PackUse[], incoming = 0): string[] {
  const names = new Map(packs.map(({ pack }, i) => [pack.digest, i]));
  return [...planCompaction(packs, { incoming })].map((digest) => String(names.get(digest))).sort();
}

describe('the packs that a push writes anew', () => {
  test('none of a fresh snapshot, whatever little has changed', () => {
    const packs = Array.from({ length: 20 }, (_, i) => use(`pack ${String(i)}`, 32 * MiB));
    expect(chosen(packs)).toEqual([]);
    const aged = packs.map(({ pack }) => ({ pack, live: pack.size * 0.9 }));
    expect(chosen(aged, 64 * MiB)).toEqual([]);
    expect(chosen([])).toEqual([]);
  });

  test('the emptiest ones, until few enough bytes are dead', () => {
    const packs = [use('a', 32 * MiB, 8 * MiB), use('b', 32 * MiB, 4 * MiB), use('c', 32 * MiB)];
    expect(chosen(packs)).toEqual(['0', '1']);
    expect(chosen([...packs, use('d', 32 * MiB), use('e', 32 * MiB)])).toEqual(['0', '1']);
    expect(chosen([...packs, use('d', 64 * MiB), use('e', 64 * MiB)])).toEqual(['1']);
  });

  test('small ones, as soon as there are many', () => {
    const large = use('large', 32 * MiB);
    const small = (count: number, size: number): PackUse[] =>
      Array.from({ length: count }, (_, i) => use(`small ${String(i)}`, size));
    expect(chosen([large, ...small(3, 1000)])).toEqual([]);
    expect(chosen([large, ...small(4, 1000)])).toHaveLength(4);
    expect(chosen([large, ...small(7, MiB)])).toEqual([]);
    expect(chosen([large, ...small(8, MiB)])).toHaveLength(8);
  });

  test('not more than a push may spend, unless there are very many', () => {
    const packs = Array.from({ length: 30 }, (_, i) => use(`pack ${String(i)}`, 8 * MiB));
    expect(chosen(packs)).toHaveLength(4);
    const many = Array.from({ length: 2100 }, (_, i) => use(`pack ${String(i)}`, 8 * MiB));
    expect(chosen(many)).toHaveLength(2100);
  });

  test('all that hold one content, or none of them', () => {
    const packs = [use('a', 32 * MiB, MiB), use('b', 32 * MiB, 30 * MiB), use('c', 32 * MiB)];
    const linked = [[digestOf('b'), digestOf('c')]];
    expect([...planCompaction(packs, { incoming: 0, linked })]).toEqual([digestOf('a')]);
    const worse = [packs[0]!, use('b', 32 * MiB, MiB), use('c', 32 * MiB)];
    expect(planCompaction(worse, { incoming: 0, linked }).size).toBe(3);
  });

  test('not the packs of a content that is too large', () => {
    const packs = Array.from({ length: 10 }, (_, i) =>
      use(`pack ${String(i)}`, 32 * MiB, 20 * MiB),
    );
    const linked = [packs.map(({ pack }) => pack.digest)];
    expect(planCompaction(packs, { incoming: 0, linked }).size).toBe(0);
  });

  test('the same ones, in whatever order they come', () => {
    const pack = fc.record({
      size: fc.integer({ min: 1, max: 40 * MiB }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const property = fc.property(fc.array(pack, { maxLength: 40 }), fc.nat(), (drawn, seed) => {
      const packs = drawn.map(({ size, share }, i) => use(String(i), size, size * share));
      const shuffled = [...packs].sort((a, b) => order(a, seed) - order(b, seed));
      expect(planCompaction(shuffled, { incoming: 0 })).toEqual(
        planCompaction(packs, { incoming: 0 }),
      );
    });
    fc.assert(property, { numRuns: 200 });
  });

  test('of absurd numbers and many packs none for ever', () => {
    const absurd = [use('a', 2 ** 53 - 1, 2 ** 53 - 1), use('b', 2 ** 53 - 1, 0), use('c', 1, 1)];
    expect(planCompaction(absurd, { incoming: 2 ** 53 - 1 }).size).toBeLessThanOrEqual(3);
    const many = Array.from({ length: 200_000 }, (_, i) => use(String(i), 100, i % 2));
    const linked = many.slice(1).map(({ pack }, i) => [many[i]!.pack.digest, pack.digest]);
    const begun = performance.now();
    expect(planCompaction(many, { incoming: 0, linked }).size).toBe(200_000);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe('a year of pushes', () => {
  test.each([
    { total: 1, churn: 0.02 },
    { total: 30, churn: 0.02 },
    { total: 30, churn: 0.002 },
    { total: 300, churn: 0.02 },
    { total: 300, churn: 0.02, isHot: true },
    { total: 3000, churn: 0.02, pushes: 120 },
  ])('%j MiB: few packs, few dead bytes, little is written twice', ({ pushes = 365, ...tree }) => {
    const year = new Year({ ...tree, total: tree.total * MiB });
    for (let i = 0; i < pushes; i += 1) {
      year.push();
      if (i > 10) expect(deadShare(year.packs)).toBeLessThanOrEqual(0.2);
      expect(year.packs.length).toBeLessThan(25 + (1.5 * tree.total) / 32);
    }
    expect(year.uploaded / year.changed).toBeLessThan(tree.churn < 0.01 ? 13 : 7);
  });
});

function order({ pack: { digest } }: PackUse, seed: number): number {
  return Number.parseInt(digestOf(digest + String(seed)).slice(7, 15), 16);
}
