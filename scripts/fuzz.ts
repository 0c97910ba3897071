// Fuzzes every parser of what comes from outside: `npm run fuzz -- --time 60`. `--help` says more.
import Table from 'cli-table3';

import type { Property } from '../__tests__/fuzz/target.ts';
import { TARGETS } from '../__tests__/fuzz/targets.ts';
import { scriptCommand, toCount } from './script-command.ts';

interface Options {
  readonly time: number;
  readonly runs?: number;
  readonly seed: number;
}

/** A property, by the name that it is chosen by. */
interface Chosen {
  readonly parser: string;
  readonly property: Property;
}

const ALL: readonly Chosen[] = TARGETS.flatMap(({ parser, properties }) =>
  properties.map((property) => ({ parser, property })),
);

const command = scriptCommand('fuzz', 'Gives parsers of what comes from outside whatever there is.')
  .argument('[parts...]', 'parts of "PARSER: PROPERTY", in any case: only those with all of them')
  .option('--time <seconds>', 'how long, all properties together', toCount, 300)
  .option('--runs <number>', 'how many inputs for each property, in place of a time', toCount)
  .option('--seed <number>', 'the same inputs again', toCount, 1 + (Date.now() % 2 ** 31))
  .addHelpText('after', `\nParsers: ${TARGETS.map(({ parser }) => parser).join(', ')}.`)
  .action((parts: readonly string[], options: Options) => {
    fuzz(chosen(parts), options);
  });
command.parse();

function chosen(parts: readonly string[]): readonly Chosen[] {
  const has = ({ parser, property }: Chosen, part: string): boolean =>
    `${parser}: ${property.name}`.toLowerCase().includes(part.toLowerCase());
  for (const part of parts) {
    if (ALL.some((one) => has(one, part))) continue;
    command.error(`error: no parser and no property has ${JSON.stringify(part)} in its name`);
  }
  const found = ALL.filter((one) => parts.every((part) => has(one, part)));
  if (found.length === 0) command.error('error: no property has all of these parts in its name');
  return found;
}

function fuzz(properties: readonly Chosen[], { time, runs: wantedRuns, seed }: Options): void {
  const timeMs = (time * 1000) / properties.length;
  const extent = wantedRuns === undefined ? { timeMs } : { runs: wantedRuns };
  const shown =
    wantedRuns === undefined ? `${timeMs.toFixed(0)} ms` : `${String(wantedRuns)} inputs`;
  console.log(`Seed ${String(seed)}; ${String(properties.length)} properties, ${shown} each.`);
  const table = new Table({
    head: ['parser', 'property', 'inputs', ''],
    colAligns: ['left', 'left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { parser, property } of properties) {
    const { runs, failure } = property.check({ seed, ...extent });
    table.push([parser, property.name, runs, failure === undefined ? 'ok' : 'WRONG']);
    if (failure === undefined) continue;
    console.error(`WRONG ${parser}: ${property.name}\n${failure}\n`);
    process.exitCode = 1;
  }
  console.log(table.toString());
  const again =
    wantedRuns === undefined ? `--time ${String(time)}` : `--runs ${String(wantedRuns)}`;
  console.log(`Again: npm run fuzz -- --seed ${String(seed)} ${again}`);
}
