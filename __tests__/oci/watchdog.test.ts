import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import type { BlobContent } from '../../src/oci/remote.ts';
import { Watchdog } from '../../src/oci/watchdog.ts';
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
