import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Fault } from './fault.ts';
import { Journal, type JournalEntry } from './journal.ts';

/** What a proxy in a process of its own is told: data only. */
export interface ApartOptions {
  /** The real registry: `127.0.0.1:PORT`. */
  readonly upstream: string;
  /** A token server, `127.0.0.1:PORT`. */
  readonly tokens?: string;
  readonly faults?: readonly Fault[];
  /** See {@link randomDelays}. */
  readonly delays?: { readonly seed: string; readonly mostMs: number };
}

/** What the process is asked. */
export type ApartRequest = { readonly start: ApartOptions } | 'journal' | 'stop';

/** What it says, once for each of them. */
export type ApartReply =
  | { readonly host: string }
  | { readonly entries: readonly JournalEntry[] }
  | { readonly stopped: true }
  | { readonly problem: string };

/** A proxy that runs in a process of its own. */
export interface ProxyApart extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as it stands in a reference. */
  readonly host: string;
  /** The requests so far. */
  journal(): Promise<Journal>;
  /** Ends it. @throws Error where a client has left a connection open, or the proxy itself failed */
  stop(): Promise<void>;
}

/**
 * Starts a proxy in a process of its own, which answers also while this one waits for something, as
 * `spawnSync` does, or is busy. It ends with `stop`, and with this process, however that ends.
 *
 * @example
 * await using proxy = await startFaultProxyApart({
 *   upstream: registry.host,
 *   delays: { seed: 'a seed', mostMs: 200 },
 * });
 * spawnSync(process.execPath, ['client.ts', proxy.host]);
 * console.log((await proxy.journal()).totals());
 */
export async function startFaultProxyApart(options: ApartOptions): Promise<ProxyApart> {
  const child = fork(join(import.meta.dirname, 'apart-process.ts'), {
    execArgv: [],
    // Faults hold infinite numbers, which JSON does not know.
    serialization: 'advanced',
  });
  const ask = async (request: ApartRequest): Promise<ApartReply> => {
    const replied = once(child, 'message') as Promise<[ApartReply]>;
    const exited = once(child, 'exit').then(() => {
      throw new Error('The process of the proxy has ended.');
    });
    child.send(request);
    const [reply] = await Promise.race([replied, exited]);
    if ('problem' in reply) throw new Error(reply.problem);
    return reply;
  };
  const started = await ask({ start: options });
  const stop = async (): Promise<void> => {
    const exited = once(child, 'exit');
    await ask('stop').finally(() => {
      child.disconnect();
    });
    await exited;
  };
  return {
    host: 'host' in started ? started.host : '',
    journal: async () => {
      const reply = await ask('journal');
      const journal = new Journal();
      if ('entries' in reply) journal.entries.push(...reply.entries);
      return journal;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
