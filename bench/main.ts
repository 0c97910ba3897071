// Measures, and holds the figures against their targets: `npm run bench -- store`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { Argument, Command } from 'commander';

import type { Benchmark } from './benchmark.ts';
import { formatTable, writeResults } from './report.ts';
import { registry } from './registry.ts';
import { store } from './store.ts';
import { trees } from './trees.ts';
import { year } from './year.ts';

/** By name: `npm run bench -- NAME`. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = { registry, store, trees, year };

function toRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`--rounds takes a whole number from 1 on, not ${JSON.stringify(text)}.`);
}

async function run(name: string, options: { quick?: true; rounds: number }): Promise<void> {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined) throw new Error(`There is no benchmark ${JSON.stringify(name)}.`);
  const { quick = false, rounds } = options;
  const dir = mkdtempSync(join(tmpdir(), 'cafs-bench-'));
  try {
    const figures = await benchmark.run({ quick, rounds, dir });
    console.log(formatTable(figures, quick));
    console.log(`Raw figures: ${relative(process.cwd(), writeResults(name, figures, quick))}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const names = Object.entries(BENCHMARKS).map(
  ([name, { description }]) => `${name}: ${description}`,
);

await new Command('npm run bench --')
  .description(
    `Measures, in processes of their own, on the machine at hand.\n\n${names.join('\n')}`,
  )
  .addArgument(new Argument('<name>', 'what to measure').choices(Object.keys(BENCHMARKS)))
  .option('--quick', 'a tenth of the work, without targets')
  .option('--rounds <count>', 'how often each thing is measured', toRounds, 5)
  .action(run)
  .parseAsync();
