import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { PackUse } from '../../src/store/entry-index.ts';
import { type CompactionOptions, deadShare, planCompaction } from '../../src/sync/compaction.ts';
import type { Span } from '../../src/sync/spans.ts';
import { rounds } from '../support/scale.ts';

const MIB = 1024 * 1024;

/** By their names, sorted: what is chosen of these packs. */
function chosen(packs: Readonly<Record<string, PackUse>>, options?: CompactionOptions): string {
  const names = new Map(Object.entries(packs).map(([name, { pack }]) => [pack.digest, name]));
  const digests = planCompaction(Object.values(packs), options);
  return [...digests]
    .map((digest) => names.get(digest)!)
    .sort()
    .join(' ');
}

/** A pack's size, and what is live of it, in MiB. */
function use(name: string, size: number, live = size): PackUse {
  return { pack: { digest: digestOf(name), size: size * MIB }, live: live * MIB };
}

function uses(count: number, size: number, live = size): PackUse[] {
  return Array.from({ length: count }, (_, i) => use(`${size} ${live} ${i}`, size, live));
}

function digestsOf(packs: readonly PackUse[]): Digest[] {
  return packs.map(({ pack }) => pack.digest);
}

/** A content that has so much, in MiB, in each of some packs. */
function span(...parts: readonly (readonly [PackUse, number])[]): Span {
  return parts.map(([{ pack }, bytes]) => ({ pack: pack.digest, bytes: bytes * MIB }));
}

describe('the packs that a push rewrites', () => {
  test('are none where there are none', () => {
    expect(planCompaction([]).size).toBe(0);
    expect(planCompaction([], { incoming: 100 * MIB }).size).toBe(0);
  });

  test.each([0.01, 0.05, 0.2])('are none where %d of a fresh snapshot have changed', (share) => {
    for (const size of [0.01, 1, 20, 32]) {
      const packs = [...uses(20, 32, 32 * (1 - share)), use('last', size, size * (1 - share))];
      expect(planCompaction(packs, { incoming: 660 * share * MIB }).size).toBe(0);
    }
  });

  test('are those of which the most is dead, until few enough bytes are', () => {
    const [a, b, c] = [use('a', 32, 8), use('b', 32, 4), use('c', 32)];
    expect(chosen({ a, b, c })).toBe('a b');
    expect(chosen({ a, b, c, d: use('d', 100) })).toBe('b');
    expect(chosen({ a, b, c, d: use('d', 200) })).toBe('');
  });

  test('leave more dead bytes than is aimed at, where the budget ends', () => {
    const large = { a: use('a', 200, 150), b: use('b', 90) };
    expect(deadShare(Object.values(large))).toBeCloseTo(50 / 290);
    expect(chosen(large, { aimedDead: 0.15 })).toBe('');
    expect(chosen(large, { aimedDead: 0.15, budgetShare: 0.7 })).toBe('a');
  });

  test('leave no more than 20% dead, whatever the budget is', () => {
    const packs = uses(1000, 32, 16);
    const plan = planCompaction(packs);
    expect(plan.size).toBe(750);
    expect(deadAfter(packs, plan)).toBeLessThanOrEqual(0.2);
    expect(deadAfter(packs, new Set([...plan].slice(1)))).toBeGreaterThan(0.2);
  });

  test('are small ones, as soon as there are many of a size', () => {
    const large = uses(2, 32);
    const count = (...packs: PackUse[]): number => planCompaction([...large, ...packs]).size;
    expect(count(...uses(3, 0.01))).toBe(0);
    expect(count(...uses(4, 0.01))).toBe(4);
    expect(count(...uses(7, 0.5))).toBe(0);
    expect(count(...uses(8, 0.5))).toBe(8);
    expect(count(...uses(7, 2))).toBe(0);
    expect(count(...uses(8, 2))).toBe(8);
    expect(count(...uses(3, 0.01), ...uses(7, 0.5), ...uses(7, 2))).toBe(0);
    expect(count(...uses(50, 8))).toBe(0);
  });

  test('are small ones sooner where what is uploaded anyway is as small', () => {
    const packs = uses(7, 2);
    expect(planCompaction(packs, { incoming: 3 * MIB }).size).toBe(7);
    expect(planCompaction(packs, { incoming: 32 * MIB + 3 * MIB }).size).toBe(7);
    expect(planCompaction(packs, { incoming: 0.5 * MIB }).size).toBe(0);
    expect(planCompaction(packs, { incoming: 9 * MIB }).size).toBe(0);
  });

  test('are those of the next size, too, where what is joined makes one more', () => {
    expect(planCompaction([...uses(8, 0.5), ...uses(7, 2)]).size).toBe(15);
    expect(planCompaction([...uses(8, 0.5), ...uses(6, 2)]).size).toBe(8);
  });

  test('are not those that are much larger than the small ones together', () => {
    const small = uses(4, 0.01);
    expect([...planCompaction([...small, use('large', 0.09)])]).toEqual(digestsOf(small).sort());
    expect(planCompaction([...small, use('large', 0.07)]).size).toBe(5);
    expect(
      planCompaction([use('a', 0.001), use('b', 0.003), use('c', 0.01), use('d', 0.1)]).size,
    ).toBe(0);
  });

  test('are small ones by what is live of them', () => {
    const packs = [...uses(40, 32), ...uses(4, 20, 0.1)];
    expect(deadShare(packs)).toBeLessThan(0.1);
    expect([...planCompaction(packs)]).toEqual(digestsOf(uses(4, 20, 0.1)).sort());
  });

  test('are no more small ones than the budget allows', () => {
    expect(planCompaction(uses(30, 7)).size).toBe(4);
    expect(planCompaction(uses(30, 7), { budgetShare: 0.5 }).size).toBe(15);
  });

  test('are the smallest ones where there are more than 490', () => {
    expect(planCompaction(uses(490, 10)).size).toBe(0);
    const packs = [...uses(400, 32), ...uses(100, 10)];
    // 10 of 32 MiB: 500 packs become 500 - n + n * 10 / 32.
    expect([...planCompaction(packs)].sort()).toHaveLength(15);
    expect(planCompaction(uses(1000, 32)).size).toBe(0);
    expect(planCompaction(uses(1000, 17)).size).toBe(0);
  });

  test('are as many as it takes where there are more than 3,990', () => {
    // One tenth is within the budget: 400 packs.
    expect(planCompaction(uses(4000, 10)).size).toBe(400);
    // 5,000 packs become 5,000 - n + n * 10 / 32.
    expect(planCompaction(uses(5000, 10)).size).toBe(1470);
  });
});

