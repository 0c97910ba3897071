/** Work that is under way, for whoever has to wait until there is none. */
export class UnderWay {
  readonly #all = new Set<Promise<unknown>>();

  get size(): number {
    return this.#all.size;
  }

  /** Does work, which counts as under way until it ends. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#all.add(running);
    try {
      return await running;
    } finally {
      this.#all.delete(running);
    }
  }

  /** Waits until nothing is under way, however it ends. */
  async settled(): Promise<void> {
    while (this.#all.size > 0) await Promise.allSettled(this.#all);
  }
}
