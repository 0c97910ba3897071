import { formatBytes, formatCount, formatSeconds } from '../format.ts';
import type { RemoteStats } from '../oci/remote.ts';
import type { RestoreResult, SubtreeResult } from './restore.ts';
import type { SaveResult } from './save.ts';

/** Rows of a table: GitHub takes a summary of 1 MiB at most. */
const MAX_ROWS = 500;

/** Characters of a cell. */
const MAX_CELL = 300;

/** The main step's part of the job summary, as Markdown. */
export function restoreSummary(
  { results }: RestoreResult,
  stats: RemoteStats,
  milliseconds: number,
): string {
  const unchanged = results.filter(({ source }) => source !== undefined);
  const full = unchanged.reduce((sum, { source }) => sum + (source === undefined ? 0 : 1), 0);
  const bytes = results.reduce((sum, { restored }) => sum + (restored?.bytes ?? 0), 0);
  return [
    `### cafs: ${String(full)} of ${formatCount(results.length, 'subtree')} restored`,
    '',
    '| subtree | | files | written |',
    '| --- | --- | ---: | ---: |',
    ...results.slice(0, MAX_ROWS).map(row),
    ...(results.length > MAX_ROWS ? ['', `and ${String(results.length - MAX_ROWS)} more`] : []),
    '',
    `${formatBytes(stats.downloadedBytes)} downloaded for ${formatBytes(bytes)} of files, ` +
      `${formatCount(stats.requests, 'request')}, ${formatSeconds(milliseconds)}.`,
    '',
  ].join('\n');
}

/** The save side's part of the job summary, as Markdown. */
export function saveSummary(result: SaveResult, stats: RemoteStats, milliseconds: number): string {
  const skipped = [...result.skipped].slice(0, MAX_ROWS);
  return [
    `### cafs: ${result.saved ? `${formatCount(result.published.length, 'subtree')} saved` : 'nothing saved'}`,
    '',
    cell(result.message),
    ...(skipped.length > 0 ? ['', '| not saved | why |', '| --- | --- |'] : []),
    ...skipped.map(([name, why]) => `| ${code(name)} | ${cell(why)} |`),
    '',
    `${formatBytes(stats.uploadedBytes)} uploaded, ${formatCount(stats.requests, 'request')}, ` +
      `${formatSeconds(milliseconds)}.`,
    '',
  ].join('\n');
}

function row({ subtree, source, restored, reasons }: SubtreeResult): string {
  if (source === undefined)
    return `| ${code(subtree.name)} | changed: ${cell(reasons.join('; '))} | | |`;
  const files = restored === undefined ? '' : restored.files.toLocaleString('en');
  const written = restored === undefined ? '' : formatBytes(restored.bytes);
  return `| ${code(subtree.name)} | unchanged | ${files} | ${written} |`;
}

/** Text that stays in its cell and is shown as it is: names of files may hold anything. */
function cell(text: string): string {
  const short = text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}...` : text;
  return short
    .replace(/[&<>"]/g, (c) => `&#${String(c.charCodeAt(0))};`)
    .replace(/[\\`*_{}[\]()#+\-!|~@:]/g, (c) => `&#${String(c.charCodeAt(0))};`)
    .replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `<code>${cell(text)}</code>`;
}