describe('contents that lie in several packs', () => {
  const [x, y] = [use('x', 32, 16), use('y', 32, 18)];
  const inner = uses(3, 32);
  const large = span([x, 4], ...inner.map((pack) => [pack, 32] as const));

  test('are moved as a whole: a pack with little of its own is not rewritten for that', () => {
    const packs = [x, y, ...inner];
    expect([...planCompaction(packs)]).toEqual([x.pack.digest]);
    expect([...planCompaction(packs, { spans: [large] })]).toEqual([y.pack.digest]);
  });

  test('take the packs with them that hold nothing else', () => {
    const packs = [use('x', 32, 4), ...inner];
    expect([...planCompaction(packs)]).toEqual([x.pack.digest]);
    expect([...planCompaction(packs, { spans: [large] })]).toEqual(digestsOf(packs).sort());
  });

  test('make dead bytes where they were: that lessens what is gained', () => {
    const [a, b, c] = [use('a', 32, 24), use('b', 32, 26), use('c', 32)];
    const limits = { aimedDead: 0.1, budget: 64 * MIB };
    expect(chosen({ a, b, c }, limits)).toBe('a');
    expect(chosen({ a, b, c }, { ...limits, spans: [span([a, 10], [c, 10])] })).toBe('b');
  });

  test('free the dead bytes of the packs that they alone are in', () => {
    const [a, b, c, d] = [use('a', 32, 24), use('b', 32, 19), use('c', 32, 10), use('d', 100)];
    expect(chosen({ a, b, c, d })).toBe('c');
    expect(chosen({ a, b, c, d }, { spans: [span([a, 10], [c, 10])] })).toBe('a c');
  });

  test('keep a small pack from being joined', () => {
    const small = uses(8, 2);
    const packs = [...small, ...inner];
    const content = span([small[0]!, 1], ...inner.map((pack) => [pack, 32] as const));
    expect(planCompaction(packs).size).toBe(8);
    expect(planCompaction(packs, { spans: [content] }).size).toBe(0);
    expect(planCompaction([...packs, use('more', 2)], { spans: [content] }).size).toBe(8);
  });

  test('leave dead bytes where they were: no more than 20% in the end', () => {
    // Each alone frees 8 MiB, and makes 12 MiB dead in its neighbours.
    const packs = uses(10, 32, 24);
    const chain = packs.slice(1).map((pack, i) => span([packs[i]!, 12], [pack, 12]));
    const plan = planCompaction(packs, { spans: chain });
    expect(deadAfter(packs, plan, chain)).toBeLessThanOrEqual(0.2);
  });

  test('that name packs which there are not, or more than is there, do no harm', () => {
    const elsewhere = use('elsewhere', 32);
    const packs = [x, y, ...inner];
    const plan = planCompaction(packs);
    expect(planCompaction(packs, { spans: [span([x, 4], [elsewhere, 32]), [], []] })).toEqual(plan);
    const absurd = [span([x, 2 ** 60], [x, 2 ** 60], [y, NaN]), span([y, -1], [inner[0]!, 1e9])];
    const known = new Set(digestsOf(packs));
    for (const digest of planCompaction(packs, { spans: absurd })) expect(known).toContain(digest);
  });
});

