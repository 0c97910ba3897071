import { expect, test } from '@jest/globals';
import { z } from 'zod';

import type { Info, Json, Store } from '../../src/index.ts';
import { decodeMeta, open } from '../../src/index.ts';
import type { FileMetaJson } from '../../src/tree/meta.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

interface Part {
  readonly name: string;
  readonly size?: number;
}

interface Built {
  by: string;
  seconds?: number | undefined;
  parts: readonly Part[];
  pair?: [string, number | null];
}

/** The compiler is the test here: nobody calls this. */
export async function takes(
  store: Store,
  built: Built,
  json: Json,
  info: Info,
  fileMeta: FileMetaJson,
): Promise<void> {
  await store.put('k', 'x', { meta: built });
  await store.put('k', 'x', { meta: [built, null] });
  await store.put('k', 'x', { meta: json });
  await store.put('k', 'x', { meta: fileMeta });
  await store.put('k', 'x', { meta: undefined });
  await store.put('k', 'x', { signal: AbortSignal.timeout(1) });
  await store.put('k', 'x', { meta: info.meta });
  await store.adopt('k', info);
  await store.adopt('k', { digest: info.digest, size: info.size, meta: built });
  const { by, parts }: Built = decodeMeta(info, z.custom<Built>());
  await store.put('k', 'x', { meta: { by, parts, nested: { built } } });
}

/** Nor this. */
export async function refuses(store: Store, { digest, size }: Info, some: unknown): Promise<void> {
  // @ts-expect-error a function by itself
  await store.put('k', 'x', { meta: () => 1 });
  // @ts-expect-error a function in an object
  await store.put('k', 'x', { meta: { a: { f: () => 1 } } });
  // @ts-expect-error a bigint by itself
  await store.put('k', 'x', { meta: 1n });
  // @ts-expect-error a bigint in a list
  await store.put('k', 'x', { meta: [{ a: 1n }] });
  // @ts-expect-error a symbol by itself
  await store.put('k', 'x', { meta: Symbol('x') });
  // @ts-expect-error a symbol in an object
  await store.put('k', 'x', { meta: { a: Symbol('x') } });
  // @ts-expect-error a date by itself
  await store.put('k', 'x', { meta: new Date() });
  // @ts-expect-error a date in an object
  await store.put('k', 'x', { meta: { at: new Date() } });
  // @ts-expect-error a map has methods
  await store.put('k', 'x', { meta: new Map([['a', 1]]) });
  // @ts-expect-error undefined in a list
  await store.put('k', 'x', { meta: [undefined] });
  // @ts-expect-error whatever it is
  await store.put('k', 'x', { meta: some });
  // @ts-expect-error a date, adopted
  await store.adopt('k', { digest, size, meta: { at: new Date() } });
}

test('an interface with optional members is put, read by a schema, and put again', async () => {
  const schema = z.object({ by: z.string(), seconds: z.number().optional() });
  await using store = await open('jsonable:main', { cacheDir: tempDir() });
  const meta: Pick<Built, 'by' | 'seconds'> = { by: 'ci', seconds: undefined };
  const first = await store.put('a', 'x', { meta });
  expect(first.meta).toEqual({ by: 'ci' });
  const second = await store.put('b', 'y', { meta: decodeMeta(first, schema) });
  expect(second.meta).toEqual({ by: 'ci' });
  expect(await store.adopt('c', { ...first, meta: decodeMeta(second, schema) })).toBe(true);
  expect(store.stat('c')?.meta).toEqual({ by: 'ci' });
});
