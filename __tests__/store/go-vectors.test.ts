import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { Index } from '../../src/store/entry-index.ts';
import type { Json } from '../../src/store/entry.ts';
import { Store } from '../../src/store/store.ts';
import { useTempDirs } from '../support/temp.ts';

/** What scripts/golden prints: README.md there says how. */
interface Vectors {
  readonly cases: readonly HashCase[];
  readonly keys: readonly KeyCase[];
}

interface HashCase {
  readonly name: string;
  readonly entries?: readonly GoldenEntry[];
  readonly rule?: { readonly folders: number; readonly files: number };
  readonly deleted?: readonly string[];
  readonly root: string;
  /** For prefixes that are empty or end in `/`. */
  readonly hashes: Readonly<Record<string, string>>;
  /** For prefixes that end within a name. */
  readonly plainHashes?: Readonly<Record<string, string>>;
}

interface GoldenEntry {
  readonly key: string;
  readonly text?: string;
  readonly bytes?: { readonly seed: number; readonly size: number };
  readonly meta?: Json;
}

interface KeyCase {
  readonly name: string;
  readonly key: string;
  readonly error: '' | 'ErrInvalidKey' | 'ErrReservedKey';
}

const { cases, keys } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/go-hash-vectors.json'), 'utf8'),
) as Vectors;

const tempDir = useTempDirs();

function entriesOf({ entries = [], rule }: HashCase): readonly GoldenEntry[] {
  if (rule === undefined) return entries;
  return Array.from({ length: rule.files }, (_, n) => {
    const folder = String(n % rule.folders).padStart(3, '0');
    const key = `dir${folder}/file${String(n).padStart(5, '0')}`;
    return { key, text: key };
  });
}

function contentOf({ text, bytes }: GoldenEntry): Uint8Array {
  if (bytes === undefined) return Buffer.from(text!);
  const { seed, size } = bytes;
  return Uint8Array.from({ length: size }, (_, i) => (seed + 31 * i + Math.floor(i / 256)) % 256);
}

/** An index with a case's entries, `saved` of them (0 to 1) as they are once they went to the disk. */
function indexOf(golden: HashCase, saved = 0): Index {
  const index = new Index();
  const entries = entriesOf(golden);
  const last = Math.floor(entries.length * saved);
  entries.forEach((entry, n) => {
    if (n === last) index.markSaved();
    const content = contentOf(entry);
    index.set(entry.key, { digest: digestOf(content), size: content.byteLength });
  });
  if (saved === 1) index.markSaved();
  for (const key of golden.deleted ?? []) index.delete(key);
  return index;
}

/** A store with a case's entries: the only place that knows how one is opened and filled. */
async function storeOf(golden: HashCase, cacheDir: string): Promise<Store> {
  const store = Store.open('golden', { cacheDir });
  for (const entry of entriesOf(golden)) {
    await store.put(entry.key, contentOf(entry), { meta: entry.meta });
  }
  for (const key of golden.deleted ?? []) store.delete(key);
  return store;
}

/** What a store or an index gives for the prefixes for which the Go package gave `hashes`. */
function hashesBy(
  { hash }: { hash: (prefix: string) => string },
  hashes: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.keys(hashes).map((prefix) => [prefix, hash(prefix)]));
}

describe('digests of prefixes are those of the Go package', () => {
  test.each(cases)('in an index, whatever of it is saved: $name', (golden) => {
    for (const saved of [0, 0.3, 0.7, 1]) {
      const index = indexOf(golden, saved);
      const hash = (prefix: string): string => index.hash(prefix);
      expect(hashesBy({ hash }, golden.hashes)).toEqual(golden.hashes);
      expect(index.hash('')).toBe(golden.root);
    }
  });

  test.each(cases)('in a store, also once it was opened again: $name', async (golden) => {
    const cacheDir = tempDir();
    {
      await using store = await storeOf(golden, cacheDir);
      const hash = (prefix: string): string => store.hash(prefix);
      expect(hashesBy({ hash }, golden.hashes)).toEqual(golden.hashes);
      expect(store.root()).toBe(golden.root);
    }
    await using store = Store.open('golden', { cacheDir });
    const hash = (prefix: string): string => store.hash(prefix);
    expect(hashesBy({ hash }, golden.hashes)).toEqual(golden.hashes);
    expect(store.root()).toBe(golden.root);
  });

  test.each(cases)('in one pass over all folders: $name', (golden) => {
    const folders = Object.entries(golden.hashes).filter(([, digest]) => digest !== '');
    for (const saved of [0, 0.5, 1]) {
      const hashes = indexOf(golden, saved).hashes('');
      expect(Object.fromEntries(hashes)).toEqual(Object.fromEntries(folders));
    }
  });

  const differing = cases.filter(({ plainHashes }) => plainHashes !== undefined);

  test('the fixture has prefixes that end within a name', () => {
    expect(differing.flatMap(({ plainHashes }) => Object.keys(plainHashes!))).toContain('src');
  });

  // In Go `src` is text: it takes in `src2/x`. Here it is the folder, as Go's `src/` is.
  test.each(differing)('a prefix without its slash is the folder here: $name', (golden) => {
    const index = indexOf(golden);
    for (const [prefix, digest] of Object.entries(golden.plainHashes!)) {
      expect(index.hash(prefix)).toBe(golden.hashes[`${prefix}/`] ?? '');
      expect(index.hash(prefix)).not.toBe(digest);
    }
  });
});

describe('keys are refused as the Go package refuses them', () => {
  const codes = { ErrInvalidKey: 'INVALID_KEY', ErrReservedKey: 'RESERVED_KEY' } as const;

  test.each(keys)('$name', async ({ key, error }) => {
    await using store = Store.open('keys', { cacheDir: tempDir() });
    const refused: unknown = await store.put(key, '').then(
      () => undefined,
      (error: unknown) => error,
    );
    if (error === '') {
      expect(refused).toBeUndefined();
      expect(store.exists(key)).toBe(true);
    } else {
      expect(refused).toMatchObject({ code: codes[error] });
      expect(store.exists(key)).toBe(false);
    }
  });
});
