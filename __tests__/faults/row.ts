import type { ErrorCode } from '../../src/errors.ts';
import type { Fault } from '../support/fault-proxy/fault.ts';
import type { Journal } from '../support/fault-proxy/journal.ts';
import type { OperationName } from './operations.ts';

/** How something may end. */
export type Outcome = 'ok' | ErrorCode;

/** One cell of the matrix: something that a client does while something goes wrong. */
export interface Row {
  readonly operation: OperationName;
  /** For people. */
  readonly fault: string;
  readonly faults: readonly Fault[];
  /** The one outcome that is right. */
  readonly expected: Outcome;
  /** It ends within this, in milliseconds. */
  readonly withinMs: number;
  /** It takes at least this, in milliseconds: whoever asks for patience gets it. */
  readonly atLeastMs?: number;
  /** The registry wants tokens. */
  readonly tokens?: boolean;
  /** The client holds a token already when it begins. */
  readonly warm?: boolean;
  /** What else must hold of the requests. @returns what does not */
  readonly requests?: (journal: Journal) => string | undefined;
}

/** What came of a row. */
export interface Verdict {
  readonly row: Row;
  readonly outcome: string;
  readonly ms: number;
  /** Requests that the proxy has seen while it lasted. */
  readonly requests: number;
  /** Why it is not as it should be; empty where it is. */
  readonly wrong: readonly string[];
}

/** A row's name: unique, and what it can be chosen by. */
export function nameOf({ operation, fault, tokens }: Row): string {
  return `${operation}: ${fault}${tokens === true ? ' (tokens)' : ''}`;
}
