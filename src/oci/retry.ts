import { setTimeout as delay } from 'node:timers/promises';

import { messageOf } from '../errors.ts';
import { formatSeconds } from '../format.ts';
import type { Observer } from '../observe.ts';
import { ConnectionError } from './connection-error.ts';
import { ResponseError, isTransient, isTransientStatus, responseError } from './errors.ts';
import type { Transport } from './http.ts';

/** How often and how patiently something is tried. Times are in milliseconds. */
export interface RetryPolicy {
  /** Tries in all, at least 1. */
  readonly attempts: number;
  /** The wait after the first failure; doubled after each further one. */
  readonly baseMs: number;
  /** The longest wait between two tries, unless the server asks for more. */
  readonly maxMs: number;
  /** A server that asks for a longer wait is not waited for. */
  readonly maxRetryAfterMs: number;
  /** The longest time waited between all tries together. The work itself may take longer. */
  readonly maxTotalWaitMs: number;
  /** Passed in, so that tests need not wait. */
  readonly clock: Clock;
}

/** A policy, and who hears of each wait. */
export interface ObservedPolicy extends RetryPolicy {
  readonly observer?: Observer | undefined;
}

/** Time and chance. */
export interface Clock {
  /** Milliseconds of the time of day, as servers have it. */
  now(): number;
  /** Milliseconds of `performance.now()`, which goes on evenly whatever the time of day is set to. */
  monotonic(): number;
  /** From 0 to 1. */
  random(): number;
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/** Timers that are set for longer go off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    try {
      await delay(Math.min(ms, MAX_TIMER_MS), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

export const DEFAULT_POLICY: RetryPolicy = {
  attempts: 5,
  baseMs: 500,
  maxMs: 15_000,
  maxRetryAfterMs: 90_000,
  maxTotalWaitMs: 180_000,
  clock: SYSTEM_CLOCK,
};

/** What may be tried again, and until when. */
export interface RetryOptions {
  /** What could not be tried again before this is not, in milliseconds of `performance.now()`. */
  readonly notAfter?: number;
  /** Which failures may pass; by default {@link isTransient} ones. */
  readonly passes?: (error: unknown) => boolean;
}

/** Waits after failures, as often and as long as a policy allows. */
export class Patience {
  readonly #policy: ObservedPolicy;
  readonly #signal: AbortSignal | undefined;
  readonly #notAfter: number;
  readonly #passes: (error: unknown) => boolean;
  #failures = 0;
  #since: number;
  #waitedMs = 0;

  constructor(
    policy: ObservedPolicy,
    signal: AbortSignal | undefined,
    { notAfter = Number.POSITIVE_INFINITY, passes = isTransient }: RetryOptions = {},
  ) {
    this.#policy = policy;
    this.#signal = signal;
    this.#notAfter = notAfter;
    this.#passes = passes;
    this.#since = policy.clock.monotonic();
  }

  /** Forgets the failures so far: something has been achieved since. */
  renew(): void {
    this.#failures = 0;
    this.#waitedMs = 0;
    this.#since = this.#policy.clock.monotonic();
  }

  /**
   * Waits before the next try, with growing waits of a random length, or as long as the server asks.
   *
   * @throws the error, where another try is of no use; the signal's reason
   */
  async after(error: unknown): Promise<void> {
    this.#signal?.throwIfAborted();
    this.#failures += 1;
    const { attempts, clock, maxTotalWaitMs } = this.#policy;
    if (!this.#passes(error)) throw error;
    if (this.#failures >= attempts) throw this.#counted(error);
    const wait = waitAfter(error, this.#failures, this.#policy);
    if (wait === undefined || clock.monotonic() + wait > this.#notAfter) throw error;
    this.#waitedMs += wait;
    if (this.#waitedMs > maxTotalWaitMs) throw this.#counted(error);
    this.#report(error, wait);
    await clock.sleep(wait, this.#signal);
  }

  /** An error of a connection says how often it was tried. */
  #counted(error: unknown): unknown {
    if (!(error instanceof ConnectionError) || this.#failures === 1) return error;
    return error.after(this.#failures, this.#policy.clock.monotonic() - this.#since);
  }

  #report(error: unknown, waitMs: number): void {
    const { attempts, observer } = this.#policy;
    const attempt = this.#failures + 1;
    const why = messageOf(error);
    const message = `${why} Trying again in ${formatSeconds(waitMs)} (${String(attempt)} of ${String(attempts)}).`;
    observer?.({ kind: 'retry', message, attempt, attempts, waitMs });
  }
}

/** Does work again while it fails in a way that may pass. */
export async function retrying<T>(
  policy: ObservedPolicy,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const patience = new Patience(policy, signal, options);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await patience.after(error);
    }
  }
}

/**
 * Sends requests again after broken connections and the statuses that may pass (408, 429, 5xx),
 * which become errors here: what comes out is an answer to the question.
 */
export function withRetries(next: Transport, policy: ObservedPolicy): Transport {
  return async (request) => {
    const send = async (): ReturnType<Transport> => {
      const response = await next(request);
      // What a 403 means stands in its body, which can be read only once.
      if (response.status !== 403 && !isTransientStatus(response.status)) return response;
      throw await responseError(request, response);
    };
    return request.replay === false ? send() : retrying(policy, request.signal, send);
  };
}

function waitAfter(error: unknown, attempt: number, policy: RetryPolicy): number | undefined {
  const asked = error instanceof ResponseError ? error.retryAfterMs : undefined;
  if (asked !== undefined && asked > policy.maxRetryAfterMs) return undefined;
  const grown = Math.min(policy.baseMs * 2 ** (attempt - 1), policy.maxMs);
  // Clients that failed together, or were told the same, do not come back together: they wait for
  // half to the whole of it, or a little longer than the server asks.
  const chance = policy.clock.random();
  return Math.max(
    grown * (0.5 + chance / 2),
    asked === undefined ? 0 : asked + chance * policy.baseMs,
  );
}
