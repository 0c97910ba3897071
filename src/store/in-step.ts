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
  /** What others had made, if that was brought here meanwhile, and the snapshot goes on from it. */
  readonly pulled: Index | undefined;
}

/**
 * What an index is to be compared with to tell what was changed in it since it was in step with a snapshot.
 * That is what it brought there, but for what came from others meanwhile: it was not made here.
 */
export function stateInStep({ brought, there, now, pulled }: Meeting): Index {
  if (now.hasSameEntries(brought, { ignoreLocations: true })) return brought;
  const state = brought.copy();
  const settle = (key: string, entry: Entry | undefined): void => {
    const isTheirs = isSame(entry, there.get(key)) || (pulled && isSame(entry, pulled.get(key)));
    if (isTheirs !== true) return;
    if (entry === undefined) state.delete(key);
    else state.set(key, entry);
  };
  for (const [key, entry] of now.range('')) {
    if (!isSame(entry, brought.get(key))) settle(key, entry);
  }
  for (const [key] of brought.range('')) if (!now.has(key)) settle(key, undefined);
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
