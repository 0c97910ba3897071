import type { Digest } from '../digest.ts';
import type { PackUse } from '../store/entry-index.ts';
import { PackLedger, type Row } from './pack-ledger.ts';
import type { Span } from './spans.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** When packs are rewritten. */
export interface CompactionLimits {
  /** Bytes that new packs have. Default 32 MiB. */
  readonly targetSize: number;
  /** The share of dead bytes that no push leaves behind, whatever that costs. Default 0.2. */
  readonly maxDead: number;
  /** The share of dead bytes that a push leaves behind if it can do so within its budget. Default 0.18. */
  readonly aimedDead: number;
  /** Bytes that a push moves at most, but for `maxDead` and `maxPacks`... Default 32 MiB. */
  readonly budget: number;
  /** ...or this share of what is live, where that is more. Default 0.1. */
  readonly budgetShare: number;
  /** Where there are more packs, the smallest are joined within the budget. Default 490. */
  readonly wantedPacks: number;
  /** Where there are more packs, the smallest are joined whatever that costs. Default 3,990. */
  readonly maxPacks: number;
}

const DEFAULTS: CompactionLimits = {
  targetSize: 32 * MIB,
  maxDead: 0.2,
  aimedDead: 0.18,
  budget: 32 * MIB,
  budgetShare: 0.1,
  // With up to 8 segments, 500 and 4,000 layers are not reached.
  wantedPacks: 490,
  maxPacks: 3_990,
};

/**
 * The size classes of small packs, by their ends as shares of the target (128 KiB, 1 MiB and 8 MiB), and
 * how many packs of a class are joined.
 */
const CLASSES = [
  { end: 1 / 256, joined: 4 },
  { end: 1 / 32, joined: 8 },
  { end: 1 / 4, joined: 8 },
] as const;

/** Of the target's size: a pack with more is not joined for there being many. */
const WORTH_JOINING = 1 / 2;

/** What else a push does. */
export interface CompactionOptions extends Partial<CompactionLimits> {
  /** Stored bytes of the new packs that it adds in any case, all of them live. Default 0. */
  readonly incoming?: number;
  /** Contents that lie in several packs. Default: none. */
  readonly spans?: readonly Span[];
}

/**
 * Chooses the packs that a push rewrites: what is live of them goes into new packs, together with what
 * is uploaded anyway.
 *
 * - Of all bytes, at most 20% are dead after any push. Whatever that takes is moved, budget or not:
 *   since the packs with the most dead bytes go first, that is 0.7 of what is live at worst (and where a
 *   content lies in several packs, the rest of it). So that it is spread over pushes, they begin at 18%, within
 *   the budget: the larger of 32 MiB and 10% of what is live. Nothing is rewritten before, however little
 *   is live of a pack: who waits moves less.
 * - Small packs are joined as in a log-structured merge tree: 8 of 1 to 8 MiB, 8 of 128 KiB to 1 MiB, 4 of
 *   less. So there are few, and a byte is moved a few times on its way to a full pack, not with each push.
 *   With many packs, more are joined: `wantedPacks`, `maxPacks`.
 * - A content that lies in several packs is moved as a whole: that is part of the price of each of them.
 *
 * A push that changes less than 18% of a fresh snapshot thus rewrites nothing. In simulations
 * (`__tests__/sync/compaction-years.test.ts`) of 365 pushes that change 2% of 5,000 files each, any files,
 * pushes upload 4.3 times the bytes that have changed of a tree of 1 MiB, 4.2 times of 30 MiB, 2.6 times of
 * 1 GiB, and 2.0 times of 10 GiB. It takes up to 9, 15, 54 and 406 packs, where a fresh snapshot has 1, 1, 33
 * and 320. Where files are only added, they upload up to 5 times these. None of these
 * pushes goes beyond its budget. One does where else more than 20% were dead, since much changed at once, or where
 * there were more than `maxPacks`.
 *
 * @param packs those that entries of the snapshot need
 * @param options.incoming where it is only estimated, too little is better than too much
 * @returns which of them, sorted: the same in whatever order everything comes
 * @example
 * planCompaction(entries.packs(), { incoming, spans: spansOf(entries) });
 */
