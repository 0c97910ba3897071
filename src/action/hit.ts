import type { RestoreResult, SubtreeResult } from './restore.ts';
import { nameOf } from './tagged.ts';

/** How much of what was asked for the cache had. */
export type HitKind = 'exact' | 'partial' | 'miss';

/** What the cache had, in the words of `actions/cache`. */
export interface Hit {
  readonly kind: HitKind;
  /** `true`: everything, for these very inputs; `false`: something; empty: nothing. */
  readonly cacheHit: 'true' | 'false' | '';
  /** The key or the tag that was looked for first. */
  readonly primaryKey: string;
  /** The key or the tag that served, or the first of several; empty on a miss. */
  readonly matchedKey: string;
}

/** Sums up what the main step found. */
export function hitOf({ results, lookedFor }: RestoreResult): Hit {
  const [primaryKey = ''] = lookedFor;
  const served = results.filter(({ source }) => source !== undefined);
  const [first] = [...served.filter(isPath), ...served];
  const matchedKey = first?.source === undefined ? '' : nameOf(first.source);
  if (served.length === 0) return { kind: 'miss', cacheHit: '', primaryKey, matchedKey };
  // A subtree's fingerprint makes it exact wherever it comes from; a path only has its tag.
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

/** Whether all paths were there under the very key that was asked for: there is nothing to save then. */
export function isExactKey({ results, lookedFor }: RestoreResult): boolean {
  const paths = results.filter(isPath);
  const [key] = lookedFor;
  return paths.length > 0 && paths.every(({ source }) => source?.key === key && key !== undefined);
}

/** Whether a result is of a line of `path:`. */
export function isPath({ subtree }: SubtreeResult): boolean {
  return !subtree.hasInputs;
}
