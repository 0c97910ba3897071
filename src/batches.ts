/** Limits of a batch: enough that a message is worth its cost, not so much that memory or turns suffer. */
const MAX_ITEMS = 128;
const MAX_BYTES = 4 * 1024 * 1024;

/** Items whose sizes are known. */
export interface Sized {
  /** Bytes. */
  readonly size: number;
}

/**
 * Collects items into batches and works on a few batches at the same time; whoever adds waits while
 * there are enough of them.
 */
export class Batches<T extends Sized> {
  readonly #work: (batch: readonly T[]) => Promise<void>;
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  #open: T[] = [];
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  /** @param limit batches at the same time */
  constructor(limit: number, work: (batch: readonly T[]) => Promise<void>) {
    this.#limit = limit;
    this.#work = work;
  }

  /** @throws what the work on a batch before threw */
  async add(item: T): Promise<void> {
    this.#open.push(item);
    this.#bytes += item.size;
    if (this.#open.length < MAX_ITEMS && this.#bytes < MAX_BYTES) return;
    this.#start();
    while (this.#running.size >= this.#limit) await Promise.race(this.#running);
    this.#throwFailure();
  }

  /**
   * Works on what is left, and waits for all of it.
   *
   * @throws what the work on a batch threw
   */
  async end(): Promise<void> {
    if (this.#open.length > 0) this.#start();
    await this.settled();
    this.#throwFailure();
  }

  /** Waits until nothing is under way any more; never throws. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #start(): void {
    const batch = this.#open;
    this.#open = [];
    this.#bytes = 0;
    const running = this.#work(batch)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error as Error;
  }
}
