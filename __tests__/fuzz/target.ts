import assert from 'node:assert/strict';

import fc from 'fast-check';

import { type ErrorCode, describeError, systemCode } from '../../src/errors.ts';
import { within } from './within.ts';

/** A parser, and what must be true of it whatever it is given. */
export interface Target {
  readonly parser: string;
  readonly properties: readonly Property[];
}

/** One thing that must be true. */
export interface Property {
  readonly name: string;
  check(options: CheckOptions): Outcome;
}

/** How long and with what a property is checked. */
export interface CheckOptions {
  /** The same inputs for the same seed. Default: others every time. */
  readonly seed?: number;
  /** How many inputs at most. */
  readonly runs?: number;
  /** When to stop with what has been tried, in milliseconds. */
  readonly timeMs?: number;
}

/** What came of checking it. */
export interface Outcome {
  readonly runs: number;
  /** What is wrong, with the least input that shows it; undefined where nothing is. */
  readonly failure: string | undefined;
}

/**
 * A property: what `check` asserts of every value, within its time.
 *
 * Asserts with `node:assert`, so that it runs with and without jest.
 */
export function holds<T>(
  name: string,
  values: fc.Arbitrary<T>,
  check: (value: T) => void,
): Property {
  const property = fc.property(values, (value) => {
    within(() => {
      check(value);
    });
  });
  return {
    name,
    check: ({ seed, runs = Number.MAX_SAFE_INTEGER, timeMs }) => {
      const details = fc.check(property, {
        numRuns: runs,
        includeErrorInReport: true,
        ...(seed === undefined ? {} : { seed }),
        ...(timeMs === undefined ? {} : { plugins: [fc.interruptAfterTimeLimit(timeMs)] }),
      });
      const failure = details.failed ? fc.defaultReportMessage(details) : undefined;
      return { runs: details.numRuns, failure };
    },
  };
}

/**
 * What work gives; undefined where it throws one of these errors, which are all that it may throw.
 * Whoever reads one is not shown more of what was parsed than fits, and nothing that a terminal or a
 * log takes for a command.
 *
 * @param assertShown what is asserted of the error's text
 */
export function unlessRefused<T>(
  codes: readonly ErrorCode[],
  work: () => T,
  assertShown: (text: string) => void = assertHarmless,
): T | undefined {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined || !codes.some((allowed) => allowed === code)) throw error;
    assertShown(describeError(error));
    return undefined;
  }
}

/** Text that may go into a log: one line, which is no command. */
export function assertPlain(text: string): void {
  assert.ok(text.length <= 2000, `${String(text.length)} characters`);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  assert.doesNotMatch(text, /^\s*::/, 'a workflow command');
}

/** The same of what a server says, which an error may quote anywhere. */
export function assertHarmless(text: string): void {
  assertPlain(text);
  assert.doesNotMatch(text, /::[a-z]/i, 'a workflow command');
  assert.doesNotMatch(text, /##\w*\[/, 'a command of the runner');
}
