import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;

/** The connections that clients hold to servers. */
export class Sockets {
  readonly #open = new Set<Socket>();

  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Waits until clients have closed all of them.
   *
   * @returns how many are left when the time is over
   */
  async gone(withinMs: number): Promise<number> {
    const deadline = performance.now() + withinMs;
    while (this.#open.size > 0 && performance.now() < deadline) {
      // Who stands still does not notice that the other side has gone.
      for (const socket of this.#open) socket.resume();
      await delay(LOOK_EVERY_MS);
    }
    return this.#open.size;
  }
}
