import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';

/** A real proxy that makes tunnels. It takes every name for this machine. */
export interface ConnectProxy {
  readonly origin: string;
  /** What was asked for so far: `registry.test:443`. */
  readonly tunnels: readonly string[];
  /** What came as `Proxy-Authorization` with each of them. */
  readonly authorizations: readonly (string | undefined)[];
  stop(): Promise<void>;
}

/**
 * Starts a proxy, as `HTTPS_PROXY` names one.
 *
 * @param port where every tunnel really leads to, on 127.0.0.1
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
 */
export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => {
    response.writeHead(501).end();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    tunnels.push(url);
    authorizations.push(headers['proxy-authorization']);
    const there = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('close', () => there.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    tunnels,
    authorizations,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
