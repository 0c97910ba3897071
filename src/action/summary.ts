import { formatBytes, formatCount, formatSeconds } from '../format.ts';
import { showText } from '../names.ts';
import type { RemoteStats } from '../oci/remote.ts';
import type { RestoreResult, SubtreeResult } from './restore.ts';
import type { SaveResult } from './save.ts';

/** Rows of a table: nobody reads more. */
const MAX_ROWS = 500;

/** Bytes of a table: GitHub takes a summary of 1 MiB at most, and drops what is larger. */
const MAX_TABLE_BYTES = 900 * 1024;

/** Characters of a cell. */
const MAX_CELL = 300;

/** The main step's part of the job summary, as Markdown. */
export function restoreSummary(
  { results }: RestoreResult,
  stats: RemoteStats,
  milliseconds: number,
): string {
  const unchanged = results.filter(({ source }) => source !== undefined).length;
  const bytes = results.reduce((sum, { restored }) => sum + (restored?.bytes ?? 0), 0);
  return [
    `### cafs: ${String(unchanged)} of ${formatCount(results.length, 'subtree')} unchanged`,
    '',
    '| subtree | | files | written |',
    '| --- | --- | ---: | ---: |',
    ...rowsThatFit(results, row),
    '',
    `${formatBytes(stats.downloadedBytes)} downloaded for ${formatBytes(bytes)} of files, ` +
      `${formatCount(stats.requests, 'request')}, ${formatSeconds(milliseconds)}.`,
    '',
  ].join('\n');
}

/** The save side's part of the job summary, as Markdown. */
export function saveSummary(result: SaveResult, stats: RemoteStats, milliseconds: number): string {
  const skipped = [...result.skipped];
  return [
    `### cafs: ${result.saved ? `${formatCount(result.published.length, 'subtree')} saved` : 'nothing saved'}`,
    '',
    cell(result.message),
    ...(skipped.length > 0 ? ['', '| not saved | why |', '| --- | --- |'] : []),
    ...rowsThatFit(skipped, ([name, why]) => `| ${code(name)} | ${cell(why)} |`),
    '',
    `${formatBytes(stats.uploadedBytes)} uploaded, ${formatCount(stats.requests, 'request')}, ` +
      `${formatSeconds(milliseconds)}.`,
    '',
  ].join('\n');
}

/** As many rows as there is room for, and how many there is none for. */
function rowsThatFit<T>(items: readonly T[], format: (item: T) => string): string[] {
  const rows: string[] = [];
  let room = MAX_TABLE_BYTES;
  for (const item of items.slice(0, MAX_ROWS)) {
    const row = format(item);
    room -= Buffer.byteLength(row) + 1;
    if (room < 0) break;
    rows.push(row);
  }
  const left = items.length - rows.length;
  return left === 0 ? rows : [...rows, '', `and ${String(left)} more`];
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
  const shown = showText(text);
  const short = shown.length > MAX_CELL ? `${shown.slice(0, MAX_CELL)}...` : shown;
  return short
    .replace(/[&<>"\\`*_{}[\]()#+\-!|~@:]/g, (c) => `&#${String(c.charCodeAt(0))};`)
    .replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `<code>${cell(text)}</code>`;
}
