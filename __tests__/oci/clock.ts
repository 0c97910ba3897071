import { DEFAULT_POLICY, type Clock, type RetryPolicy } from '../../src/oci/retry.ts';

/** A clock that stands still but for what is slept, which takes no time. */
export interface FakeClock extends Clock {
  /** What was slept, in milliseconds. */
  readonly waits: readonly number[];
  /** Lets time pass. */
  advance(ms: number): void;
}

export function fakeClock(): FakeClock {
  const waits: number[] = [];
  const start = Date.UTC(2026, 0, 1);
  let time = start;
  return {
    waits,
    now: () => time,
    monotonic: () => performance.now() + time - start,
    random: () => 1,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      time += ms;
      return Promise.resolve();
    },
    advance: (ms) => {
      time += ms;
    },
  };
}

/** The usual policy, without the waiting. */
export function fastPolicy(clock: Clock = fakeClock()): RetryPolicy {
  return { ...DEFAULT_POLICY, clock };
}
