import type { Digest } from '../digest.ts';
import { compareBytes } from '../order.ts';
import type { PackUse } from '../store/index/pack-use.ts';
import type { PackUnit } from './pack-unit.ts';
import { joinLinked } from './pack-unit.ts';

/** What is known of a push when it is decided which packs it writes anew. */
export interface CompactionOptions {
  /** Bytes that the push adds by itself; all of them are needed. */
  readonly incoming: number;
  /** Packs that hold parts of one content: they are written anew together, or not at all. */
  readonly linked?: readonly (readonly Digest[])[];
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** Stored bytes that packs are filled to. */
const TARGET = 32 * MiB;

/** Of the bytes of all packs at most so many are dead after a push; 20% are promised. */
const MAX_DEAD = 0.18;

/** What a push may write anew, unless there would be too many dead bytes: the larger of these. */
const BUDGET_BYTES = TARGET;
const BUDGET_SHARE = 0.1;

/**
 * As soon as there are so many packs below a size, they are joined: each byte is joined once for each
 * step that its pack grows, and restoring takes few requests.
 */
const STEPS = [
  { below: 256 * KiB, most: 4 },
  { below: 2 * MiB, most: 8 },
  { below: TARGET / 2, most: 8 },
] as const;

/** Layers that registries take without a doubt: from here on whatever is small is joined. */
const MANY_PACKS = 2000;

/** Contents that span packs are not written anew where that takes more. */
const MAX_UNIT_BYTES = 4 * TARGET;

/**
 * Chooses the packs that a push writes anew, so that a cache in use stays compact: their contents are
 * put into new packs together with what is uploaded anyway.
 *
 * Where more than 18% of all bytes would be dead, the packs with the largest share of dead bytes go
 * first. Small packs are joined in three steps of size. A year of daily changes to 2% of the files
 * uploads 2.5 to 6 times what has changed (`__tests__/sync/compaction.test.ts`); pushes that change
 * little of a fresh snapshot write nothing anew.
 *
 * @param packs those of the snapshot, each once
 * @returns their digests; the same for the same packs, in whatever order they come
 */
export function planCompaction(
  packs: readonly PackUse[],
  { incoming, linked = [] }: CompactionOptions,
): ReadonlySet<Digest> {
  const units = joinLinked(packs, linked).filter(({ live }) => live <= MAX_UNIT_BYTES);
  const plan = new Plan(packs, incoming);
  for (const unit of [...units].sort(byWaste)) {
    if (!plan.hasTooManyDead) break;
    if (unit.dead > 0) plan.add(unit);
  }
  const singles = units.filter((unit) => unit.packs.length === 1 && !plan.has(unit)).sort(bySize);
  for (const { below, most } of STEPS) {
    const small = singles.filter((unit) => unit.size < below && !plan.has(unit));
    if (small.length < most) continue;
    for (const unit of small) {
      if (plan.allows(unit) || packs.length > MANY_PACKS) plan.add(unit);
    }
  }
  return plan.chosen;
}

/** The share of all bytes of packs that nobody needs: 0 to 1. */
export function deadShare(packs: readonly PackUse[]): number {
  return new Plan(packs, 0).deadShare;
}

class Plan {
  readonly chosen = new Set<Digest>();
  #size: number;
  readonly #live: number;
  #spent = 0;
  readonly #budget: number;

  constructor(packs: readonly PackUse[], incoming: number) {
    this.#size = packs.reduce((sum, { pack }) => sum + pack.size, incoming);
    this.#live = packs.reduce((sum, { live }) => sum + live, incoming);
    this.#budget = Math.max(BUDGET_BYTES, this.#live * BUDGET_SHARE);
  }

  get deadShare(): number {
    return this.#size > 0 ? (this.#size - this.#live) / this.#size : 0;
  }

  get hasTooManyDead(): boolean {
    return this.deadShare > MAX_DEAD;
  }

  has({ packs: [first] }: PackUnit): boolean {
    return first !== undefined && this.chosen.has(first);
  }

  /** Whether there is so much left to spend. */
  allows({ live }: PackUnit): boolean {
    return this.#spent + live <= this.#budget;
  }

  add({ packs, live, dead }: PackUnit): void {
    for (const pack of packs) this.chosen.add(pack);
    this.#spent += live;
    this.#size -= dead;
  }
}

/** The largest share of dead bytes first. */
function byWaste(a: PackUnit, b: PackUnit): number {
  return a.live / a.size - b.live / b.size || byName(a, b);
}

function bySize(a: PackUnit, b: PackUnit): number {
  return a.size - b.size || byName(a, b);
}

function byName(a: PackUnit, b: PackUnit): number {
  return compareBytes(a.packs[0] ?? '', b.packs[0] ?? '');
}
