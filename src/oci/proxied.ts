import { type Agent, type Dispatcher, EnvHttpProxyAgent, Pool, type buildConnector } from 'undici';

import { ConnectionError, WHERE_PROXIES_ARE_NAMED, connectionError } from './connection-error.ts';
import { isTransientStatus } from './errors.ts';
import type { Proxies } from './proxies.ts';

/**
 * The way by proxies. What goes wrong with a proxy is said of the proxy: the registry behind it may be
 * well.
 *
 * @param connectMs how long a proxy may take to make a connection, in milliseconds
 */
export function openProxied(
  proxies: Proxies,
  options: Agent.Options,
  connectMs: number,
): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    ...proxies,
    // What goes by no proxy does not come here.
    noProxy: '',
    connectTimeout: connectMs,
    // For TLS: a tunnel. It is a part of the connection, and bears no longer silence.
    clientFactory: (proxy, pool) =>
      saying(new Pool(proxy, { ...pool, headersTimeout: connectMs }), proxy),
    // In the clear: the proxy is asked instead of the registry.
    factory: (origin, pool: Pool.Options) =>
      origin === proxies.httpProxy ? forwarding(origin, pool) : new Pool(origin, pool),
  });
}

/** What a proxy that forwards requests in the clear refused, if it was that. */
export function refusedForward(
  error: unknown,
  { host }: URL,
  proxy: URL,
): ConnectionError | undefined {
  const isRefusal = error instanceof Error && error.message.includes(UNAUTHENTICATED);
  return isRefusal ? refused(proxy, host, 407, error) : undefined;
}

/** All that undici says of a 407 that does not end a tunnel. */
const UNAUTHENTICATED = 'Proxy Authentication Required (407)';

/** The same connections to a proxy, whose tunnels fail with errors about it. */
function saying(pool: Pool, proxy: URL): Dispatcher {
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
      const tunnel = await connect(options).catch((error: unknown) => {
        throw unusable(proxy, options.path, error);
      });
      if (tunnel.statusCode === 200) return tunnel;
      tunnel.socket.on('error', () => undefined).destroy();
      throw refused(proxy, options.path, tunnel.statusCode);
    },
  });
}

/** Connections to a proxy that forwards requests. */
function forwarding(origin: string, options: Pool.Options): Pool {
  const { connect } = options;
  if (typeof connect !== 'function') return new Pool(origin, options);
  const proxy = new URL(origin);
  return new Pool(origin, {
    ...options,
    connect: (target: buildConnector.Options, done: buildConnector.Callback) => {
      connect(target, (...[error, socket]) => {
        if (error === null) done(null, socket);
        else done(unusable(proxy, 'a registry', error), null);
      });
    },
  });
}

function unusable(proxy: URL, target: string, cause: unknown): ConnectionError {
  const { code, message, hint, transient } = connectionError(cause, proxy);
  return new ConnectionError(
    code,
    `The proxy ${proxy.host} does not lead to ${target}: ${message}`,
    {
      cause,
      transient,
      hint: `${hint ?? ''} ${WHERE_PROXIES_ARE_NAMED}`.trim(),
    },
  );
}

function refused(proxy: URL, target: string, status: number, cause?: unknown): ConnectionError {
  const message = `The proxy ${proxy.host} does not lead to ${target}: it answered ${String(status)}.`;
  const wish = `It wants to know who asks: write http://USER:PASSWORD@${proxy.host}, with what it takes.`;
  return new ConnectionError('UNREACHABLE', message, {
    cause,
    transient: isTransientStatus(status),
    hint: status === 407 ? `${wish} ${WHERE_PROXIES_ARE_NAMED}` : WHERE_PROXIES_ARE_NAMED,
  });
}
