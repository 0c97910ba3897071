// Every fault in every phase of push and pull, as a table: `npm run test:faults [-- PART OF A NAME]`.
// With `--json`, one line of JSON for each row instead.
import Table from 'cli-table3';

import { runMatrix } from '../__tests__/faults/matrix.ts';
import { type Verdict, nameOf } from '../__tests__/faults/row.ts';
import { ROWS } from '../__tests__/faults/rows.ts';

const args = process.argv.slice(2);
const json = args.includes('--json');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const rows = ROWS.filter((row) => wanted.every((part) => nameOf(row).includes(part)));

/** Nothing may be left that keeps a process alive. */
const LINGER_MS = 10_000;

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
if (failed.length > 0 || rows.length === 0) process.exitCode = 1;

setTimeout(() => {
  console.error(`The process does not end: ${process.getActiveResourcesInfo().join(', ')}.`);
  process.exit(1);
}, LINGER_MS).unref();

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
