import { expect } from '@jest/globals';

import type { Json } from '../../../src/store/entry.ts';
import type { Store } from '../../../src/store/store.ts';
import type { GoImported } from '../../../src/sync/go-package/import.ts';
import type { GoPush, GoPushEntry } from '../../support/go-package.ts';
import { sha256 } from './support.ts';

/** Everything in a store, without where it lies. */
export function entriesOf(store: Store): GoPushEntry[] {
  return [...store.list()].map(([key, { digest, size, meta }]) => ({
    key,
    digest,
    size,
    ...(meta === undefined ? {} : { meta }),
  }));
}

/** Holds a store against what the Go package says that it has pushed. */
export async function expectImported(
  store: Store,
  push: GoPush,
  { imported, lost, root }: GoImported,
): Promise<void> {
  const missing = new Set(lost.map(({ key }) => key));
  const here = entriesByKey(push).filter(({ key }) => !missing.has(key));
  expect(entriesOf(store).sort(byKey)).toEqual(here.map(asHere).sort(byKey));
  expect(imported).toBe(here.length);
  for (const { key, digest } of here)
    expect([key, sha256(await store.get(key))]).toEqual([key, digest]);
  // What the Go package says of keys that are not UTF-8 is of other keys than those that it pushes.
  expect(root).toBe(
    push.entries?.some(({ key }) => key.includes('caf\uFFFD')) ? push.pull.root : push.root,
  );
  if (missing.size > 0) return;
  expect(store.root()).toBe(root);
  const prefixes = Object.keys(push.hashes);
  const hashes = Object.fromEntries(prefixes.map((prefix) => [prefix, store.hash(prefix)]));
  expect(hashes).toEqual(push.hashes);
}

/** The last of those with the same key. */
function entriesByKey({ entries }: GoPush): GoPushEntry[] {
  return [...new Map((entries ?? []).map((entry) => [entry.key, entry])).values()];
}

/** An entry of Go's as it is to be here. */
function asHere({ meta, ...entry }: GoPushEntry): GoPushEntry {
  const own = meta === undefined ? undefined : metaHere(meta, entry);
  return own === undefined ? entry : { ...entry, meta: own };
}

function metaHere(meta: Json, { size }: Pick<GoPushEntry, 'size'>): Json {
  if (typeof meta !== 'object' || meta === null || !('mtime' in meta)) return meta;
  const { mode = 0, mtime } = meta as { readonly mode?: number; readonly mtime: string };
  const isFolder = mode >= 2 ** 31 && size === 0;
  return {
    ...(isFolder ? { kind: 'folder' } : {}),
    ...(mode === 0 ? {} : { mode: mode % 0o1000 }),
    ...(mtime.startsWith('0001-01-01') ? {} : { mtimeMs: millisecondsOf(mtime) }),
    ...(mode > 0o777 ? { goMode: mode } : {}),
  };
}

/** To the nearest microsecond, by way of whole nanoseconds. */
function millisecondsOf(time: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(time) ?? [];
  const seconds = BigInt(Date.parse(time.replace(/\.\d+/, '')) / 1000);
  const nanoseconds = seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  const rounded = nanoseconds + 500n;
  const microseconds = (rounded - (((rounded % 1000n) + 1000n) % 1000n)) / 1000n;
  return Number(microseconds) / 1000;
}

function byKey(a: GoPushEntry, b: GoPushEntry): number {
  return a.key < b.key ? -1 : 1;
}
