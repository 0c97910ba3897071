import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { type FakeClock, fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Seen, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const MIB = 1024 * 1024;
const BYTES = randomBytes(300_000);
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };
const BODY_MS = 300;

async function open(handler: Handler): Promise<[Remote, Server, FakeClock]> {
  const server = await startServer(handler);
  const clock = fakeClock();
  const remote = openRemote(`${server.host}/demo`, {
    cwd: '/',
    credentials: () => undefined,
    retry: fastPolicy(clock),
    timeouts: { connect: 1000, headers: 1000, body: BODY_MS },
  });
  return [remote, server, clock];
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** All that comes before a stream fails. */
async function readUntilError(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: Buffer; readonly error: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
  throw new Error('The stream did not fail.');
}

/** Where a request wants to begin. */
function startOf({ headers }: Seen): number {
  return Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
}

/** The right answer to a request, with or without a range. */
const serve: Handler = (seen, response) => {
  serveUntil(seen, response, BLOB.size);
};

/** The right answer as far as it goes: the connection breaks there. */
function serveUntil(seen: Seen, response: ServerResponse, until: number): void {
  const start = startOf(seen);
  const range = `bytes ${String(start)}-${String(BLOB.size - 1)}/${String(BLOB.size)}`;
  response.writeHead(start === 0 ? 200 : 206, {
    'content-length': BLOB.size - start,
    ...(start === 0 ? {} : { 'content-range': range }),
  });
  if (until === BLOB.size) response.end(BYTES.subarray(start));
  else response.write(BYTES.subarray(start, until), () => response.socket?.resetAndDestroy());
}

function ranges({ seen }: Server): (string | undefined)[] {
  return seen.map(({ headers }) => headers.range);
}

describe('a blob as a stream', () => {
  test('comes in one request, in pieces', async () => {
    const [remote, server] = await open(serve);
    const sizes: number[] = [];
    const chunks: Uint8Array[] = [];
    for await (const chunk of remote.getBlobStream(BLOB)) {
      sizes.push(chunk.byteLength);
      chunks.push(chunk);
    }
    expect(BYTES.equals(Buffer.concat(chunks))).toBe(true);
    expect(sizes.length).toBeGreaterThan(1);
    expect(ranges(server)).toEqual([undefined]);
    expect(remote.stats.downloadedBytes).toBe(BLOB.size);
  });

  test('may be empty', async () => {
    const [remote] = await open((_, response) => {
      answer(response, 200);
    });
    expect((await read(remote.getBlobStream({ digest: digestOf(''), size: 0 }))).byteLength).toBe(
      0,
    );
    const other = remote.getBlobStream({ digest: digestOf('x'), size: 0 });
    await expect(read(other)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('that is not there is NOT_FOUND', async () => {
    const [remote] = await open((_, response) => {
      answer(response, 404);
    });
    await expect(read(remote.getBlobStream(BLOB))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('sends nothing before it is read', async () => {
    const [remote, server] = await open(serve);
    remote.getBlobStream(BLOB);
    await delay(50);
    expect(server.seen).toEqual([]);
  });

  test.each([-1, 1.5, Number.NaN, Infinity, 2 ** 60])('of %d bytes is none', async (size) => {
    const [remote, server] = await open(serve);
    const stream = remote.getBlobStream({ digest: BLOB.digest, size });
    await expect(read(stream)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(server.seen).toEqual([]);
  });

  test('waits for who reads it slowly, longer than a server may be silent', async () => {
    const [remote, server] = await open(serve);
    const chunks: Uint8Array[] = [];
    for await (const chunk of remote.getBlobStream(BLOB)) {
      if (chunks.length === 0) await delay(2 * BODY_MS);
      chunks.push(chunk);
    }
    expect(BYTES.equals(Buffer.concat(chunks))).toBe(true);
    expect(server.seen.length).toBeLessThanOrEqual(2);
  });
});

/** An answer without a length that ends early, as if it were complete. */
function cutShort(
  seen: Seen,
  response: ServerResponse,
  ending: 'chunked' | 'close',
  until: number,
): void {
  const start = startOf(seen);
  const range = `bytes ${String(start)}-${String(BLOB.size - 1)}/${String(BLOB.size)}`;
  response.useChunkedEncodingByDefault = ending === 'chunked';
  response.shouldKeepAlive = ending === 'chunked';
  response.writeHead(start === 0 ? 200 : 206, start === 0 ? {} : { 'content-range': range });
  response.end(BYTES.subarray(start, until));
}

describe.each(['chunked', 'close'] as const)('a stream that ends early (%s)', (ending) => {
  test('goes on where it was', async () => {
    const [remote, server] = await open((seen, response) => {
      cutShort(seen, response, ending, startOf(seen) === 0 ? 123_456 : BLOB.size);
    });
    expect(BYTES.equals(await read(remote.getBlobStream(BLOB)))).toBe(true);
    expect(ranges(server)).toEqual([undefined, 'bytes=123456-299999']);
    const [{ headers } = { headers: {} }] = server.seen;
    expect(headers).not.toHaveProperty('range');
  });

  test('goes on as a whole blob in memory', async () => {
    const [remote] = await open((seen, response) => {
      cutShort(seen, response, ending, Math.min(startOf(seen) + 100_000, BLOB.size));
    });
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
  });

  test('each time is INTEGRITY in the end, with no more than there was', async () => {
    const [remote, server] = await open((_, response) => {
      response.useChunkedEncodingByDefault = ending === 'chunked';
      response.writeHead(200).end(BYTES.subarray(0, 1000));
    });
    const { bytes, error } = await readUntilError(remote.getBlobStream(BLOB));
    expect(error).toMatchObject({ code: 'INTEGRITY', message: expect.stringContaining('1000') });
    expect(bytes.byteLength).toBeLessThanOrEqual(1000);
    expect(server.seen).toHaveLength(5);
  });

  test('and is too long at the next try is INTEGRITY at once', async () => {
    const [remote, server] = await open((seen, response) => {
      if (startOf(seen) === 0) {
        cutShort(seen, response, ending, 1000);
        return;
      }
      response.writeHead(206, { 'content-range': 'bytes 1000-299999/300000' });
      response.end(Buffer.concat([BYTES.subarray(1000), Buffer.from('x')]));
    });
    const { error } = await readUntilError(remote.getBlobStream(BLOB));
    expect(error).toMatchObject({ code: 'INTEGRITY', message: expect.stringContaining('more') });
    expect(server.seen).toHaveLength(2);
  });
});

describe('a stream whose connection breaks', () => {
  test.each(['reset', 'end', 'stall'] as const)('goes on where it was: %s', async (ending) => {
    const [remote, server] = await open((seen, response, request) => {
      if (startOf(seen) > 0) {
        serveUntil(seen, response, BLOB.size);
        return;
      }
      response.writeHead(200, { 'content-length': BLOB.size });
      response.write(BYTES.subarray(0, 123_456), () => {
        // What has been sent is to arrive: a reset would overtake it.
        setTimeout(() => {
          if (ending === 'reset') request.socket.resetAndDestroy();
          if (ending === 'end') request.socket.end();
        }, 50);
      });
    });
    expect(BYTES.equals(await read(remote.getBlobStream(BLOB)))).toBe(true);
    expect(ranges(server)).toEqual([undefined, 'bytes=123456-299999']);
    expect(remote.stats.downloadedBytes).toBe(BLOB.size);
  });

  test('goes on for a whole blob in memory just so', async () => {
    const [remote, server] = await open((seen, response) => {
      serveUntil(seen, response, startOf(seen) === 0 ? 100_000 : BLOB.size);
    });
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
    expect(server.seen).toHaveLength(2);
  });

  test('passes over what it has where the whole blob comes again', async () => {
    let count = 0;
    const [remote, server] = await open((seen, response) => {
      count += 1;
      if (count === 1) serveUntil(seen, response, 100_000);
      else if (count === 2) answer(response, 200, {}, BYTES);
    });
    expect(BYTES.equals(await read(remote.getBlobStream(BLOB)))).toBe(true);
    expect(server.seen).toHaveLength(2);
  });

  test('may break again and again, as long as it gets on', async () => {
    const bytes = randomBytes(12 * MIB);
    const blob = { digest: digestOf(bytes), size: bytes.byteLength };
    const [remote, server, clock] = await open((seen, response) => {
      const until = Math.min(startOf(seen) + 1.5 * MIB, blob.size);
      const start = startOf(seen);
      response.writeHead(start === 0 ? 200 : 206, {
        'content-length': blob.size - start,
        'content-range': `bytes ${String(start)}-${String(blob.size - 1)}/${String(blob.size)}`,
      });
      response.write(bytes.subarray(start, until), () => {
        setTimeout(() => response.socket?.end(), 20);
      });
    });
    const got = await read(remote.getBlobStream(blob));
    expect(bytes.equals(got)).toBe(true);
    // More failures than would be borne without progress; each wait the first.
    expect(server.seen.length).toBeGreaterThan(7);
    expect(new Set(clock.waits)).toEqual(new Set([500]));
  });

  test('is given up where it hardly gets on', async () => {
    const [remote, server] = await open((seen, response) => {
      const start = startOf(seen);
      serveUntil(seen, response, start + 10);
    });
    const { bytes, error } = await readUntilError(remote.getBlobStream(BLOB));
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    expect(server.seen).toHaveLength(5);
    expect(bytes.equals(BYTES.subarray(0, bytes.byteLength))).toBe(true);
  });

  test('that is gone when it is asked for again is NOT_FOUND', async () => {
    const [remote] = await open((seen, response) => {
      if (startOf(seen) === 0) serveUntil(seen, response, 100_000);
      else answer(response, 404);
    });
    await expect(read(remote.getBlobStream(BLOB))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is all there where it breaks behind the last byte', async () => {
    const [remote, server] = await open((_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(BYTES, () => {
        setTimeout(() => response.socket?.resetAndDestroy(), 50);
      });
    });
    expect(BYTES.equals(await read(remote.getBlobStream(BLOB)))).toBe(true);
    expect(server.seen).toHaveLength(1);
  });
});

describe('a stream of other bytes', () => {
  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(BYTES);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const longer = Buffer.concat([BYTES, Buffer.from('x')]);

  test.each([
    ['with the first bit flipped', flipped(0), false],
    ['with the last bit flipped', flipped(BLOB.size - 1), false],
    ['with one byte less', BYTES.subarray(1), false],
    ['with one byte more', longer, false],
    ['with one byte more, in chunks', longer, true],
    ['with nothing', Buffer.alloc(0), false],
  ])('ends with INTEGRITY before its end: %s', async (_, body, chunked) => {
    const [remote, server] = await open((_seen, response) => {
      if (chunked) response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end(body);
    });
    const { bytes, error } = await readUntilError(remote.getBlobStream(BLOB));
    expect(error).toMatchObject({ code: 'INTEGRITY' });
    expect(bytes.byteLength).toBeLessThan(BLOB.size);
    expect(server.seen).toHaveLength(1);
  });

  test('that are fewer, in chunks, is INTEGRITY when the registry has no more of it', async () => {
    const [remote, server] = await open((seen, response) => {
      response.writeHead(startOf(seen) === 0 ? 200 : 416, { 'transfer-encoding': 'chunked' });
      response.end(BYTES.subarray(0, -1));
    });
    const { bytes, error } = await readUntilError(remote.getBlobStream(BLOB));
    expect(error).toMatchObject({ code: 'INTEGRITY', message: expect.stringContaining('fewer') });
    expect(bytes.byteLength).toBeLessThan(BLOB.size);
    expect(server.seen).toHaveLength(2);
  });

  test.each([
    ['the wrong run', 'bytes 100001-299999/300000'],
    ['a run that ends early', 'bytes 100000-299998/300000'],
    ['another size', 'bytes 100000-299999/300001'],
    ['another unit', 'pages 100000-299999/300000'],
    ['nonsense', 'x'],
    ['nothing', ''],
  ])('ends with INTEGRITY where it is to go on, and gets %s', async (_, range) => {
    const [remote] = await open((seen, response) => {
      if (seen.headers.range === undefined) {
        response.writeHead(200, { 'content-length': BLOB.size });
        response.write(BYTES.subarray(0, 100_000), () => {
          setTimeout(() => response.socket?.end(), 50);
        });
      } else answer(response, 206, { 'content-range': range }, BYTES.subarray(100_000));
    });
    const { bytes, error } = await readUntilError(remote.getBlobStream(BLOB));
    expect(error).toMatchObject({ code: 'INTEGRITY' });
    expect(bytes.equals(BYTES.subarray(0, bytes.byteLength))).toBe(true);
  });

  test('does not wait for the body of a 416', async () => {
    const [remote] = await open((seen, response) => {
      if (startOf(seen) === 0) serveUntil(seen, response, 100_000);
      else {
        // As distribution 2.8.2 does.
        response.writeHead(416, { 'content-length': BLOB.size });
        response.write('x'.repeat(33));
      }
    });
    const start = performance.now();
    await expect(read(remote.getBlobStream(BLOB))).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(performance.now() - start).toBeLessThan(4000);
  });

  test('without an end is not read to the end', async () => {
    const [remote] = await open((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(BYTES));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(read(remote.getBlobStream(BLOB))).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(remote.stats.downloadedBytes).toBeLessThan(3 * MIB);
  });

  test.each(['gzip', 'BR', 'deflate'])('that is %s says so', async (encoding) => {
    const [remote] = await open((_, response) => {
      answer(response, 200, { 'content-encoding': encoding }, 'compressed');
    });
    for (const call of [
      () => read(remote.getBlobStream(BLOB)),
      () => remote.getBlob(BLOB),
      () => remote.getBlobRange(BLOB, { offset: 10, length: 10 }),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'INTEGRITY',
        message: expect.stringMatching(/compressed/),
      });
    }
  });
});

describe('a stream that is left', () => {
  test('by its reader closes the connection, and asks for nothing more', async () => {
    let closed: Promise<unknown> | undefined;
    const [remote, server] = await open((_, response, request) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve));
      response.writeHead(200, { 'content-length': 2 ** 40 });
      const more = (): void => {
        while (!response.destroyed && response.write(BYTES));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    let got = 0;
    for await (const chunk of remote.getBlobStream({ ...BLOB, size: 2 ** 40 })) {
      got += chunk.byteLength;
      if (got > 100_000) break;
    }
    await closed;
    await delay(50);
    expect(server.seen).toHaveLength(1);
    expect(remote.stats.downloadedBytes).toBeLessThan(20 * MIB);
  });

  test('by a signal ends with its reason, at once', async () => {
    const controller = new AbortController();
    const [remote, server] = await open((_, response) => {
      response.writeHead(200, { 'content-length': BLOB.size });
      response.write(BYTES.subarray(0, 50_000), () => {
        setTimeout(() => {
          controller.abort(new Error('enough'));
        }, 30);
      });
    });
    const stream = remote.getBlobStream(BLOB, { signal: controller.signal });
    await expect(read(stream)).rejects.toThrow('enough');
    expect(server.seen).toHaveLength(1);
  });

  test('may be read several times at once', async () => {
    const [remote] = await open(serve);
    const all = await Promise.all(
      Array.from({ length: 8 }, () => read(remote.getBlobStream(BLOB))),
    );
    expect(all.every((bytes) => bytes.equals(BYTES))).toBe(true);
  });
});
