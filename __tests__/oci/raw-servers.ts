import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import { type AddressInfo, type Socket, createServer as createTcpServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach } from '@jest/globals';

/** A server that sees requests before their bodies, and connections. */
export interface RawServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Connections that were made so far. */
  readonly connections: number;
  /** Connections that are still there. */
  readonly open: ReadonlySet<Socket>;
}

/** Starts servers whose listeners read bodies themselves, if at all. Call it once, outside of tests. */
export function useRawServers(): {
  readonly http: (listener: RequestListener) => Promise<RawServer>;
  readonly tcp: (listener: (socket: Socket) => void) => Promise<RawServer>;
} {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  const start = async (server: ReturnType<typeof createTcpServer>): Promise<RawServer> => {
    const open = new Set<Socket>();
    let connections = 0;
    server.on('connection', (socket: Socket) => {
      connections += 1;
      open.add(socket);
      socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    });
    return {
      host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      get connections() {
        return connections;
      },
      open,
    };
  };
  return {
    http: (listener) => start(createServer(listener)),
    tcp: (listener) => start(createTcpServer(listener)),
  };
}

/** Waits until the other side of a connection is gone. */
export async function left(socket: Socket): Promise<void> {
  // Who does not read does not see that.
  socket.resume();
  while (!socket.closed) await delay(5);
}
