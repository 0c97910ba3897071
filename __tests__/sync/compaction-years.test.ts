import { describe, expect, test } from '@jest/globals';

import { deadShare } from '../../src/sync/compaction.ts';
import { rounds } from '../support/scale.ts';
import { type Churn, type SimulatedTree, SimulatedYear } from './simulated-year.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const PUSHES = 365;
const TIMEOUT_MS = rounds(60_000, 600_000);

/** By the size of the tree: how many bytes may be uploaded for each one that has changed. */
const ALL_SIZES = [
  { size: '1 MiB', bytes: MIB, uploaded: 5 },
  { size: '30 MiB', bytes: 30 * MIB, uploaded: 5 },
  { size: '300 MiB', bytes: 300 * MIB, uploaded: 4 },
  { size: '1 GiB', bytes: GIB, uploaded: 4 },
  { size: '10 GiB', bytes: 10 * GIB, uploaded: 3 },
];

const SIZES = ALL_SIZES.slice(0, rounds(3, 5));

/** Where sizes make less of a difference. */
const FEWER_SIZES = ALL_SIZES.slice(rounds(2, 0), rounds(3, 5));

interface Life {
  /** Bytes that were uploaded for each one that had changed. */
  readonly uploaded: number;
  readonly meanDead: number;
  readonly mostPacks: number;
  /** Packs of less than 8 MiB. */
  readonly mostSmall: number;
  /** Of all pushes: those that moved more than 32 MiB and 10% of what was live. */
  readonly beyondBudget: number;
}

/** Pushes again and again; what no push may do is checked after each. */
function live(tree: SimulatedTree, pushes: number): Life & { readonly year: SimulatedYear } {
  const year = new SimulatedYear(tree);
  let [incoming, moved, dead, mostPacks, mostSmall, beyondBudget] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < pushes; i += 1) {
    const push = year.push();
    const { packs, live: bytes } = year;
    incoming += push.incoming;
    moved += push.moved;
    dead += deadShare(packs);
    mostPacks = Math.max(mostPacks, packs.length);
    mostSmall = Math.max(mostSmall, packs.filter(({ pack }) => pack.size < 8 * MIB).length);
    expect(deadShare(packs)).toBeLessThanOrEqual(0.2);
    if (push.moved > Math.max(32 * MIB, 0.1 * bytes)) {
      beyondBudget += 1;
      expect(push.deadBefore).toBeGreaterThan(0.2);
      expect(push.moved).toBeLessThanOrEqual(0.7 * bytes + 32 * MIB);
    }
  }
  const uploaded = (incoming + moved) / incoming;
  return { uploaded, meanDead: dead / pushes, mostPacks, mostSmall, beyondBudget, year };
}

function packsOf(bytes: number): number {
  return Math.ceil(bytes / (32 * MIB));
}

describe.each<Churn>(['any', 'folders', 'hot'])(
  `${PUSHES} pushes that change 2% of 5,000 files: %s`,
  (churn) => {
    test.each(churn === 'any' ? SIZES : FEWER_SIZES)(
      '$size: a snapshot stays compact, and little is moved',
      ({ bytes, uploaded }) => {
        const life = live({ bytes, churn, share: 0.02 }, PUSHES);
        expect(life.uploaded).toBeLessThan(uploaded);
        expect(life.uploaded).toBeGreaterThan(1);
        expect(life.meanDead).toBeLessThan(0.18);
        expect(life.mostPacks).toBeLessThan(1.4 * packsOf(bytes) + 20);
        expect(life.mostSmall).toBeLessThan(20);
        expect(life.beyondBudget).toBe(0);
      },
      TIMEOUT_MS,
    );
  },
);

test.each(FEWER_SIZES)(
  `${PUSHES} pushes that change the same folder move nothing: $size`,
  ({ bytes }) => {
    const life = live({ bytes, churn: 'folder', share: 0.02 }, PUSHES);
    expect(life.uploaded).toBe(1);
    expect(life.mostPacks).toBeLessThan(1.05 * packsOf(bytes) + 3);
  },
  TIMEOUT_MS,
);

describe.each<Churn>(['growth', 'appended'])(`${PUSHES} pushes that add files: %s`, (churn) => {
  test.each(FEWER_SIZES)(
    '$size: packs are filled, and little is moved',
    ({ bytes }) => {
      const life = live({ bytes, churn, share: rounds(0.005, 0.001) }, PUSHES);
      expect(life.uploaded).toBeLessThan(rounds(5.5, 7));
      expect(life.meanDead).toBeLessThan(0.01);
      const last = packsOf(life.year.live);
      expect(life.year.packs.length).toBeLessThan(1.65 * last + 25);
      expect(life.mostSmall).toBeLessThan(30);
      expect(life.beyondBudget).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe.each([0.1, 0.2, 0.5, 1])('pushes that change %d of all files', (share) => {
  test.each(FEWER_SIZES)('$size: no more than 20% are dead', ({ bytes }) => {
    const life = live({ bytes, churn: 'any', share }, rounds(20, 100));
    expect(life.uploaded).toBeLessThan(3.6);
    expect(life.mostPacks).toBeLessThan(1.3 * packsOf(bytes) + 10);
  });
});

test.each([500, 50_000])(
  'a tree of %d files stays as compact',
  (files) => {
    for (const { bytes, uploaded } of SIZES) {
      const life = live({ bytes, files, churn: 'any', share: 0.02 }, rounds(20, 365));
      expect(life.uploaded).toBeLessThan(uploaded);
      expect(life.mostPacks).toBeLessThan(1.4 * packsOf(bytes) + 30);
    }
  },
  TIMEOUT_MS,
);

test.each(SIZES)('the first push that changes 1% or 5% moves nothing: $size', (one) => {
  for (const churn of ['any', 'folder'] as const) {
    for (const share of [0.01, 0.05]) {
      const year = new SimulatedYear({ bytes: one.bytes, files: 20_000, churn, share });
      expect(year.push().moved).toBe(0);
    }
  }
});
