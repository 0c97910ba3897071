import type { Layout } from './layout.ts';
import { WriterSession } from './writer-session.ts';

/** Keeps garbage collection from blobs that a store has written and that no index on disk names yet. */
export class WriteGuard {
  readonly #layout: Layout;
  #session: Promise<WriterSession> | undefined;
  /** Work that is under way. */
  readonly #running = new Set<Promise<unknown>>();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Does work that writes blobs. What it has written is safe until {@link WriteGuard.end}. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    const running = this.#run(work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Waits for the work that is under way, however it ends. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /**
   * Says that the index on disk names everything that finished work has written. While other work
   * is under way, it all stays safe.
   */
  async end(): Promise<void> {
    if (this.#running.size > 0) return;
    const session = this.#session;
    this.#session = undefined;
    await (await session)?.close();
  }

  async #run<T>(work: () => T | Promise<T>): Promise<T> {
    await this.#begin();
    return await work();
  }

  async #begin(): Promise<void> {
    const opening = (this.#session ??= WriterSession.open(this.#layout, { keeps: 'new' }));
    try {
      await opening;
    } catch (error) {
      // The next one tries again.
      if (this.#session === opening) this.#session = undefined;
      throw error;
    }
  }
}

/** Does work that needs blobs which the index may stop naming meanwhile. */
export async function keepingEverything<T>(
  layout: Layout,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const session = await WriterSession.open(layout, { keeps: 'everything', signal });
  try {
    return await work();
  } finally {
    await session.close();
  }
}
