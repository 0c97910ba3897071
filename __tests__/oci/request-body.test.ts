import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { EMPTY_DIGEST, digestOf } from '../../src/digest.ts';
import type { BlobContent } from '../../src/oci/remote.ts';
import {
  assertEmpty,
  bodyPieces,
  bodySize,
  reporting,
  verified,
} from '../../src/oci/request-body.ts';
import { sourceOf } from './blob-sources.ts';

const BYTES = randomBytes(600_000);

async function read(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** All pieces until something is wrong, and what that was. */
async function readSome(
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly error: unknown }> {
  let bytes = 0;
  try {
    for await (const piece of pieces) bytes += piece.byteLength;
  } catch (error) {
    return { bytes, error };
  }
  return { bytes, error: undefined };
}

describe('the pieces of a body', () => {
  test.each<[string, BlobContent]>([
    ['bytes', BYTES],
    ['a source of one piece', sourceOf([BYTES])],
    ['a source of many', sourceOf([BYTES.subarray(0, 1), Buffer.alloc(0), BYTES.subarray(1)])],
  ])('of %s are all of it, none of them empty or large', async (_, content) => {
    expect(bodySize(content)).toBe(BYTES.byteLength);
    const pieces = await read(bodyPieces(content));
    expect(Buffer.concat(pieces).equals(BYTES)).toBe(true);
    for (const { byteLength } of pieces) {
      expect(byteLength).toBeGreaterThan(0);
      expect(byteLength).toBeLessThanOrEqual(256 * 1024);
    }
  });

  test('of nothing are none', async () => {
    expect(bodySize(undefined)).toBe(0);
    expect(await read(bodyPieces(Buffer.alloc(0)))).toEqual([]);
    expect(await read(bodyPieces(sourceOf([])))).toEqual([]);
    expect(await read(bodyPieces(sourceOf([Buffer.alloc(0)])))).toEqual([]);
  });

  test.each([-1, 1])('of a source whose size is wrong by %i are not all given', async (by) => {
    const size = BYTES.byteLength + by;
    const { bytes, error } = await readSome(bodyPieces(sourceOf([BYTES], size)));
    expect(error).toMatchObject({ code: 'INTEGRITY' });
    expect(bytes).toBeLessThan(size);
  });
});

describe('a verified source', () => {
  test.each([1, 2, 5])('gives what is right, in %i pieces', async (count) => {
    const step = Math.ceil(BYTES.byteLength / count);
    const pieces = Array.from({ length: count }, (_, at) =>
      BYTES.subarray(at * step, (at + 1) * step),
    );
    const source = verified(sourceOf(pieces), digestOf(BYTES));
    expect(source.size).toBe(BYTES.byteLength);
    for (let round = 0; round < 2; round += 1) {
      expect(Buffer.concat(await read(source.open())).equals(BYTES)).toBe(true);
    }
  });

  test.each<[string, BlobContent]>([
    ['a source', sourceOf([BYTES.subarray(0, 599_999), BYTES.subarray(599_999)])],
    ['bytes', BYTES],
    ['a single byte', Buffer.from('x')],
  ])('keeps the end of what is wrong: %s', async (_, content) => {
    const { bytes, error } = await readSome(verified(content, digestOf('else')).open());
    expect(error).toMatchObject({ code: 'INTEGRITY' });
    expect(bytes).toBeLessThan(bodySize(content));
  });
});

describe('a source that gives nothing', () => {
  const STALLED = {
    code: 'TIMEOUT',
    message: expect.stringMatching(/^The source of the blob sha256:/),
  };
  const never = (): Promise<void> => new Promise(() => undefined);

  async function* stuckAfter(pieces: number): AsyncGenerator<Uint8Array, void, void> {
    for (let at = 0; at < pieces; at += 1) yield Buffer.from('ab');
    await never();
  }
  async function* endlesslyEmpty(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      await delay(5);
      yield Buffer.alloc(0);
    }
  }

  test.each([
    ['from the start', () => stuckAfter(0)],
    ['after some pieces', () => stuckAfter(3)],
    ['but empty pieces', endlesslyEmpty],
    [
      'where it is not even opened',
      () => ({ [Symbol.asyncIterator]: () => ({ next: async () => never() as never }) }),
    ],
  ])('is given up: %s', async (_, open) => {
    const source = verified({ size: 100, open }, digestOf('x'), { sourceMs: 50 });
    expect((await readSome(source.open())).error).toMatchObject(STALLED);
  });

  test('is not given up for as long as it gives something', async () => {
    async function* slow(): AsyncGenerator<Uint8Array, void, void> {
      for (const text of 'slowly') {
        await delay(50);
        yield Buffer.from(text);
      }
    }
    const source = verified({ size: 6, open: slow }, digestOf('slowly'), { sourceMs: 200 });
    expect(Buffer.concat(await read(source.open())).toString()).toBe('slowly');
  });

  test('is left at once when it is aborted', async () => {
    const signal = AbortSignal.timeout(50);
    const source = verified({ size: 100, open: () => stuckAfter(1) }, digestOf('x'), { signal });
    const start = performance.now();
    expect((await readSome(source.open())).error).toBe(signal.reason);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('is not given up because nobody asks it', async () => {
    const source = verified(sourceOf([BYTES.subarray(0, 9), BYTES.subarray(9)]), digestOf(BYTES), {
      sourceMs: 50,
    });
    let bytes = 0;
    for await (const piece of source.open()) {
      await delay(100);
      bytes += piece.byteLength;
    }
    expect(bytes).toBe(BYTES.byteLength);
  });
});

test('no bytes have the digest of no bytes, and no other', () => {
  expect(() => {
    assertEmpty(EMPTY_DIGEST);
  }).not.toThrow();
  expect(() => {
    assertEmpty(digestOf('x'));
  }).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
});

describe('pieces that report', () => {
  async function* failing(error: Error): AsyncGenerator<Uint8Array, void, void> {
    await Promise.resolve();
    yield Buffer.from('a');
    throw error;
  }

  test('tell what reading them failed with', async () => {
    const reported: unknown[] = [];
    const error = new RangeError('unreadable');
    const pieces = reporting(failing(error), (found) => reported.push(found));
    expect((await readSome(pieces)).error).toBe(error);
    expect(reported).toEqual([error]);
  });

  test('do not tell what their reader failed with, and close what they come from', async () => {
    const reported: unknown[] = [];
    let closed = 0;
    async function* endless(): AsyncGenerator<Uint8Array, void, void> {
      try {
        for (;;) {
          await Promise.resolve();
          yield Buffer.from('a');
        }
      } finally {
        closed += 1;
      }
    }
    const thrown = reporting(endless(), (found) => reported.push(found));
    await thrown.next();
    const error = new Error('the connection broke');
    await expect(thrown.throw(error)).rejects.toBe(error);
    const left = reporting(endless(), (found) => reported.push(found));
    await left.next();
    await left.return();
    expect(reported).toEqual([]);
    expect(closed).toBe(2);
  });
});
