import type { RemoteStats } from '../oci/remote.ts';
import { compareBytes } from '../order.ts';
import { hitOf, isPath } from './hit.ts';
import type { RestoreResult, SubtreeResult } from './restore.ts';
import type { SaveResult } from './save.ts';

/** The outputs of the main step, by name, as text. Subtrees are those with inputs; see `hit.ts` for paths. */
export function restoreOutputs(result: RestoreResult, stats: RemoteStats): Record<string, string> {
  const hit = hitOf(result);
  const subtrees = result.results
    .filter((one) => !isPath(one))
    .sort((a, b) => compareBytes(a.subtree.name, b.subtree.name));
  const changed = subtrees.filter(({ source }) => source === undefined);
  const unchanged = subtrees.filter(({ source }) => source !== undefined);
  const names = (list: typeof subtrees): string =>
    JSON.stringify(list.map(({ subtree }) => subtree.name));
  return {
    'cache-hit': hit.cacheHit,
    'hit-kind': hit.kind,
    'cache-primary-key': hit.primaryKey,
    'cache-matched-key': hit.matchedKey,
    changed: names(changed),
    unchanged: names(unchanged),
    'any-changed': String(result.results.some(({ source }) => source === undefined)),
    matrix: JSON.stringify({
      include: inBuildOrder(changed).map(({ subtree, fingerprint, reasons }) => ({
        subtree: subtree.name,
        path: subtree.folder || '.',
        digest: fingerprint ?? '',
        reason: reasons.join('; '),
      })),
    }),
    digests: JSON.stringify(
      Object.fromEntries(
        subtrees.map(({ subtree, fingerprint }) => [subtree.name, fingerprint ?? '']),
      ),
    ),
    reasons: JSON.stringify(
      Object.fromEntries(changed.map(({ subtree, reasons }) => [subtree.name, reasons.join('; ')])),
    ),
    snapshot: result.chain[0]?.snapshot.descriptor.digest ?? '',
    'downloaded-bytes': String(stats.downloadedBytes),
    'restored-files': String(
      result.results.reduce((sum, { restored }) => sum + (restored?.files ?? 0), 0),
    ),
  };
}

/** Each after all that it depends on: a dependent has all dependencies of its dependencies, and more. */
function inBuildOrder(subtrees: readonly SubtreeResult[]): SubtreeResult[] {
  const weight = ({ record }: SubtreeResult): number => record?.dependencies.length ?? 0;
  return [...subtrees].sort((a, b) => weight(a) - weight(b));
}

/** The outputs of the save side. */
export function saveOutputs(result: SaveResult, stats: RemoteStats): Record<string, string> {
  return {
    saved: String(result.saved),
    snapshot: result.snapshot ?? '',
    'uploaded-bytes': String(stats.uploadedBytes),
  };
}
