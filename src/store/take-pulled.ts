import type { Digest } from '../digest.ts';
import { Index } from './entry-index.ts';
import {
  type KnownSnapshot,
  type Lineage,
  advance,
  discarded,
  lastInStep,
  lastOf,
  pulledSince,
} from './lineage.ts';
import type { Pulled } from './upstream.ts';
import type { WorkingIndex } from './working-index.ts';

/** How {@link takePulled} goes about it. */
interface TakeOptions {
  /** Where the index stood to snapshots when the remote was asked. */
  readonly asked: Lineage;
  /** What was changed here and not pushed is given up. */
  readonly discard: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Brings what a tag points to into an index: changes that were made here stay on top of it, unless they are
 * given up.
 *
 * @returns false where the index came into step with something else meanwhile, which may go on from what was
 *   pulled: nothing has changed then, and the remote is to be asked again
 */
export async function takePulled(
  index: WorkingIndex,
  pulled: Pulled,
  { asked, discard, signal }: TakeOptions,
): Promise<boolean> {
  const known = new Set(asked.known.map(({ snapshot }) => snapshot));
  let isLate = false;
  // Meanwhile another process may have pulled what is newer than this answer.
  const isKnown = (): boolean =>
    !discard && tellingNothing(index.lineage).includes(pulled.snapshot);
  const lineageAfter = (): Lineage => {
    const { lineage, file } = index;
    if (isLate || isKnown()) return lineage;
    // What was given up may come from snapshots that this store has everything of no more.
    const before = discard ? discarded(lineage) : lineage;
    const state = { base: file.saveBase(pulled.entries), version: file.version + 1 };
    return advance(before, state, [pulled]);
  };
  await index.save(
    (entries) => {
      isLate = index.lineage.known.some(
        ({ snapshot }) => !known.has(snapshot) && snapshot !== pulled.snapshot,
      );
      if (isLate) return entries;
      if (discard) return pulled.entries;
      return isKnown() ? entries : joined(index, pulled, entries);
    },
    signal,
    lineageAfter,
  );
  return !isLate;
}

/**
 * Snapshots that tell nothing new: the index has had everything of them, and knows how it was then. One that is known
 * only by what goes on from it is still to be met: from then on, what is as in there was not changed here.
 */
export function tellingNothing({ known, seen }: Lineage): Digest[] {
  const met = new Set(known.map(({ snapshot }) => snapshot));
  return seen.filter((snapshot) => met.has(snapshot));
}

/** What was changed here, on top of what was pulled. */
function joined({ lineage, file }: WorkingIndex, pulled: Pulled, entries: Index): Index {
  // All that it holds was here once: what is not here now was deleted.
  if (lineage.seen.includes(pulled.snapshot)) return entries;
  const common = lastInStep(lineage, pulled);
  const load = (one: KnownSnapshot | undefined): Index | undefined =>
    one && file.loadBase(one.base);
  const base = load(common);
  if (common === undefined || base === undefined) {
    // What was not changed here since, its tag's word counts for, though it was begun anew.
    return Index.merge(new Index(), pulled.entries, entries, () =>
      load(lastOf(lineage, pulled.ref)),
    );
  }
  return Index.merge(base, pulled.entries, entries, () => load(pulledSince(lineage, common)));
}
