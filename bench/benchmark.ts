/** How much of it is wanted. */
export interface BenchOptions {
  /** A tenth of the work, for a first look. */
  readonly quick: boolean;
  /** How often each thing is measured. */
  readonly rounds: number;
  /** A folder to work in; it is empty, and gone afterwards. */
  readonly dir: string;
}

/** One thing that was measured, once in each round. */
export interface Figure {
  readonly name: string;
  /** `x`: a ratio. */
  readonly unit: 's' | 'MB' | 'B' | 'x';
  readonly values: readonly number[];
  /** The median is meant to be below this; for the whole of the work alone, not a tenth of it. */
  readonly target?: number;
}

/** What can be measured by name. */
export interface Benchmark {
  /** For the list of names. */
  readonly description: string;
  run(options: BenchOptions): Promise<readonly Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
