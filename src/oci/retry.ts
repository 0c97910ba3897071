import { setTimeout as delay } from 'node:timers/promises';

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
  /** Passed in, so that tests need not wait. */
  readonly clock: Clock;
}

/** Time and chance. */
export interface Clock {
  now(): number;
  /** From 0 to 1. */
  random(): number;
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
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
  clock: SYSTEM_CLOCK,
};

/**
 * Does work again while it fails in a way that may pass, with growing waits of a random length,
 * or as long as the server asks.
 *
 * @param options.windowMs no try starts later than this after the first
 * @param options.passes which failures may pass; by default {@link isTransient} ones
 */
export async function retrying<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  options: { readonly windowMs?: number; readonly passes?: (error: unknown) => boolean } = {},
): Promise<T> {
  const { clock } = policy;
  const { windowMs = Number.POSITIVE_INFINITY, passes = isTransient } = options;
  const start = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!passes(error) || attempt >= policy.attempts) throw error;
      const wait = waitAfter(error, attempt, policy);
      if (wait === undefined || clock.now() + wait - start > windowMs) throw error;
      await clock.sleep(wait, signal);
    }
  }
}

/**
 * Sends requests again after broken connections and the statuses that may pass (408, 429, 5xx),
 * which become errors here: what comes out is an answer to the question.
 */
export function withRetries(next: Transport, policy: RetryPolicy): Transport {
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
  // From half to the whole of it: clients that failed together do not come back together.
  const jittered = grown * (0.5 + policy.clock.random() / 2);
  return Math.max(jittered, asked ?? 0);
}
