import Table from 'cli-table3';

import type { CiRun } from './ci-run.ts';
import type { Verdict } from './judge.ts';

/** Subtrees that a table of a run shows; the rest is counted. */
const MOST_ROWS = 20;

/** A run with its place in the demo. */
export interface ReportedRun {
  readonly number: number;
  readonly title: string;
  readonly run: CiRun;
  readonly verdict: Verdict;
}

/** What one run did: a table of its subtrees, and its figures. */
export function describeRun({ number, title, run, verdict }: ReportedRun): string {
  const rows = [
    ...run.built.map(({ name }) => [name, 'changed, built', run.reasons[name] ?? '']),
    ...run.restored.map((name) => [name, 'restored', '']),
  ];
  const table = new Table({
    head: ['subtree', '', 'why'],
    colWidths: [null, null, 72],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.slice(0, MOST_ROWS));
  const more = rows.length - MOST_ROWS;
  const figures = figuresOf(run, verdict);
  return [
    `Run ${number}: ${title}`,
    table.toString(),
    ...(more > 0 ? [`  and ${more} more`] : []),
    `  ${figures.files} files restored, ${figures.down} down, ${figures.up} up`,
    `  main ${figures.main}, build ${figures.build}, post ${figures.post}; a full build takes ${figures.full}`,
    `  ${outcome(verdict)}`,
    '',
  ].join('\n');
}

/** All runs, a line each. */
export function describeAll(runs: readonly ReportedRun[]): string {
  const table = new Table({
    head: 'run,restored,built,files,down,up,main,build,post,full build'.split(','),
    colAligns: ['left', ...Array.from({ length: 9 }, () => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const { number, title, run, verdict } of runs) {
    const { files, down, up, main, build, post, full } = figuresOf(run, verdict);
    const counts = [run.restored.length, run.built.length];
    table.push([`${number} ${title}`, ...counts, files, down, up, main, build, post, full]);
  }
  return table.toString();
}

function figuresOf({ main, post, buildSeconds }: CiRun, { fullBuildSeconds }: Verdict) {
  return {
    files: main.outputs['restored-files'] ?? '?',
    down: bytes(main.outputs['downloaded-bytes']),
    up: bytes(post.outputs['uploaded-bytes']),
    main: seconds(main.seconds),
    build: seconds(buildSeconds),
    post: seconds(post.seconds),
    full: seconds(fullBuildSeconds),
  };
}

function outcome({ files, folders, unlike }: Verdict): string {
  const all = `${count(files, 'file')}, ${count(folders, 'folder')}`;
  if (unlike.length === 0) {
    return `Checked: the outputs equal those of a full build, byte for byte, modes included (${all}).`;
  }
  const some = unlike.slice(0, 3).join(', ') + (unlike.length > 3 ? ', ...' : '');
  return (
    `Checked: what was restored equals what was built, byte for byte, modes included (${all}). ` +
    `The build itself is not reproducible: ${unlike.length} differ in a full build (${some}).`
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function bytes(text: string | undefined): string {
  const value = Number(text ?? Number.NaN);
  if (Number.isNaN(value)) return '?';
  if (value < 1000) return `${value} B`;
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}
