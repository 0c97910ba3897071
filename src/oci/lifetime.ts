import { CafsError } from '../errors.ts';
import type { CallOptions } from './remote.ts';

/** From when a remote is opened until it is closed: what ends its calls. */
export class Lifetime {
  readonly #closing = new AbortController();
  /** Ends everything that the remote does. */
  readonly signal: AbortSignal;

  /** @param outer of who opened the remote */
  constructor(outer: AbortSignal | undefined) {
    const { signal } = this.#closing;
    this.signal = outer === undefined ? signal : AbortSignal.any([signal, outer]);
  }

  /**
   * What ends a call that begins.
   *
   * @throws CafsError `CLOSED` where the remote has been closed; the reason of a signal that is aborted
   */
  begin({ signal }: CallOptions): AbortSignal {
    const ends = signal === undefined ? this.signal : AbortSignal.any([this.signal, signal]);
    ends.throwIfAborted();
    return ends;
  }

  /** Ends the calls under way, and all later ones, with `CLOSED`. */
  end(remote: string): void {
    this.#closing.abort(
      new CafsError('CLOSED', `The remote ${remote} has been closed.`, {
        hint: 'Open it again with openRemote.',
      }),
    );
  }
}