describe('whatever packs there are', () => {
  test('no more than 20% are dead in the end', () => {
    const property = fc.property(models, fc.nat(40 * MIB), ({ packs, spans }, incoming) => {
      const plan = planCompaction(packs, { incoming, spans });
      expect(deadAfter(packs, plan, spans, incoming)).toBeLessThanOrEqual(0.2);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('a push moves no more than its budget, unless more than 20% would be dead', () => {
    const property = fc.property(models, ({ packs }) => {
      fc.pre(deadShare(packs) <= 0.2);
      const plan = planCompaction(packs);
      const moved = packs.filter(({ pack }) => plan.has(pack.digest));
      expect(sum(moved.map(({ live }) => live))).toBeLessThanOrEqual(
        Math.max(32 * MIB, 0.1 * sum(packs.map(({ live }) => live))),
      );
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('their order means nothing', () => {
    const shuffled = models.chain(({ packs, spans }) =>
      fc.record({
        packs: fc.constant(packs),
        spans: fc.constant(spans),
        others: fc.shuffledSubarray(packs, { minLength: packs.length }),
        otherSpans: fc.shuffledSubarray(spans, { minLength: spans.length }),
      }),
    );
    const property = fc.property(shuffled, ({ packs, spans, others, otherSpans }) => {
      expect([...planCompaction(others, { spans: otherSpans })]).toEqual([
        ...planCompaction(packs, { spans }),
      ]);
    });
    fc.assert(property, { numRuns: 200 });
  });

  test('absurd numbers make no nonsense', () => {
    const number = fc.oneof(
      fc.constantFrom(0, -1, NaN, Infinity, -Infinity, 2 ** 53, 1e300),
      fc.double(),
      fc.nat(64 * MIB),
    );
    const digest = fc.nat(9).map((name) => digestOf(String(name)));
    const pack = fc.tuple(digest, number, number).map(([name, size, live]) => ({
      pack: { digest: name, size },
      live,
    }));
    const part = fc.record({ pack: digest, bytes: number });
    const property = fc.property(
      fc.array(pack),
      fc.array(fc.array(part)),
      number,
      (packs, spans, incoming) => {
        const known = new Set(digestsOf(packs));
        for (const one of planCompaction(packs, { incoming, spans })) {
          expect(known.has(one)).toBe(true);
        }
        expect(deadShare(packs)).toBeGreaterThanOrEqual(0);
        expect(deadShare(packs)).toBeLessThanOrEqual(1);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  test('the same pack twice counts once', () => {
    const [a, b] = [use('a', 32, 8), use('b', 60)];
    expect(deadShare([a, b, a])).toBe(deadShare([a, b]));
    expect(planCompaction([a, b, a])).toEqual(planCompaction([a, b]));
  });

  test('many of them take seconds', () => {
    const count = rounds(100_000, 1_000_000);
    const digest = (i: number): Digest => `sha256:${i.toString(16).padStart(64, '0')}`;
    const packs = Array.from({ length: count }, (_, i) => {
      return { pack: { digest: digest((i * 7919) % count), size: 2 ** 53 - 1 - i }, live: i };
    });
    const spans = packs.slice(1).map(({ pack }, i) => [
      { pack: packs[i]!.pack.digest, bytes: 2 ** 52 },
      { pack: pack.digest, bytes: 5 },
    ]);
    const all = packs.map(({ pack }) => ({ pack: pack.digest, bytes: 1 }));
    // Of this process: others make the time on a clock longer.
    const begun = process.cpuUsage();
    expect(planCompaction(packs, { spans: [...spans, all] }).size).toBeGreaterThan(0.9 * count);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000).toBeLessThan(rounds(15_000, 55_000));
  }, 300_000);
});

describe('the share of dead bytes', () => {
  test('is that of all bytes of the packs', () => {
    expect(deadShare([])).toBe(0);
    expect(deadShare([use('a', 10), use('b', 30)])).toBe(0);
    expect(deadShare([use('a', 10), use('b', 30, 20)])).toBe(0.25);
    expect(deadShare([use('a', 10, 0)])).toBe(1);
    expect(deadShare([use('a', 0)])).toBe(0);
    expect(deadShare([use('a', 10, 12), use('b', 30, 20)])).toBe(0.25);
  });
});

/** Packs and what lies in several of them: sizes that fit each other. */
const models: fc.Arbitrary<{ packs: PackUse[]; spans: Span[] }> = fc
  .record({
    packs: fc.array(
      fc.record({
        own: fc.oneof(fc.constant(0), fc.nat(MIB), fc.nat(32 * MIB)),
        dead: fc.oneof(fc.constant(0), fc.nat(10 * MIB), fc.nat(MIB)),
      }),
      { minLength: 1, maxLength: 30 },
    ),
    contents: fc.array(
      fc.uniqueArray(fc.tuple(fc.nat(29), fc.integer({ min: 1, max: 16 * MIB })), {
        minLength: 2,
        maxLength: 5,
        selector: ([number]) => number,
      }),
      { maxLength: 20 },
    ),
  })
  .map(({ packs, contents }) => {
    const name = (i: number): Digest => digestOf(`pack ${i}`);
    const spans = contents.map((parts) =>
      parts.flatMap(([i, bytes]) => (i < packs.length ? [{ pack: name(i), bytes }] : [])),
    );
    const made = packs.map(({ own, dead }, i): PackUse => {
      const shared = sum(spans.flat().map(({ pack, bytes }) => (pack === name(i) ? bytes : 0)));
      return {
        pack: { digest: name(i), size: own + dead + shared },
        live: own + shared,
      };
    });
    return { packs: made, spans };
  });

/** The share of dead bytes once the contents of some packs have moved to new ones. */
function deadAfter(
  packs: readonly PackUse[],
  rewritten: ReadonlySet<Digest>,
  spans: readonly Span[] = [],
  incoming = 0,
): number {
  const moving = spans.filter((parts) => parts.some(({ pack }) => rewritten.has(pack)));
  const staying = packs
    .filter(({ pack }) => !rewritten.has(pack.digest))
    .map(({ pack, live }) => {
      const parts = moving.flat().filter((part) => part.pack === pack.digest);
      return { pack, live: live - sum(parts.map(({ bytes }) => bytes)) };
    })
    .filter(({ live }) => live > 0);
  const before = sum(packs.map(({ live }) => live));
  const added = incoming + before - sum(staying.map(({ live }) => live));
  return deadShare([...staying, { pack: { digest: digestOf('new'), size: added }, live: added }]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
