// Every fault in every phase of push and pull, as a table: `npm run test:faults [-- PART OF A NAME ...]`.
// `--help` says more.
import Table from 'cli-table3';

import { runMatrix } from '../__tests__/faults/matrix.ts';
import { OPERATIONS } from '../__tests__/faults/operations.ts';
import { type Row, type Verdict, nameOf } from '../__tests__/faults/row.ts';
import { ROWS } from '../__tests__/faults/rows.ts';
import { scriptCommand } from './script-command.ts';

/** Nothing may be left that keeps a process alive. */
const LINGER_MS = 10_000;

const command = scriptCommand(
  'test:faults',
  'Lets things go wrong between the client and a real registry, and tells what comes of it.',
)
  .argument('[parts...]', 'parts of a name: only rows with all of them are run')
  .option('--json', 'one line of JSON for each row, as soon as it has been run')
  .option('--list', 'only the names of the rows')
  .addHelpText('after', helpText)
  .action(async (parts: readonly string[], options: { json?: true; list?: true }) => {
    const rows = chosen(parts);
    if (options.list === true) for (const row of rows) console.log(nameOf(row));
    else await run(rows, options.json === true);
  });
await command.parseAsync();

function helpText(): string {
  const phases = new Set(
    ROWS.flatMap(({ faults }) => faults.flatMap(({ phase }) => [phase].flat())),
  );
  return [
    '',
    'A name is "OPERATION: WHERE: WHAT".',
    `Operations: ${Object.keys(OPERATIONS).join(', ')}.`,
    `Where: ${[...phases].sort().join(', ')}.`,
    'What: --list shows all names.',
  ].join('\n');
}

function chosen(parts: readonly string[]): readonly Row[] {
  for (const part of parts) {
    if (ROWS.some((row) => nameOf(row).includes(part))) continue;
    command.error(`error: no row has ${JSON.stringify(part)} in its name`);
  }
  const rows = ROWS.filter((row) => parts.every((part) => nameOf(row).includes(part)));
  if (rows.length === 0) command.error('error: no row has all of these parts in its name');
  return rows;
}

async function run(rows: readonly Row[], json: boolean): Promise<void> {
  const unhandled: string[] = [];
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      unhandled.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      process.exitCode = 1;
    });
  }
  const started = performance.now();
  const verdicts = await runMatrix(rows, (verdict) => {
    if (json) console.log(JSON.stringify(lineOf(verdict)));
    else if (verdict.wrong.length > 0) console.error(`WRONG ${nameOf(verdict.row)}`);
  });
  const failed = verdicts.filter(({ wrong }) => wrong.length > 0);
  if (!json) {
    console.log(tableOf(verdicts).toString());
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(
      `${String(verdicts.length)} rows: ${String(verdicts.length - failed.length)} as they should be, ${String(failed.length)} wrong (${seconds} s).`,
    );
  }
  for (const what of unhandled) console.error(`Unhandled: ${what}`);
  if (failed.length > 0) process.exitCode = 1;
  setTimeout(() => {
    console.error(`The process does not end: ${process.getActiveResourcesInfo().join(', ')}.`);
    process.exit(1);
  }, LINGER_MS).unref();
}

interface Line {
  readonly name: string;
  readonly outcome: string;
  readonly ms: number;
  readonly requests: number;
  readonly wrong: readonly string[];
}

function lineOf({ row, outcome, ms, requests, wrong }: Verdict): Line {
  return { name: nameOf(row), outcome, ms: Math.round(ms), requests, wrong };
}

function tableOf(shown: readonly Verdict[]): Table.Table {
  const table = new Table({
    head: ['operation', 'fault', 'expected', 'outcome', 'requests', 'ms', ''],
    style: { head: [], border: [], compact: true },
  });
  for (const { row, outcome, requests, ms, wrong } of shown) {
    table.push([
      row.tokens === true ? `${row.operation} (tokens)` : row.operation,
      row.fault,
      row.expected,
      outcome,
      requests,
      ms.toFixed(0),
      wrong.length === 0 ? 'ok' : `WRONG: ${wrong.join('; ')}`,
    ]);
  }
  return table;
}
