import { expect } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { Json, Store } from '../../src/index.ts';

/** What a store is to hold under a key. */
export interface Kept {
  readonly bytes: Uint8Array;
  readonly meta?: Json;
}

/** What a store is to hold: a copy kept aside, in nothing but a Map. */
export type Plain = ReadonlyMap<string, Kept>;

/** Puts all of it. */
export async function putAll(
  store: Store,
  entries: Iterable<readonly [string, Kept]>,
): Promise<void> {
  for (const [key, { bytes, meta }] of entries) {
    await store.put(key, bytes, meta === undefined ? {} : { meta });
  }
}

/** Everything below a prefix: every content is fetched, and none is taken to be what its entry says. */
export async function contentsOf(store: Store, prefix = ''): Promise<Map<string, Kept>> {
  const entries = [...store.list(prefix)];
  const contents = new Map<Digest, Uint8Array>();
  await store.deliver(
    entries.map(([, entry]) => entry),
    {
      whole: (digest, bytes) => void contents.set(digest, Uint8Array.from(bytes)),
      pieces: async (digest, pieces) => {
        contents.set(digest, Buffer.concat(await Array.fromAsync(pieces())));
      },
      failed: (digest, error) => {
        throw new Error(`The content ${digest} cannot be had.`, { cause: error });
      },
    },
  );
  return new Map(
    entries.map(([key, { digest, meta }]) => {
      const bytes = contents.get(digest);
      if (bytes === undefined) throw new Error(`The content of ${key} was not delivered.`);
      return [key, { bytes, ...(meta === undefined ? {} : { meta }) }];
    }),
  );
}

/** Short enough to be shown, and others for any other key, byte or metadata. */
export function summaryOf(plain: Plain): Record<string, string> {
  return Object.fromEntries(
    [...plain].map(([key, { bytes, meta }]) => [
      key,
      `${bytes.byteLength} bytes ${digestOf(bytes).slice(7, 19)} ${JSON.stringify(meta)}`,
    ]),
  );
}

/** Fails unless a store holds exactly this: keys, bytes and metadata. */
export async function expectHolds(store: Store, plain: Plain): Promise<void> {
  expect(summaryOf(await contentsOf(store))).toEqual(summaryOf(plain));
}
