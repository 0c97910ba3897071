import { formatBytes, formatCount, formatSeconds } from '../format.ts';
import { showText } from '../names.ts';
import type { RemoteStats } from '../oci/remote.ts';
import { hitOf, isPath } from './hit.ts';
import { nameOf } from './lookup.ts';
import type { RestoreResult, SubtreeResult } from './restore.ts';
import type { SaveResult } from './save.ts';

/**
 * A line that the runner shows as it is. Names of files may hold anything, and the runner takes
 * lines that begin with `::`, or hold `##[`, for commands.
 */
export function plain(line: string): string {
  const single = showText(line)
    .replace(/\p{Cc}+/gu, ' ')
    .replaceAll('##[', '# #[');
  return /^\s*::/.test(single) ? JSON.stringify(single) : single;
}

/** What a step did, as lines for the log. */
export function restoreLines(
  result: RestoreResult,
  stats: RemoteStats,
  milliseconds: number,
): string[] {
  const { results, lookedFor } = result;
  const hit = hitOf(result);
  const paths = results.filter(isPath);
  const missing = paths.filter(({ source }) => source === undefined);
  const isRestored = results.some(({ restored }) => restored !== undefined);
  const found = isRestored ? 'Cache restored' : 'Cache found and can be restored';
  return [
    ...results.map(describeResult),
    // People grep logs for these lines of `actions/cache`.
    ...(paths.length > missing.length ? [`${found} from key: ${hit.matchedKey}`] : []),
    ...(paths.length > 0 && missing.length === paths.length
      ? [`Cache not found for input keys: ${lookedFor.join(', ')}`]
      : []),
    `${formatCount(results.length - results.filter(isChanged).length, 'subtree')} unchanged, ` +
      `${String(results.filter(isChanged).length)} changed; ${describeStats(stats)} in ${formatSeconds(milliseconds)}.`,
  ];
}

/** What the save side did, as lines for the log. */
export function saveLines(result: SaveResult, stats: RemoteStats, milliseconds: number): string[] {
  return [
    ...result.published.map((name) => `${name}: saved`),
    ...[...result.skipped].map(([name, why]) => `${name}: not saved, ${why}`),
    ...(result.savedKey === undefined ? [] : [`Cache saved with key: ${result.savedKey}`]),
    stats.requests === 0
      ? result.message
      : `${result.message} ${describeStats(stats)} in ${formatSeconds(milliseconds)}.`,
  ];
}

/** Requests and bytes. */
function describeStats({ requests, downloadedBytes, uploadedBytes }: RemoteStats): string {
  return `${formatCount(requests, 'request')}, ${formatBytes(downloadedBytes)} down, ${formatBytes(uploadedBytes)} up`;
}

function describeResult(result: SubtreeResult): string {
  const { subtree, source, restored, reasons } = result;
  if (source === undefined) return `${subtree.name}: changed: ${reasons.join('; ')}`;
  if (restored === undefined) return `${subtree.name}: unchanged (${nameOf(source)})`;
  const removed =
    restored.removed === 0 ? '' : `, ${formatCount(restored.removed, 'stale file')} removed`;
  return (
    `${subtree.name}: unchanged, restored from ${nameOf(source)}: ${formatCount(restored.files, 'file')}, ` +
    `${String(restored.written)} written (${formatBytes(restored.bytes)})${removed}`
  );
}

function isChanged({ source }: SubtreeResult): boolean {
  return source === undefined;
}
