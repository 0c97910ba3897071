import type { Layout } from './layout.ts';
import { UnderWay } from './under-way.ts';
import { WriterSession } from './writer-session.ts';

/** Keeps garbage collection from blobs that a store has written and that no index on disk names yet. */
export class WriteGuard {
  readonly #layout: Layout;
  #session: Promise<WriterSession> | undefined;
  readonly #running = new UnderWay();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Does work that writes blobs. What it has written is safe until {@link WriteGuard.end}. */
  during<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#running.during(async () => {
      await this.#begin();
      return await work();
    });
  }

  /** Waits for the work that is under way, however it ends. */
  settled(): Promise<void> {
    return this.#running.settled();
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
