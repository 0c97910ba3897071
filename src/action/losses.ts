import type { Digest } from '../digest.ts';
import { formatCount } from '../format.ts';
import { quoted } from '../quoted.ts';
import type { Entry } from '../store/entry.ts';
import type { Contribution } from './merge.ts';
import { isRecordKey } from './ownership.ts';

/** What a snapshot names that is in the remote no more. */
export interface Losses {
  /** Names of subtrees. */
  readonly subtrees: readonly string[];
  /** Keys of entries that belong to none. */
  readonly keys: readonly string[];
}

/** Whether a part of an entry's content lies in one of these packs. */
export function liesIn({ location }: Entry, packs: ReadonlySet<Digest>): boolean {
  return packs.size > 0 && location?.frames.some(({ pack }) => packs.has(pack.digest)) === true;
}

/**
 * What is left of a subtree without these packs: all of it or nothing. Its record alone it can do without: then
 * nobody is told why it has changed.
 */
export function withoutPacks(
  contribution: Contribution,
  packs: ReadonlySet<Digest>,
): Contribution | undefined {
  const { entries } = contribution;
  const left = entries.filter(([, entry]) => !liesIn(entry, packs));
  if (left.length === entries.length) return contribution;
  const isWhole = entries.every(([key, entry]) => isRecordKey(key) || !liesIn(entry, packs));
  return isWhole ? { ...contribution, entries: left } : undefined;
}

/** What is said of losses that nobody here can mend; undefined: there are none. */
export function describeLosses({ subtrees, keys }: Losses, tag: string): string | undefined {
  const all = [...subtrees, ...keys];
  const [name] = all;
  if (name === undefined) return undefined;
  const counts = [
    ...(subtrees.length > 0 ? [formatCount(subtrees.length, 'subtree')] : []),
    ...(keys.length > 0 ? [formatCount(keys.length, 'entry', 'entries')] : []),
  ].join(' and ');
  return (
    `The remote has lost what ${counts} of others hold, ${quoted(name)} among them: ` +
    `${tag} goes on without that. What is built anew is saved anew.`
  );
}
