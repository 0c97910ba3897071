import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { deliver } from './deliver.ts';
import { type Exchange, type Handler, type Layer, answerOf } from './exchange.ts';
import { type Fault, FaultScript } from './fault.ts';
import { withFaults } from './faults.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { phaseOf } from './phase.ts';
import { Sockets } from './sockets.ts';
import { Storage, type StorageRules } from './storage.ts';
import { withTokens } from './tokens.ts';
import { forwarding } from './upstream.ts';

/** What a proxy does besides handing on. */
export interface FaultProxyOptions {
  /** The real registry: `127.0.0.1:PORT`. */
  readonly upstream: string;
  /** A token server, `127.0.0.1:PORT`: the registry's challenges then lead to it by way of the proxy. */
  readonly tokens?: string;
  readonly faults?: readonly Fault[];
  /** Quirks of the registry, the outermost first. Faults befall what comes out of them. */
  readonly layers?: readonly ((storage: Storage) => Layer)[];
  readonly storage?: StorageRules;
  /** How long each request is held up, in milliseconds: asked for every one. See {@link randomDelays}. */
  readonly delay?: (exchange: Exchange) => number;
  /**
   * Called with every request before anything is done with it; `index` counts from 1, all clients
   * together. What gives `'drop'` never reaches the registry: the connection is reset.
   */
  readonly onRequest?: (exchange: Exchange) => 'drop' | undefined | Promise<'drop' | undefined>;
}

/** A proxy that runs. */
export interface FaultProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as it stands in a reference. */
  readonly host: string;
  readonly origin: string;
  /** The other host, where blobs and uploads can be. */
  readonly storage: Storage;
  readonly faults: FaultScript;
  readonly journal: Journal;
  /** What went wrong in the proxy itself: tests should find nothing here. */
  readonly problems: readonly unknown[];
  /**
   * Waits until clients have closed their connections.
   *
   * @returns how many are left
   */
  leaked(withinMs?: number): Promise<number>;
  /** Ends it. @throws Error where a client has left a connection open, or the proxy itself failed */
  stop(): Promise<void>;
}

/**
 * Starts a real server between clients and a real registry, where everything can go wrong. Clients may be
 * any number of processes; {@link startFaultProxyApart} runs it in one of its own as well.
 *
 * @example An answer that breaks off
 * await using proxy = await startFaultProxy({
 *   upstream: registry.host,
 *   faults: [{ phase: 'blob', kind: 'break-answer', ending: 'reset', afterBytes: 1000 }],
 * });
 * const remote = openRemote(`${proxy.host}/demo`, { cwd });
 *
 * @example A client that is killed at its seventh request, which the registry never sees
 * await using proxy = await startFaultProxy({
 *   upstream: registry.host,
 *   delay: randomDelays('a seed', 200),
 *   onRequest: async ({ index }) => {
 *     if (index !== 7) return undefined;
 *     client.kill('SIGKILL');
 *     await once(client, 'exit');
 *     return 'drop';
 *   },
 * });
 * const client = spawn(process.execPath, ['client.ts', proxy.host]);
 * await once(client, 'exit');
 * proxy.journal.totals().get('blob PUT'); // { requests: 2, sent: 20000, received: 0 }
 * proxy.journal.lines(); // ['HEAD /v2/demo/manifests/main 404', ...]
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new RunningProxy(options);
  await proxy.start();
  return proxy;
}

const LEAK_MS = 2000;

class RunningProxy implements FaultProxy {
  host = '';
  origin = '';
  readonly storage: Storage;
  readonly faults: FaultScript;
  readonly journal = new Journal();
  readonly problems: unknown[] = [];
  readonly #options: FaultProxyOptions;
  readonly #sockets = new Sockets();
  readonly #handler: Handler;
  readonly #servers: readonly [registry: Server, storage: Server];
  readonly #started = performance.now();

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.storage = new Storage(options.storage);
    this.faults = new FaultScript(options.faults);
    const layers = [
      withFaults(this.faults, this.storage),
      this.storage.layer,
      ...(options.layers ?? []).map((make) => make(this.storage)),
    ];
    this.#handler = layers.reduceRight<Handler>(
      (next, layer) => layer(next),
      options.tokens === undefined
        ? forwarding(options.upstream)
        : withTokens(forwarding(options.upstream), forwarding(options.tokens)),
    );
    this.#servers = [this.#serve('registry'), this.#serve('storage')];
  }

  async start(): Promise<void> {
    const origins = await Promise.all(
      this.#servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      }),
    );
    [this.origin = '', this.storage.origin = ''] = origins;
    this.host = new URL(this.origin).host;
  }

  leaked(withinMs = LEAK_MS): Promise<number> {
    return this.#sockets.gone(withinMs);
  }

  async stop(): Promise<void> {
    const left = await this.leaked();
    for (const server of this.#servers) server.closeAllConnections();
    await Promise.all(
      this.#servers.map(async (server) => {
        server.close();
        await once(server, 'close');
      }),
    );
    if (left > 0) throw new Error(`${String(left)} connections to the proxy were left open.`);
    if (this.problems.length > 0) {
      throw new AggregateError(this.problems, 'The proxy itself failed.');
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #serve(host: 'registry' | 'storage'): Server {
    const server = createServer((request, response) => {
      void this.#answer(host, request, response);
    });
    // Faults take their time, and nobody but a test decides how much.
    server.requestTimeout = 0;
    server.headersTimeout = 0;
    server.keepAliveTimeout = 60_000;
    this.#sockets.watch(server);
    return server;
  }

  async #answer(
    host: 'registry' | 'storage',
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const entry = this.#enter(host, request);
    const exchange: Exchange = {
      ...entry,
      headers: request.headers,
      body: counted(request, entry),
    };
    try {
      if ((await this.#options.onRequest?.(exchange)) === 'drop') {
        request.socket.resetAndDestroy();
        return;
      }
      const wait = this.#options.delay?.(exchange) ?? 0;
      if (wait > 0) await delay(wait);
      const answer = await this.#handler(exchange);
      entry.status = answer.status;
      await deliver(answer, response, (bytes) => {
        entry.responseBytes += bytes;
      });
    } catch (error) {
      // A client that has gone, in the middle of a request or of an answer, is no problem of ours.
      if (request.destroyed || request.socket.destroyed || response.destroyed) return;
      this.problems.push(error);
      await deliver(answerOf(502, {}, 'The fault proxy failed.'), response).catch(() => undefined);
    }
  }

  #enter(host: 'registry' | 'storage', request: IncomingMessage): JournalEntry {
    const { method = '', url: path = '', headers } = request;
    const entry: JournalEntry = {
      index: this.journal.entries.length + 1,
      phase: phaseOf(method, path, headers.range !== undefined),
      method,
      path,
      host,
      authorization: headers.authorization,
      at: performance.now() - this.#started,
      status: 0,
      requestBytes: 0,
      responseBytes: 0,
    };
    this.journal.entries.push(entry);
    return entry;
  }
}

async function* counted(
  request: IncomingMessage,
  entry: JournalEntry,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of request) {
    entry.requestBytes += (chunk as Uint8Array).byteLength;
    yield chunk as Uint8Array;
  }
}
