import { EventEmitter, once } from 'node:events';

import {
  type Answer,
  type Exchange,
  type Handler,
  type Layer,
  collect,
  noAnswer,
} from '../support/fault-proxy/exchange.ts';
import { storedBy } from './traffic.ts';

/** When a client is killed: before the registry sees the request, or when it has done all of it. */
export const MOMENTS = ['before', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];

interface Order {
  /** From 1, counted from when it was given. */
  readonly index: number;
  readonly moment: Moment;
  readonly kill: () => Promise<void>;
}

/** Kills a client of a proxy at one of its requests, and knows what has reached the registry. */
export class KillSwitch {
  readonly #changes = new EventEmitter();
  #order: Order | undefined;
  #seen = 0;
  #underWay = 0;
  #stored: string[] = [];

  /** For the proxy. */
  readonly layer: Layer = (next) => async (exchange) => {
    this.#seen += 1;
    this.#underWay += 1;
    const order = this.#order;
    try {
      if (this.#seen !== order?.index) return await this.#pass(next, exchange);
      return await this.#strike(order, next, exchange);
    } finally {
      this.#underWay -= 1;
      this.#changes.emit('end');
    }
  };

  /** The client's request of this index is its last one. */
  arm(order: Order): void {
    this.#order = order;
    this.#seen = 0;
    this.#stored = [];
  }

  /** No more of that. */
  disarm(): void {
    this.#order = undefined;
  }

  /** How many requests have come since it was armed. */
  get seen(): number {
    return this.#seen;
  }

  /** Digests of the blobs that have arrived since it was armed, once nothing is under way any more. */
  async arrived(): Promise<readonly string[]> {
    while (this.#underWay > 0) await once(this.#changes, 'end');
    return [...this.#stored];
  }

  async #pass(next: Handler, exchange: Exchange): Promise<Answer> {
    const answer = await next(exchange);
    const digest = storedBy({ ...exchange, status: answer.status });
    if (digest !== undefined) this.#stored.push(digest);
    return answer;
  }

  async #strike({ moment, kill }: Order, next: Handler, exchange: Exchange): Promise<Answer> {
    if (moment === 'after') await collect((await this.#pass(next, exchange)).body);
    await kill();
    return noAnswer('reset');
  }
}
