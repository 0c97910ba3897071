import { join } from 'node:path';

import { afterAll } from '@jest/globals';

import { open } from '../../src/index.ts';
import {
  type FaultProxy,
  type FaultProxyOptions,
  startFaultProxy,
} from '../support/fault-proxy/proxy.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { contentsOf, summaryOf } from './plain.ts';
import { bytesAddedTo, requestsOf } from './traffic.ts';

/** Both kinds of remote, for `describe.each`. */
export const KINDS = ['layout', 'registry'] as const;
export type Kind = (typeof KINDS)[number];

/** A remote of which it is known what is sent to it. */
export interface Place {
  /** As stores are given it; requests to a registry go by way of the proxy. */
  readonly remote: string;
  /** The same without a proxy, for what is not to be counted. */
  readonly direct: string;
  /** Bytes that were sent while work was done: bodies of requests, or new files. */
  sent(work: () => Promise<unknown>): Promise<number>;
}

/** Proxies and places that are gone when the test file ends. Call it once, outside of tests. */
export function usePlaces(): {
  tempDir: () => string;
  startProxy: (
    options?: Omit<FaultProxyOptions, 'upstream'>,
    upstream?: string,
  ) => Promise<FaultProxy>;
  layout: () => Place;
  /** A repository that nobody else uses. */
  repository: (proxy: FaultProxy, upstream?: string) => Place;
  /** What a tag holds, to a store that has nothing yet, in short; undefined: there is no such tag. */
  heldBy: (remote: string, tag: string) => Promise<Record<string, string> | undefined>;
} {
  const tempDir = useTempDirs();
  const proxies: FaultProxy[] = [];
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.stop())));
  return {
    tempDir,
    startProxy: async (options = {}, upstream = hostOf(freshRepository())) => {
      const proxy = await startFaultProxy({ ...options, upstream });
      proxies.push(proxy);
      return proxy;
    },
    layout: () => {
      const folder = join(tempDir(), 'remote');
      const remote = `oci:${folder}`;
      return { remote, direct: remote, sent: (work) => bytesAddedTo(folder, work) };
    },
    repository: (proxy, upstream) => {
      const direct = freshRepository(upstream);
      return {
        remote: direct.replace(hostOf(direct), proxy.host),
        direct,
        sent: async (work) => (await requestsOf(proxy, work)).sent(),
      };
    },
    heldBy: async (remote, tag) => {
      await using store = await open(`reader:${tag}`, { cacheDir: tempDir(), remote });
      return (await store.pull({ ifExists: true }))
        ? summaryOf(await contentsOf(store))
        : undefined;
    },
  };
}

function hostOf(reference: string): string {
  return reference.slice(0, reference.indexOf('/'));
}
