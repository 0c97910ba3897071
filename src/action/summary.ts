import { describeError } from '../errors.ts';
import { formatBytes, formatCount, formatSeconds } from '../format.ts';
import type { RemoteStats } from '../oci/remote.ts';
import { restoreCounts, saveCounts, total } from './counts.ts';
import { isPath } from './hit.ts';
import { type Column, Tables, code, folded, text } from './markdown.ts';
import type { RestoreResult, SubtreeResult } from './restore.ts';
import type { SaveResult, SavedSubtree } from './save.ts';
import { describeScope } from './tags.ts';
import { CANNOT_BE_USED } from './why-changed.ts';

/** Characters of a message: with a hint that says what to do. */
const MAX_MESSAGE = 2000;

/** Reasons for a change: the output `reasons` has all of them. */
const MAX_REASONS = 4;

/** Rows of what is as it was: where there are more, one has to unfold them. */
const MAX_UNFOLDED = 20;

const RESTORED: readonly Column[] = [
  ['subtree', 'left'],
  ['result', 'left'],
  ['files', 'right'],
  ['written', 'right'],
  ['time', 'right'],
];

const SAVED: readonly Column[] = [
  ['subtree', 'left'],
  ['result', 'left'],
  ['files', 'right'],
  ['size', 'right'],
  ['time', 'right'],
];

/** Where nothing was restored, or saved, there are no figures. */
const WITHOUT_FIGURES: readonly Column[] = RESTORED.slice(0, 2);

/** The main step's part of the job summary, as Markdown. */
export function restoreSummary(
  result: RestoreResult,
  stats: RemoteStats,
  milliseconds: number,
): string {
  const { results, failure } = result;
  const changed = results.filter(({ source }) => source === undefined);
  const unchanged = results.filter(({ source }) => source !== undefined);
  const tables = new Tables(unchanged.length > 0 ? RESTORED : WITHOUT_FIGURES);
  const tarball = total(results, ({ tarballBytes }) => tarballBytes);
  const written = total(results, ({ restored }) => restored?.bytes);
  return paragraphs(
    [`### cafs: ${restoreCounts(result)}`],
    failure === undefined ? [] : problem(failure),
    together(tables, changed, unchanged, restoredRow),
    [
      figures(
        moved(stats.downloadedBytes, 'downloaded', tarball, 'the same outputs'),
        ...(unchanged.some(({ restored }) => restored !== undefined)
          ? [`${formatBytes(written)} of files written`]
          : []),
        formatCount(stats.requests, 'request'),
        formatSeconds(milliseconds),
      ),
    ],
  );
}

/** The save side's part of the job summary, as Markdown. */
export function saveSummary(result: SaveResult, stats: RemoteStats, milliseconds: number): string {
  const { subtrees, skipped, saved, message } = result;
  const published = subtrees.filter(({ isNew }) => isNew);
  const kept = subtrees.filter(({ isNew }) => !isNew);
  const tables = new Tables(subtrees.length > 0 ? SAVED : WITHOUT_FIGURES);
  const news: Row[] = [...skipped, ...published];
  const tarball = total(subtrees, ({ tarballBytes }) => tarballBytes);
  return paragraphs(
    [`### cafs: ${saved ? savedHeading(published) : 'nothing saved'}`],
    [text(message, MAX_MESSAGE)],
    together<Row>(tables, news, kept, savedRow),
    [
      figures(
        moved(stats.uploadedBytes, 'uploaded', tarball, 'all outputs'),
        formatCount(stats.requests, 'request'),
        formatSeconds(milliseconds),
      ),
    ],
  );
}

/** What takes the place of {@link saveSummary} where saving failed. */
export function failedSaveSummary(
  failure: unknown,
  stats: RemoteStats,
  milliseconds: number,
): string {
  const sent = `${formatBytes(stats.uploadedBytes)} uploaded`;
  const requests = formatCount(stats.requests, 'request');
  return paragraphs(['### cafs: saving failed'], problem(failure), [
    figures(sent, requests, formatSeconds(milliseconds)),
  ]);
}

/** A subtree that is in the snapshot, or the name of one that is not, with why. */
type Row = SavedSubtree | readonly [name: string, why: string];

/** What one looks for first; what is as it was in the same table where that is not much. */
function together<T>(
  tables: Tables,
  news: readonly T[],
  same: readonly T[],
  format: (item: T) => readonly string[],
): string[] {
  if (same.length <= MAX_UNFOLDED) return tables.of([...news, ...same], format);
  const first = tables.of(news, format);
  return [
    ...first,
    ...folded(`${same.length.toLocaleString('en')} unchanged`, tables.of(same, format)),
  ];
}

function restoredRow(result: SubtreeResult): string[] {
  const { subtree, source, restored, reasons } = result;
  if (source === undefined) {
    const verb = isPath(result) ? 'miss' : 'changed';
    // Which problem it was stands above the table.
    const why = reasons.map((reason) =>
      reason.startsWith(`${CANNOT_BE_USED}: `) ? CANNOT_BE_USED : reason,
    );
    const shown = why.length > MAX_REASONS ? [...why.slice(0, MAX_REASONS), 'and more'] : why;
    return [code(subtree.name), `**${verb}**: ${text(shown.join('; '))}`, '', '', ''];
  }
  const verb = isPath(result) ? (restored === undefined ? 'found' : 'restored') : 'unchanged';
  const from = `${verb}, from ${text(describeScope(source.scope))}`;
  if (restored === undefined) return [code(subtree.name), from, '', '', ''];
  return [
    code(subtree.name),
    from,
    restored.files.toLocaleString('en'),
    figure(formatBytes(restored.bytes)),
    figure(formatTime(restored.milliseconds)),
  ];
}

function savedRow(row: Row): string[] {
  if (!('name' in row)) return [code(row[0]), `**not saved**: ${text(row[1])}`, '', '', ''];
  const { name, isNew, files, bytes, milliseconds } = row;
  return [
    code(name),
    isNew ? '**saved**' : 'unchanged',
    files.toLocaleString('en'),
    figure(formatBytes(bytes)),
    milliseconds === undefined ? '' : figure(formatTime(milliseconds)),
  ];
}

/** A small subtree takes a few milliseconds. */
function formatTime(milliseconds: number): string {
  return milliseconds < 1000
    ? `${String(Math.ceil(milliseconds))} ms`
    : formatSeconds(milliseconds);
}

/** A number stays with its unit. */
function figure(value: string): string {
  return value.replaceAll(' ', '&nbsp;');
}

/** A job may also only have pointed a tag at what is there. */
function savedHeading(published: readonly SavedSubtree[]): string {
  return published.length === 0 ? 'saved' : `${saveCounts(published)} saved`;
}

function moved(bytes: number, verb: string, tarball: number, what: string): string {
  const own = `**${formatBytes(bytes)} ${verb}**`;
  return tarball === 0 ? own : `${own} (a tarball of ${what}: ${formatBytes(tarball)})`;
}

function figures(...parts: readonly string[]): string {
  return `${parts.join(', ')}.`;
}

function problem(error: unknown): string[] {
  return [`**The cache could not be used:** ${text(describeError(error), MAX_MESSAGE)}`];
}

/** With a line between them that is empty, and one at the end: the next step's part follows. */
function paragraphs(...blocks: readonly (readonly string[])[]): string {
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n').trim()}\n`)
    .join('\n')
    .concat('\n');
}
