import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Store } from '../../src/store/store.ts';
import { open } from '../../src/sync/open.ts';
import { rounds } from '../support/scale.ts';
import { useTempDirs } from '../support/temp.ts';
import { hashOf, listOf } from './oracle.ts';

const tempDir = useTempDirs();

/** What a store is to hold: contents by key, now and on disk. */
class Model {
  now = new Map<string, string>();
  onDisk = new Map<string, string>();
}

interface Run {
  readonly model: Model;
  store: Store;
  reopen(): Promise<void>;
}

type Step = (run: Run) => Promise<void>;

const part = fc.constantFrom('a', 'b', 'a-b', 'a.b', 'Z', '0', '\uffee', '\u{1f600}', 'é', ' x');
const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const prefix = fc
  .array(part, { maxLength: 3 })
  .map((parts) => parts.map((name) => `${name}/`).join(''));
const content = fc.oneof(
  fc.constantFrom('', 'one', 'two', 'three'),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);

const steps: readonly fc.Arbitrary<readonly [string, Step]>[] = [
  fc.tuple(key, content, fc.constantFrom('bytes', 'text', 'stream')).map(([name, text, how]) => [
    `put ${JSON.stringify(name)} as ${how}`,
    async ({ store, model }) => {
      const data = { bytes: Buffer.from(text), text, stream: chunked(text) }[how];
      await store.put(name, data, { meta: { length: text.length } });
      model.now.set(name, Buffer.from(text).toString());
      expect(store.dirty).toBe(true);
    },
  ]),
  key.map((name) => [
    `delete ${JSON.stringify(name)}`,
    async ({ store, model }) => {
      expect(store.delete(name)).toBe(model.now.delete(name));
    },
  ]),
  fc.constant([
    'clear',
    async ({ store, model }) => {
      store.clear();
      model.now.clear();
    },
  ]),
  fc.constant([
    'sync',
    async ({ store, model }) => {
      await store.sync();
      expect(store.dirty).toBe(false);
      model.onDisk = new Map(model.now);
    },
  ]),
  fc.constant([
    'close and open',
    async (run) => {
      await run.store.close();
      run.model.onDisk = new Map(run.model.now);
      await run.reopen();
    },
  ]),
  fc.constant([
    'open without closing, as after a crash',
    async (run) => {
      await run.reopen();
      run.model.now = new Map(run.model.onDisk);
    },
  ]),
  fc.constant([
    'gc',
    async ({ store, model }) => {
      await store.gc();
      model.onDisk = new Map(model.now);
    },
  ]),
  prefix.map((text) => [
    `list and hash ${JSON.stringify(text)}`,
    async ({ store, model }) => {
      expect([...store.list(text)].map(([name]) => name)).toEqual(listOf(model.now.keys(), text));
      expect(store.hash(text)).toBe(hashOf(model.now, text));
    },
  ]),
  key.map((name) => [
    `get ${JSON.stringify(name)}`,
    async ({ store, model }) => {
      const text = model.now.get(name);
      expect(store.exists(name)).toBe(text !== undefined);
      if (text === undefined) {
        await expect(store.get(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      } else {
        expect((await store.get(name)).toString()).toBe(text);
        expect(store.stat(name)?.size).toBe(Buffer.byteLength(text));
      }
    },
  ]),
];

async function* chunked(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

/** Everything that a store says of itself, against the model. */
async function compare({ store, model }: Run): Promise<void> {
  expect(store.len).toBe(model.now.size);
  expect([...store.list()].map(([name]) => name)).toEqual(listOf(model.now.keys(), ''));
  expect(store.root()).toBe(hashOf(model.now, ''));
  for (const [folder, digest] of store.hashes()) expect(digest).toBe(hashOf(model.now, folder));
  for (const [name, text] of model.now) expect((await store.get(name)).toString()).toBe(text);
  const { entries, blobs, totalSize } = store.stats();
  const contents = new Set(model.now.values());
  expect({ entries, blobs, totalSize }).toEqual({
    entries: model.now.size,
    blobs: contents.size,
    totalSize: [...contents].reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  });
}

test(
  'no sequence of calls tells a store from a map',
  async () => {
    const cacheDir = tempDir();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...steps), { maxLength: 40 }), async (sequence) => {
        number += 1;
        const namespace = `model/${number}`;
        const first = await open(namespace, { cacheDir });
        const run: Run = {
          model: new Model(),
          store: first,
          reopen: async () => {
            run.store = await open(namespace, { cacheDir });
          },
        };
        for (const [, step] of sequence) await step(run);
        await compare(run);
        await run.store.close();
        await run.reopen();
        await compare(run);
        await run.store.close();
      }),
      { numRuns: rounds(200, 3000) },
    );
  },
  rounds(60_000, 900_000),
);