export function planCompaction(
  packs: readonly PackUse[],
  { incoming = 0, spans = [], ...given }: CompactionOptions = {},
): ReadonlySet<Digest> {
  const limits = { ...DEFAULTS, ...given };
  const ledger = new PackLedger(packs, incoming, spans);
  const live = ledger.rows.reduce((sum, row) => sum + row.live, 0);
  const budget = Math.max(limits.budget, limits.budgetShare * live);

  clean(ledger, limits.aimedDead, budget);
  joinClasses(ledger, limits, budget);
  joinSmallest(ledger, limits.wantedPacks, limits, budget);
  joinSmallest(ledger, limits.maxPacks, limits, Infinity);
  // Last: to move a part of what lies in several packs makes dead bytes in the others.
  clean(ledger, limits.maxDead, Infinity);

  return new Set(ledger.rows.filter(({ isGone }) => isGone).map(({ digest }) => digest));
}

/** The share of the packs' bytes that no entry needs: 0 to 1, and 0 where there is no pack. */
export function deadShare(packs: readonly PackUse[]): number {
  return new PackLedger(packs).deadShare;
}

/** Rewrites packs, those first that have the most dead bytes for each byte that is moved. */
function clean(ledger: PackLedger, limit: number, budget: number): void {
  if (ledger.deadShare <= limit) return;
  const gainful = ledger.rows.filter((row) => !row.isGone && row.gain > 0);
  for (const row of sortedBy(gainful, (one) => one.cost / one.gain)) {
    if (ledger.deadShare <= limit) return;
    if (row.isGone) continue;
    if (ledger.moved + row.cost > budget) return;
    ledger.rewrite(row);
  }
  if (budget < Infinity) return;
  // Where contents lie in several packs, each pack alone can be a loss, and all together a gain.
  for (const row of sortedBy(ledger.rows, ({ live, size }) => live / Math.max(size, 1))) {
    if (ledger.deadShare <= limit) return;
    ledger.rewrite(row);
  }
}

/** Joins the small packs of a size class where there are many, as log-structured merge trees do. */
function joinClasses(ledger: PackLedger, { targetSize }: CompactionLimits, budget: number): void {
  let begin = 0;
  for (const { end, joined } of CLASSES) {
    const isIn = (bytes: number): boolean =>
      bytes >= begin * targetSize && bytes < end * targetSize;
    const staying = ledger.rows.filter((row) => !row.isGone && isIn(row.cost));
    // The last of the new packs is one of them, and costs nothing.
    const last = ledger.added % targetSize;
    const free = last > 0 && isIn(last) ? 1 : 0;
    begin = end;
    if (staying.length + free < joined) continue;
    for (const row of withoutLargest(sortedBy(staying, (one) => one.cost))) {
      if (ledger.moved + row.cost > budget) return;
      ledger.rewrite(row);
    }
  }
}

/**
 * Leaves out the largest pack, as long as one is larger than twice all others together: it, and all that
 * an index says of it, would be written anew for the sake of little.
 */
function withoutLargest(rows: readonly Row[]): readonly Row[] {
  const kept = [...rows];
  let others = kept.reduce((sum, { live }) => sum + live, 0);
  for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
    others -= last.live;
    if (last.live <= 2 * others) break;
    kept.pop();
  }
  return kept;
}

/** Joins the smallest packs where there are more than `limit`, as many of them as it takes. */
function joinSmallest(
  ledger: PackLedger,
  limit: number,
  { targetSize }: CompactionLimits,
  budget: number,
): void {
  const newPacks = (bytes: number): number => Math.ceil(bytes / targetSize);
  if (ledger.count + newPacks(ledger.added) <= limit) return;
  const small = ledger.rows.filter((row) => !row.isGone && row.cost <= targetSize * WORTH_JOINING);
  for (const row of sortedBy(small, (one) => one.cost)) {
    if (ledger.count + newPacks(ledger.added) <= limit) return;
    if (ledger.moved + row.cost > budget) return;
    ledger.rewrite(row);
  }
}

/** Sorted by a number that each has at the beginning, the lowest first; equal ones as they were. */
function sortedBy(rows: readonly Row[], numberOf: (row: Row) => number): Row[] {
  return rows
    .map((row) => ({ row, number: numberOf(row) }))
    .sort((a, b) => a.number - b.number)
    .map(({ row }) => row);
}
