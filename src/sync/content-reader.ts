import type { DeliverOptions, Receiver } from '../store/deliver.ts';
import type { Entry } from '../store/entry.ts';
import type { Store } from '../store/store.ts';
import { WorkerPool } from '../worker/pool.ts';

/** Starting threads takes as long as reading about this many contents. */
const WORTH_THREADS = 512;

/** Delivers a store's contents; many of them are read and verified in threads while others are written. */
export class ContentReader implements AsyncDisposable {
  readonly #cacheDir: string;
  readonly #threads: number;
  #pool: WorkerPool | undefined;

  /** @param threads 1: the caller's alone */
  constructor(cacheDir: string, threads: number) {
    this.#cacheDir = cacheDir;
    this.#threads = threads;
  }

  async deliver(
    store: Store,
    entries: Iterable<Entry>,
    receiver: Receiver,
    options: DeliverOptions = {},
  ): Promise<void> {
    const all = [...entries];
    if (this.#threads < 2 || all.length < WORTH_THREADS) {
      await store.deliver(all, receiver, options);
      return;
    }
    const pool = (this.#pool ??= new WorkerPool(this.#cacheDir, this.#threads));
    const readElsewhere: DeliverOptions['readElsewhere'] = (digests) => pool.readBlobs(digests);
    await store.deliver(all, receiver, { ...options, readElsewhere });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool?.[Symbol.asyncDispose]();
  }
}
