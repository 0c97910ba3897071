import { nameOf } from './lookup.ts';
import type { RestoreResult, SubtreeResult } from './restore.ts';

/** How much of what was asked for the cache had. */
export type HitKind = 'exact' | 'partial' | 'miss';

/** What the cache had, in the words of `actions/cache`. */
export interface Hit {
  readonly kind: HitKind;
  /** `true`: everything, for these very inputs; `false`: something; empty: nothing. */
  readonly cacheHit: 'true' | 'false' | '';
  /** The key; without one, the tag that was looked for first. */
  readonly primaryKey: string;
  /** The whole key, or the tag, that served, or the first of several; empty on a miss. */
  readonly matchedKey: string;
}

/** Sums up what the main step found. */
export function hitOf({ results, lookedFor }: RestoreResult): Hit {
  const [primaryKey = ''] = lookedFor;
  const served = results.filter(({ source }) => source !== undefined);
  const source = served.find(isPath)?.source ?? served[0]?.source;
  const matchedKey = source === undefined ? '' : nameOf(source);
  if (served.length === 0) return { kind: 'miss', cacheHit: '', primaryKey, matchedKey };
  // A subtree's fingerprint makes it exact wherever it comes from; a path only has its key or tag.
  const exact = results.every((result) => isExact(result, primaryKey));
  return {
    kind: exact ? 'exact' : 'partial',
    cacheHit: exact ? 'true' : 'false',
    primaryKey,
    matchedKey,
  };
}

function isExact({ subtree, source }: SubtreeResult, primaryKey: string): boolean {
  return source !== undefined && (subtree.hasInputs || nameOf(source) === primaryKey);
}

/** Whether a result is of a line of `path:`. */
export function isPath({ subtree }: SubtreeResult): boolean {
  return !subtree.hasInputs;
}
