import { once } from 'node:events';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { afterEach } from '@jest/globals';

/** A request that a server has got. */
export interface Seen {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A real server on this machine that answers as a test wants. */
export interface Server {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly origin: string;
  /** All requests so far. */
  readonly seen: readonly Seen[];
}

export type Handler = (
  seen: Seen,
  response: ServerResponse,
  request: IncomingMessage,
) => void | Promise<void>;

/** Starts servers that are gone after each test. Call it once, outside of tests. */
export function useServers(): (handler: Handler) => Promise<Server> {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  return async (handler) => {
    const seen: Seen[] = [];
    const server = createServer((request, response) => {
      void buffer(request)
        .then(async (body) => {
          const { method = '', url: path = '', headers } = request;
          const got = { method, path, headers, body };
          seen.push(got);
          await handler(got, response, request);
        })
        .catch((error: unknown) => {
          response.destroy(error as Error);
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return { host, origin: `http://${host}`, seen };
  };
}

/** Answers at once. */
export function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | string[]>> = {},
  body: string | Uint8Array = '',
): void {
  response.writeHead(status, headers).end(body);
}
