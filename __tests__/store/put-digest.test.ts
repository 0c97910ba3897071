import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';

import type { Data } from '../../src/store/data.ts';
import { Store } from '../../src/store/store.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

/** Content cut into pieces, some of them empty. */
const pieces = fc.array(fc.uint8Array({ maxLength: 5_000, size: 'max' }), { maxLength: 12 });

async function* streamOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** Puts content in every way there is, and expects the digest of another SHA-256 each time. */
async function expectDigest(store: Store, dir: string, pieces: readonly Uint8Array[]) {
  const content = Buffer.concat(pieces);
  const file = join(dir, 'file');
  writeFileSync(file, content);
  const ways: Record<string, Data> = { bytes: content, stream: streamOf(pieces), file: { file } };
  const digest = `sha256:${bytesToHex(sha256(content))}`;
  for (const [way, data] of Object.entries(ways)) {
    const info = await store.put(way, data);
    expect({ way, ...info }).toEqual({ way, digest, size: content.byteLength });
    expect(await store.get(way)).toEqual(content);
  }
}

describe('put', () => {
  test('gives the digest that another implementation of SHA-256 gives', async () => {
    const dir = tempDir();
    await using store = Store.open('digests', { cacheDir: tempDir() });
    await fc.assert(
      fc.asyncProperty(pieces, async (pieces) => expectDigest(store, dir, pieces)),
      { numRuns: 60 },
    );
  });

  test('takes text as its UTF-8 bytes', async () => {
    await using store = Store.open('digests', { cacheDir: tempDir() });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        const bytes = new TextEncoder().encode(text);
        const { digest, size } = await store.put('text', text);
        expect(digest).toBe(`sha256:${bytesToHex(sha256(bytes))}`);
        expect(size).toBe(bytes.byteLength);
      }),
      { numRuns: 60 },
    );
  });
});
