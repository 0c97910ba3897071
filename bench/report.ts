import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import Table from 'cli-table3';

import { type Figure, median } from './benchmark.ts';

const RESULTS = join(import.meta.dirname, 'results');

/** A table of medians, with what they are held against. */
export function formatTable(figures: readonly Figure[], quick: boolean): string {
  const table = new Table({
    head: ['', 'median', 'least', 'most', 'target'],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { name, unit, values, target } of figures) {
    const middle = median(values);
    table.push([
      name,
      show(middle, unit),
      show(Math.min(...values), unit),
      show(Math.max(...values), unit),
      target === undefined || quick
        ? ''
        : `< ${show(target, unit)} ${middle < target ? 'met' : 'MISSED'}`,
    ]);
  }
  return table.toString();
}

function show(value: number, unit: Figure['unit']): string {
  return `${value.toFixed(unit === 's' || unit === 'x' ? 2 : 0)} ${unit}`;
}

/** Keeps the raw figures, with the machine that they are of; gives the file. */
export function writeResults(name: string, figures: readonly Figure[], quick: boolean): string {
  const date = new Date().toISOString();
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memory: totalmem(),
  };
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${name}-${date.replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ name, date, quick, machine, figures }, null, 2)}\n`);
  return file;
}
