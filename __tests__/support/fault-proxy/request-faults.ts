import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { firstBytes } from './bodies.ts';
import {
  type Answer,
  type Exchange,
  type Handler,
  answerOf,
  bodyOf,
  collect,
  noAnswer,
} from './exchange.ts';
import type { Deed } from './fault.ts';
import type { Storage } from './storage.ts';

/**
 * Faults in place of the registry, or on the way to it.
 *
 * @returns undefined for faults that befall the registry's answer
 */
export function befallRequest(
  fault: Deed,
  exchange: Exchange,
  next: Handler,
  storage: Storage,
): Promise<Answer> | undefined {
  switch (fault.kind) {
    case 'refuse':
      return read(exchange, () => noAnswer(fault.ending));
    case 'garbage':
      return read(exchange, () => ({ ...noAnswer('close'), raw: GARBAGE }));
    case 'answer': {
      const answer = (): Answer => answerOf(fault.status, fault.headers, fault.body);
      return fault.early === true ? Promise.resolve(answer()) : read(exchange, answer);
    }
    case 'busy-until':
      return read(exchange, () => {
        const date = new Date(Date.now() + fault.seconds * 1000).toUTCString();
        return answerOf(fault.status, { 'retry-after': date });
      });
    case 'expire': {
      const headers = without(exchange.headers, 'authorization');
      return read(exchange, () =>
        next({
          ...exchange,
          headers: { ...headers, 'content-length': '0' },
          body: bodyOf(NOTHING),
        }),
      );
    }
    case 'redirect':
      return read(exchange, () =>
        answerOf(fault.status, { location: targetOf(fault.to, exchange, storage) }),
      );
    case 'late':
      return delay(fault.ms).then(() => next(exchange));
    case 'ignore-range': {
      return next({ ...exchange, headers: without(exchange.headers, 'range') });
    }
    case 'break-request':
      return breakRequest(fault.afterBytes, fault.ending, exchange, next);
    default:
      return undefined;
  }
}

const GARBAGE = '\u0000\u0001\u0002 HELO this is no HTTP\r\n\r\n\r\n';

const NOTHING = new Uint8Array();

function without(headers: IncomingHttpHeaders, name: string): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

async function read(exchange: Exchange, answer: () => Answer | Promise<Answer>): Promise<Answer> {
  await collect(exchange.body);
  return answer();
}

function targetOf(
  to: 'storage' | 'itself' | 'clear' | 'nowhere',
  exchange: Exchange,
  storage: Storage,
): string {
  switch (to) {
    case 'storage':
      return storage.addressFor(exchange);
    case 'itself':
      return exchange.path;
    case 'clear':
      // Reserved for documentation: nobody is there, and nothing may be sent there.
      return `http://192.0.2.1/${randomUUID()}`;
    case 'nowhere':
      return 'http://[::bad';
  }
}

/** The registry gets the beginning of a request, and sees it break off. */
async function breakRequest(
  afterBytes: number,
  ending: 'reset' | 'close' | 'stall',
  exchange: Exchange,
  next: Handler,
): Promise<Answer> {
  const iterator = exchange.body[Symbol.asyncIterator]();
  // The client's body stays open behind the bytes that are taken: nobody may end it here.
  const held: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }),
  };
  const start = await collect(firstBytes(held, afterBytes));
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield* bodyOf(start);
    throw new Error('The client is gone.');
  };
  await next({ ...exchange, body: broken() }).catch(() => undefined);
  return noAnswer(ending);
}
