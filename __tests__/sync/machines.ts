import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach } from '@jest/globals';

import type { Digest } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { Store } from '../../src/store/store.ts';
import { TagUpstream, type UpstreamOptions } from '../../src/sync/upstream.ts';
import { useTempDirs } from '../support/temp.ts';
import { type Hooks, hooked } from './hooked-remote.ts';

/** Nobody else writes in these tests while a push is under way. */
export const ALONE = { soleWriter: true };

/** Where a store is, and what it is pulled from. */
export interface Machine extends Partial<UpstreamOptions> {
  readonly tag?: string;
  readonly at?: Remote;
  readonly cacheDir?: string;
}

/** Machines that share a remote: an image layout, anew for each test, that swaps no tags. */
export interface Machines {
  readonly remote: () => Remote;
  readonly tempDir: () => string;
  /** The same remote for all, in which something happens at some calls. */
  readonly remoteWith: (hooks: Hooks) => Remote;
  /** A store on a machine of its own, unless it is told where. */
  readonly machine: (where?: Machine) => Store;
  /** What somebody sees at a tag who has nothing yet. */
  readonly at: (tag: string) => Promise<Record<string, string>>;
  readonly keysAt: (tag: string) => Promise<string[]>;
  /** Takes a blob away from the remote. */
  readonly lose: (digest: Digest) => void;
}

export function useMachines(): Machines {
  const tempDir = useTempDirs();
  let folder: string;
  let remote: Remote;
  beforeEach(() => {
    folder = join(tempDir(), 'remote');
    remote = remoteWith({});
  });
  const remoteWith = (hooks: Hooks): Remote =>
    hooked(openRemote(`oci:${folder}`, { cwd: '/' }), hooks);
  const machine = ({
    tag = 'main',
    at = remote,
    cacheDir = tempDir(),
    ...options
  }: Machine = {}): Store => {
    const blobs = Blobs.open(cacheDir);
    const upstream = new TagUpstream(at, tag, { blobs, windowMs: 50, ...options });
    return Store.open('x:main', { cacheDir, upstream });
  };
  const pulled = async (tag: string): Promise<Store> => {
    const store = machine({ tag });
    await store.pull();
    return store;
  };
  return {
    remote: () => remote,
    tempDir,
    remoteWith,
    machine,
    at: async (tag) => contentsOf(await pulled(tag)),
    keysAt: async (tag) => keysOf(await pulled(tag)),
    lose: (digest) => {
      rmSync(join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length)));
    },
  };
}

export function keysOf(store: Store): string[] {
  return [...store.list()].map(([key]) => key);
}

export async function contentsOf(store: Store): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const key of keysOf(store)) all[key] = (await store.get(key)).toString();
  return all;
}
