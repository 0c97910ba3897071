import { setImmediate } from 'node:timers/promises';

/** Synchronous work goes on for at most this long before the network gets its turn. */
const SLICE_MS = 25;

/**
 * Interrupts long synchronous work now and then, for other work and for an abort.
 *
 * @example
 * const turns = new Turns(signal);
 * for (const file of files) {
 *   if (turns.due) await turns.give();
 *   hashSync(file);
 * }
 */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #until = performance.now() + SLICE_MS;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  get due(): boolean {
    return performance.now() >= this.#until;
  }

  /** Lets other work run. Throws the signal's reason when it was aborted. */
  async give(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#until = performance.now() + SLICE_MS;
  }
}
