import { Readable } from 'node:stream';

import { Agent, type Dispatcher } from 'undici';

import { ConnectionError, connectionError, silence } from './connection-error.ts';
import type { HttpBody, HttpRequest, HttpResponse, Transport } from './http.ts';
import { openProxied, refusedForward } from './proxied.ts';
import { proxiesOf, proxyFor } from './proxies.ts';
import type { BlobContent } from './remote.ts';
import { bodySize, reporting } from './request-body.ts';
import { Watchdog, notTooSlowly } from './watchdog.ts';

/** How long silence is waited for, in milliseconds. */
export interface Timeouts {
  /** Until a connection stands. */
  readonly connect: number;
  /** Until an answer begins. An upload's gets more, by its size. */
  readonly headers: number;
  /** Between two chunks of a body, both ways; and for each 256 KiB of it. */
  readonly body: number;
  /** Until the source of a blob gives its next piece. Default: a minute. */
  readonly source?: number | undefined;
}

export const DEFAULT_TIMEOUTS: Timeouts = { connect: 10_000, headers: 30_000, body: 30_000 };

/** A body that is given up is read on for a moment, which keeps the connection for the next call. */
const DISCARD_BYTES = 64 * 1024;
const DISCARD_MS = 1000;

/** undici looks for silence once in such a while: what comes slowly has no less time than what stops. */
const TICK_MS = 1000;

/** Answers before the answer (`103 Early Hints`). undici waits anew after each of them. */
const MAX_INTERIM = 20;

/** Connections to any host, kept open between requests. */
export interface Connections {
  readonly transport: Transport;
  /** Closes them; requests under way fail. */
  close(): Promise<void>;
}

/**
 * HTTP by undici, one exchange per call. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured,
 * except for this machine, which no proxy can reach.
 *
 * @throws CafsError `INVALID_INPUT` where such a variable holds no address of a proxy
 */
export function openConnections(timeouts: Timeouts = DEFAULT_TIMEOUTS): Connections {
  const options: Agent.Options = {
    // Packs are large: connections side by side carry more than streams that share one window.
    allowH2: false,
    connect: { timeout: timeouts.connect },
  };
  const direct = new Agent(options);
  const proxies = proxiesOf();
  const proxied = openProxied(proxies, options, timeouts.connect);
  const destroy = async (): Promise<void> => {
    await Promise.all([direct.destroy(), proxied.destroy()]);
  };
  return {
    transport: (request) => {
      const proxy = proxyFor(request.url, proxies);
      const dispatcher = proxy === undefined ? direct : proxied;
      return exchange({ dispatcher, proxy }, request, timeouts);
    },
    close: destroy,
  };
}

/** How a request goes to where it is meant for. */
interface Way {
  readonly dispatcher: Dispatcher;
  readonly proxy: URL | undefined;
}

async function exchange(
  { dispatcher, proxy }: Way,
  request: HttpRequest,
  timeouts: Timeouts,
): Promise<HttpResponse> {
  const { method, url, target, headers, body, signal } = request;
  signal?.throwIfAborted();
  const size = bodySize(body);
  using watchdog = new Watchdog({ piece: timeouts.body, answer: timeouts.headers }, () =>
    silence(url, 'went silent in the middle of an upload', { proxy }),
  );
  const sends = body !== undefined && size > 0;
  let unreadable: { readonly error: unknown } | undefined;
  const pieces = (content: BlobContent): AsyncIterable<Uint8Array> =>
    reporting(watchdog.watch(content), (error) => {
      unreadable = { error };
    });
  const endless = new AbortController();
  let interim = 0;
  const stops = [...(signal ? [signal] : []), ...(sends ? [watchdog.signal] : []), endless.signal];
  try {
    const response = await dispatcher.request({
      origin: url.origin,
      path: target ?? `${url.pathname}${url.search}`,
      method,
      headers: {
        'user-agent': 'cafs-action',
        'accept-encoding': 'identity',
        ...(sends ? { 'content-length': String(size) } : {}),
        ...headers,
      },
      body: sends ? streamOf(pieces(body)) : null,
      // The watchdog knows when the body has been sent: the wait for an answer starts then.
      headersTimeout: sends ? 0 : timeouts.headers,
      bodyTimeout: timeouts.body,
      onInfo: () => {
        interim += 1;
        if (interim <= MAX_INTERIM) return;
        endless.abort(silence(url, 'only says that it will answer', { proxy }));
      },
      signal: AbortSignal.any(stops),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      url,
      body: new UndiciBody(response.body, { request, proxy }, timeouts.body),
      proxy: isForwarded(url, proxy) ? proxy.host : undefined,
    };
  } catch (error) {
    signal?.throwIfAborted();
    watchdog.signal.throwIfAborted();
    endless.signal.throwIfAborted();
    if (unreadable !== undefined) throw unreadable.error;
    if (error instanceof ConnectionError) throw error;
    throw (
      (proxy && refusedForward(error, url, proxy)) ??
      connectionError(error, url, { proxy, limits: timeouts })
    );
  }
}

/** Whether a proxy reads what passes: neither in a tunnel to TLS, nor as SOCKS. */
function isForwarded(url: URL, proxy: URL | undefined): proxy is URL {
  return url.protocol === 'http:' && proxy?.protocol.startsWith('http') === true;
}

/** Small buffers: what has been handed over is to be nearly what has been sent. */
function streamOf(pieces: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(pieces, { objectMode: false, highWaterMark: 64 * 1024 });
}

class UndiciBody implements HttpBody {
  readonly #body: Dispatcher.ResponseData['body'];
  readonly #request: HttpRequest;
  readonly #proxy: URL | undefined;
  readonly #patienceMs: number;

  /** @param patienceMs how slowly it may come, see {@link notTooSlowly} */
  constructor(
    body: Dispatcher.ResponseData['body'],
    { request, proxy }: { readonly request: HttpRequest; readonly proxy: URL | undefined },
    patienceMs: number,
  ) {
    this.#body = body;
    this.#request = request;
    this.#proxy = proxy;
    this.#patienceMs = patienceMs;
    // Nobody may be reading at the moment when a connection breaks.
    body.on('error', () => undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    const { url, signal } = this.#request;
    const proxy = this.#proxy;
    try {
      yield* notTooSlowly(this.#body, this.#patienceMs + TICK_MS, () =>
        silence(url, 'sends its answer too slowly', { proxy }),
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ConnectionError) throw error;
      throw connectionError(error, url, { proxy, limits: { body: this.#patienceMs } });
    }
  }

  async discard(): Promise<void> {
    if (this.#body.readableDidRead) {
      this.#body.destroy();
      return;
    }
    const signal = AbortSignal.timeout(DISCARD_MS);
    await this.#body.dump({ limit: DISCARD_BYTES, signal }).catch(() => undefined);
  }
}
