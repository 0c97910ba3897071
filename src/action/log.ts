import { formatBytes, formatCount, formatSeconds } from '../format.ts';
import { showText } from '../names.ts';
import type { RemoteStats } from '../oci/remote.ts';
import { restoreCounts, saveCounts, total } from './counts.ts';
import { hitOf, isPath } from './hit.ts';
import { nameOf } from './lookup.ts';
import type { RestoreResult, SubtreeResult } from './restore.ts';
import type { SaveResult, SavedSubtree } from './save.ts';

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
    `${restoreCounts(result)}${describeWork(results)}; ${describeStats(stats)} in ${formatSeconds(milliseconds)}.`,
  ];
}

/** What the save side did, as lines for the log. */
export function saveLines(result: SaveResult, stats: RemoteStats, milliseconds: number): string[] {
  const { subtrees, skipped, message } = result;
  return [
    ...subtrees.filter(({ isNew }) => isNew).map(describeSaved),
    ...[...skipped].map(([name, why]) => `${name}: not saved, ${why}`),
    ...(result.savedKey === undefined ? [] : [`Cache saved with key: ${result.savedKey}`]),
    stats.requests === 0
      ? message
      : `${message} ${describeHeld(subtrees)}${describeStats(stats)} in ${formatSeconds(milliseconds)}.`,
  ];
}

function describeSaved({ name, files, bytes, milliseconds }: SavedSubtree): string {
  const time = milliseconds === undefined ? '' : `, read in ${formatSeconds(milliseconds)}`;
  return `${name}: saved, ${formatCount(files, 'file')} (${formatBytes(bytes)})${time}`;
}

/** What the snapshot holds of this job. */
function describeHeld(subtrees: readonly SavedSubtree[]): string {
  if (subtrees.length === 0) return '';
  const files = formatCount(
    total(subtrees, (one) => one.files),
    'file',
  );
  const bytes = formatBytes(total(subtrees, (one) => one.bytes));
  const news = subtrees.filter(({ isNew }) => isNew).length;
  const part = news === 0 ? '' : `, ${news.toLocaleString('en')} of them new`;
  return `${saveCounts(subtrees)} with ${files} (${bytes})${part}; `;
}

/** What was restored in all. */
function describeWork(results: readonly SubtreeResult[]): string {
  const restored = results.flatMap((result) => result.restored ?? []);
  if (restored.length === 0) return '';
  const files = formatCount(
    total(restored, (one) => one.files),
    'file',
  );
  const written = total(restored, (one) => one.written).toLocaleString('en');
  return `: ${files}, ${written} written (${formatBytes(total(restored, ({ bytes }) => bytes))})`;
}

/** Requests and bytes. */
function describeStats({ requests, downloadedBytes, uploadedBytes }: RemoteStats): string {
  return `${formatCount(requests, 'request')}, ${formatBytes(downloadedBytes)} down, ${formatBytes(uploadedBytes)} up`;
}

function describeResult(result: SubtreeResult): string {
  const { subtree, source, restored, reasons } = result;
  const isOfPath = isPath(result);
  if (source === undefined)
    return `${subtree.name}: ${isOfPath ? 'miss' : 'changed'}: ${reasons.join('; ')}`;
  if (restored === undefined)
    return `${subtree.name}: ${isOfPath ? 'found' : 'unchanged'} (${nameOf(source)})`;
  const removed =
    restored.removed === 0 ? '' : `, ${formatCount(restored.removed, 'stale file')} removed`;
  return (
    `${subtree.name}: ${isOfPath ? '' : 'unchanged, '}restored from ${nameOf(source)}: ${formatCount(restored.files, 'file')}, ` +
    `${restored.written.toLocaleString('en')} written (${formatBytes(restored.bytes)})${removed} ` +
    `in ${formatSeconds(restored.milliseconds)}`
  );
}
