import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import type { BlobContent } from '../../src/oci/remote.ts';
import { Watchdog, notTooSlowly } from '../../src/oci/watchdog.ts';
import { sourceOf } from './blob-sources.ts';

const PIECES = [Buffer.from('ab'), Buffer.from('cd'), Buffer.from('ef')];
const REASON = new Error('silence');

function watchdog(piece: number, answer: number): Watchdog {
  return new Watchdog({ piece, answer }, () => REASON);
}

/** Takes all pieces, each one so long after it is there. */
async function take(watching: Watchdog, body: BlobContent, waitMs: number): Promise<string> {
  let taken = '';
  for await (const piece of watching.watch(body)) {
    await delay(waitMs);
    taken += Buffer.from(piece).toString();
  }
  return taken;
}

describe('a watchdog', () => {
  test('barks when a piece is not taken', async () => {
    using watching = watchdog(50, 10_000);
    const pieces = watching.watch(sourceOf(PIECES));
    await pieces.next();
    expect(watching.signal.aborted).toBe(false);
    await delay(120);
    expect(watching.signal.reason).toBe(REASON);
  });

  test('barks when all has been taken and no answer comes', async () => {
    using watching = watchdog(10_000, 50);
    expect(await take(watching, sourceOf(PIECES), 0)).toBe('abcdef');
    expect(watching.signal.aborted).toBe(false);
    await delay(120);
    expect(watching.signal.reason).toBe(REASON);
  });

  test('counts from the piece that was taken last', async () => {
    using watching = watchdog(400, 10_000);
    expect(await take(watching, sourceOf(PIECES), 200)).toBe('abcdef');
    expect(watching.signal.aborted).toBe(false);
  });

  test('lets a source take its time', async () => {
    using watching = watchdog(50, 10_000);
    const slow = {
      size: 6,
      async *open() {
        for (const piece of PIECES) {
          await delay(120);
          yield piece;
        }
      },
    };
    expect(await take(watching, slow, 0)).toBe('abcdef');
    expect(watching.signal.aborted).toBe(false);
  });

  test('lets an answer take the longer, the more has been sent', async () => {
    using watching = watchdog(10_000, 0);
    // 64 kB may still be on a line of 64 KiB/s.
    await take(watching, Buffer.alloc(64_000), 0);
    await delay(500);
    expect(watching.signal.aborted).toBe(false);
    await delay(800);
    expect(watching.signal.aborted).toBe(true);
  });

  test('is quiet once the answer is there, though pieces are still taken', async () => {
    const watching = watchdog(50, 50);
    const pieces = watching.watch(sourceOf(PIECES));
    await pieces.next();
    watching[Symbol.dispose]();
    await pieces.next();
    await delay(120);
    while ((await pieces.next()).done !== true);
    await delay(120);
    expect(watching.signal.aborted).toBe(false);
  });
});

describe('a body that comes', () => {
  /** Chunks of this size, each one so long after the one before. */
  async function* dripping(
    count: number,
    size: number,
    ms: number,
  ): AsyncGenerator<Uint8Array, void, void> {
    for (let at = 0; at < count; at += 1) {
      await delay(ms);
      yield Buffer.alloc(size);
    }
  }

  async function bytesOf(
    chunks: AsyncIterable<Uint8Array>,
    patienceMs: number,
    restMs = 0,
  ): Promise<number> {
    let bytes = 0;
    for await (const chunk of notTooSlowly(chunks, patienceMs, () => REASON)) {
      bytes += chunk.byteLength;
      await delay(restMs);
    }
    return bytes;
  }

  test('byte by byte is given up, however short each wait is', async () => {
    const start = performance.now();
    await expect(bytesOf(dripping(1000, 1, 20), 200)).rejects.toBe(REASON);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('may take that long for each 256 KiB', async () => {
    expect(await bytesOf(dripping(8, 256 * 1024, 100), 400)).toBe(8 * 256 * 1024);
  });

  test('may be read as slowly as one likes', async () => {
    expect(await bytesOf(dripping(10, 1, 0), 400, 100)).toBe(10);
  });
});
