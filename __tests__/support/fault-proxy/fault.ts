import type { Ending } from './exchange.ts';
import type { Phase } from './phase.ts';

/** When a fault comes. */
interface Occasion {
  readonly phase: Phase | readonly Phase[];
  /** How many requests of the phase it befalls. Default 1; `Infinity`: every one. */
  readonly times?: number;
  /** How many requests of the phase pass before. Default 0. */
  readonly skip?: number;
  /** What befalls the same answer besides, in this order: faults of answers only. */
  readonly and?: readonly Deed[];
}

type Break = Exclude<Ending, 'whole'>;

/** What goes wrong. The registry has done its work wherever nothing else is said. */
export type Deed =
  /** The connection ends after so many bytes of the request's body, which the registry gets. */
  | { readonly kind: 'break-request'; readonly ending: Break; readonly afterBytes: number }
  /** The request is held up for so long before the registry sees it, and then all is well. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The connection ends before the registry has seen anything of the request. */
  | { readonly kind: 'refuse'; readonly ending: Break }
  /** The registry has done all of it; its answer is never seen. */
  | { readonly kind: 'lose-answer'; readonly ending: Break }
  /** The registry has done all of it; a gateway in between says something else. */
  | { readonly kind: 'replace-answer'; readonly status: number; readonly body?: string }
  /** The answer ends after so many bytes of its body. */
  | { readonly kind: 'break-answer'; readonly ending: Break; readonly afterBytes: number }
  /** The answer comes so many bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** The body lacks its last bytes, and the length says so. `chunked`: there is no length. */
  | { readonly kind: 'truncate'; readonly bytes: number; readonly chunked?: boolean }
  /** The body has more bytes than it should, and the length says so. `chunked`: there is no length. */
  | { readonly kind: 'extend'; readonly bytes: number; readonly chunked?: boolean }
  | { readonly kind: 'flip'; readonly at: number }
  /** `Content-Length` is off by so many bytes; the body is what it was. */
  | { readonly kind: 'lie-length'; readonly by: number }
  /** The body comes in chunks, without a length. */
  | { readonly kind: 'hide-length' }
  /** Bytes that are no HTTP. */
  | { readonly kind: 'garbage' }
  /**
   * Another answer; the registry sees nothing.
   *
   * `early`: before the request's body has been read.
   */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly early?: boolean;
    }
  /** `Retry-After` as a date, so many seconds from the moment of the answer. */
  | { readonly kind: 'busy-until'; readonly status: number; readonly seconds: number }
  /** The registry's own 401, as for a token that has run out. */
  | { readonly kind: 'expire' }
  /** Headers of the answer are others; `null`: they are not there. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string | null>> }
  /** The whole blob for a range. */
  | { readonly kind: 'ignore-range' }
  | {
      readonly kind: 'content-range';
      readonly as: 'off-by-one' | 'other-total' | 'other-unit' | 'absent' | 'nonsense';
    }
  | {
      readonly kind: 'redirect';
      readonly to: 'storage' | 'itself' | 'clear' | 'nowhere';
      readonly status: 301 | 302 | 303 | 307 | 308;
    }
  /** The address at which an upload goes on. */
  | {
      readonly kind: 'location';
      readonly as: 'query' | 'relative' | 'other-host' | 'absent' | 'nonsense' | 'clear';
    };

/** Something that goes wrong, as data. */
export type Fault = Occasion & Deed;

/** Faults that are still to come. */
export class FaultScript {
  #pending: { readonly fault: Fault; skip: number; left: number }[] = [];
  #fired = 0;

  constructor(faults: readonly Fault[] = []) {
    this.add(...faults);
  }

  /** How often a fault has happened. */
  get fired(): number {
    return this.#fired;
  }

  add(...faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#pending.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
    }
  }

  /** From now on nothing goes wrong. */
  clear(): void {
    this.#pending = [];
  }

  /** What is to go wrong with a request of this phase. */
  take(phase: Phase): Fault | undefined {
    for (const entry of this.#pending) {
      if (entry.left <= 0 || ![entry.fault.phase].flat().includes(phase)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      this.#fired += 1;
      return entry.fault;
    }
    return undefined;
  }
}
