// Fuzzes every parser of what comes from outside:
// `npm run fuzz [-- --time SECONDS | --runs NUMBER] [--seed NUMBER] [PART OF A PARSER'S NAME]`.
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { TARGETS } from '../__tests__/fuzz/targets.ts';

const { values, positionals } = parseArgs({
  options: {
    time: { type: 'string', default: '300' },
    runs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
  allowPositionals: true,
});
const seconds = numberOf('time', values.time);
const wantedRuns = values.runs === undefined ? undefined : numberOf('runs', values.runs);
const seed = numberOf('seed', values.seed);
const targets = TARGETS.filter(({ parser }) =>
  positionals.every((part) => parser.toLowerCase().includes(part.toLowerCase())),
);
if (targets.length === 0) throw new Error('There is no such parser.');

const count = targets.reduce((sum, { properties }) => sum + properties.length, 0);
const timeMs = (seconds * 1000) / count;
const extent = wantedRuns === undefined ? { timeMs } : { runs: wantedRuns };
const shown = wantedRuns === undefined ? `${timeMs.toFixed(0)} ms` : `${String(wantedRuns)} inputs`;
console.log(`Seed ${String(seed)}; ${String(count)} properties, ${shown} each.`);

const table = new Table({
  head: ['parser', 'property', 'inputs', ''],
  colAligns: ['left', 'left', 'right', 'left'],
  style: { head: [], border: [], compact: true },
});
for (const { parser, properties } of targets) {
  for (const property of properties) {
    const { runs, failure } = property.check({ seed, ...extent });
    table.push([parser, property.name, runs, failure === undefined ? 'ok' : 'WRONG']);
    if (failure === undefined) continue;
    console.error(`WRONG ${parser}: ${property.name}\n${failure}\n`);
    process.exitCode = 1;
  }
}
console.log(table.toString());
const again =
  wantedRuns === undefined ? `--time ${String(seconds)}` : `--runs ${String(wantedRuns)}`;
console.log(`Again: npm run fuzz -- --seed ${String(seed)} ${again}`);

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number > 0) return number;
  throw new Error(`--${name} wants a whole number, not ${JSON.stringify(text)}.`);
}
