/*
 * Tries something with a store in a process of its own, and prints what came of it, and what it took.
 * Argument: an attempt, as JSON.
 */
import { type Attempt, type Outcome, attempt } from './attempt.ts';

/** What it prints, as JSON. */
export interface Measured extends Outcome {
  readonly seconds: number;
  /** How much more memory the process had at its peak, in MiB. */
  readonly growth: number;
}

const MIB = 1024;

const what = JSON.parse(process.argv[2] ?? '') as Attempt;
const before = process.resourceUsage().maxRSS;
const begin = performance.now();
const outcome = await attempt(what);
const seconds = (performance.now() - begin) / 1000;
const growth = (process.resourceUsage().maxRSS - before) / MIB;
console.log(JSON.stringify({ ...outcome, seconds, growth } satisfies Measured));
