import type { Entry } from './entry.ts';
import type { Index } from './entry-index.ts';

/** An index around the time in which it came into step with a snapshot. */
export interface Meeting {
  /** What was brought to the snapshot. */
  readonly brought: Index;
  /** All that the snapshot holds. */
  readonly there: Index;
  /** The index by now. */
  readonly now: Index;
  /** What the index was in step with meanwhile, as it was then, if the snapshot goes on from that. */
  readonly meanwhile: Index | undefined;
}

/**
 * What an index is to be compared with to tell what was changed in it since it was in step with a snapshot.
 * That is what it brought there, but for what came from others meanwhile: it was not made here, and what was
 * made of it here since then is a change.
 */
export function stateInStep({ brought, there, now, meanwhile }: Meeting): Index {
  const isUntouched = now.hasSameEntries(brought, { ignoreLocations: true });
  if (isUntouched && meanwhile === undefined) return brought;
  const state = brought.copy();
  for (const [key, , theirs] of brought.differences(there, { ignoreLocations: true })) {
    const mine = now.get(key);
    const entry = meanwhile === undefined ? mine : meanwhile.get(key);
    if (meanwhile === undefined && !isSame(mine, theirs)) continue;
    if (entry === undefined) state.delete(key);
    else state.set(key, entry);
  }
  return state;
}

/** Whether two entries say the same, wherever their content lies. */
export function isSame(
  a: Pick<Entry, 'digest' | 'meta'> | undefined,
  b: Pick<Entry, 'digest' | 'meta'> | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.digest === b.digest && JSON.stringify(a.meta) === JSON.stringify(b.meta);
}
