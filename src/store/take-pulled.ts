import { Index } from './entry-index.ts';
import { type Lineage, advance, discarded, lastInStep, lastPulled } from './lineage.ts';
import type { Pulled } from './upstream.ts';
import type { WorkingIndex } from './working-index.ts';

/** How {@link takePulled} goes about it. */
interface TakeOptions {
  /** What was changed here and not pushed is given up. */
  readonly discard: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Brings what a tag points to into an index: changes that were made here stay on top of it, unless they are
 * given up.
 */
export async function takePulled(
  index: WorkingIndex,
  pulled: Pulled,
  { discard, signal }: TakeOptions,
): Promise<void> {
  // Meanwhile another process may have pulled what is newer than this answer.
  const isKnown = (): boolean => !discard && index.lineage.seen.includes(pulled.snapshot);
  const lineageAfter = (): Lineage => {
    const { lineage, file } = index;
    if (isKnown()) return lineage;
    // What was given up may come from snapshots that this store has everything of no more.
    const before = discard ? discarded(lineage) : lineage;
    return advance(before, file.saveBase(pulled.entries), [pulled]);
  };
  await index.save(
    (entries) => {
      if (discard) return pulled.entries;
      return isKnown() ? entries : joined(index, pulled, entries);
    },
    signal,
    lineageAfter,
  );
}

/** What was changed here, on top of what was pulled. */
function joined({ lineage, file }: WorkingIndex, pulled: Pulled, entries: Index): Index {
  const known = lastInStep(lineage, pulled);
  const base = known && file.loadBase(known.base);
  if (base === undefined) return Index.merge(new Index(), pulled.entries, entries);
  const settled = lastPulled(lineage);
  return Index.merge(base, pulled.entries, entries, () => settled && file.loadBase(settled.base));
}
