import { formatCount } from '../format.ts';
import { isPath } from './hit.ts';
import type { RestoreResult } from './restore.ts';
import type { SavedSubtree } from './save.ts';

/** What a main step came to, for people: `5 of 6 subtrees unchanged, 1 of 2 paths restored`. */
export function restoreCounts({ results }: Pick<RestoreResult, 'results'>): string {
  const paths = results.filter(isPath);
  const subtrees = results.filter((result) => !isPath(result));
  const wasOnlyLookedUp = results.every(({ restored }) => restored === undefined);
  const parts: string[] = [];
  if (subtrees.length > 0 || paths.length === 0)
    parts.push(`${found(subtrees)} of ${formatCount(subtrees.length, 'subtree')} unchanged`);
  if (paths.length > 0) {
    const verb = wasOnlyLookedUp ? 'found' : 'restored';
    parts.push(`${found(paths)} of ${formatCount(paths.length, 'path')} ${verb}`);
  }
  return parts.join(', ');
}

/** What a step saved, for people: `3 subtrees and 1 path`. */
export function saveCounts(subtrees: readonly Pick<SavedSubtree, 'isPath'>[]): string {
  const paths = subtrees.filter((one) => one.isPath).length;
  const others = subtrees.length - paths;
  return [
    ...(others > 0 ? [formatCount(others, 'subtree')] : []),
    ...(paths > 0 ? [formatCount(paths, 'path')] : []),
  ].join(' and ');
}

/** A sum over items. */
export function total<T>(items: readonly T[], value: (item: T) => number | undefined): number {
  return items.reduce((sum, item) => sum + (value(item) ?? 0), 0);
}

function found(results: RestoreResult['results']): string {
  return results.filter(({ source }) => source !== undefined).length.toLocaleString('en');
}
