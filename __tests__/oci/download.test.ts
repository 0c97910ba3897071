import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { encodeManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { fastPolicy } from './clock.ts';
import { type Handler, answer, useServers } from './servers.ts';

const startServer = useServers();
const BYTES = randomBytes(100_000);
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };
const RANGE = { offset: 40_000, length: 1000 };
const RUN = BYTES.subarray(40_000, 41_000);
const RIGHT = { 'content-range': 'bytes 40000-40999/100000' };

async function open(handler: Handler): Promise<Remote> {
  const { host } = await startServer(handler);
  return openRemote(`${host}/demo`, {
    cwd: '/',
    retry: { ...fastPolicy(), attempts: 3 },
    timeouts: { connect: 1000, headers: 1000, body: 300 },
  });
}

function always(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): Handler {
  return (_, response) => {
    answer(response, status, headers, body);
  };
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Without a length, in chunks. */
function chunked(body: Uint8Array): Handler {
  return (_, response) => {
    response.writeHead(200, { 'transfer-encoding': 'chunked' });
    response.end(body);
  };
}

describe('a whole blob', () => {
  test.each([
    ['one bit is wrong', always(200, {}, flipped(BYTES, 77_777))],
    ['it is shorter, and says so', always(200, {}, BYTES.subarray(1))],
    ['it is longer, and says so', always(200, {}, Buffer.concat([BYTES, Buffer.from('x')]))],
    ['it is shorter, in chunks', chunked(BYTES.subarray(1))],
    ['it is longer, in chunks', chunked(Buffer.concat([BYTES, Buffer.from('x')]))],
    ['it is empty', always(200, {}, '')],
    ['it is a page', always(200, { 'content-type': 'text/html' }, '<html>Log in</html>')],
  ])('is refused where %s', async (_, handler) => {
    const remote = await open(handler);
    await expect(remote.getBlob(BLOB)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('without an end is not read to the end', async () => {
    const remote = await open((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(BYTES));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(remote.getBlob(BLOB)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(remote.stats.downloadedBytes).toBeLessThan(2_000_000);
  });

  test('that breaks off is fetched again', async () => {
    let count = 0;
    const remote = await open((_, response, request) => {
      count += 1;
      if (count === 3) {
        answer(response, 200, {}, BYTES);
        return;
      }
      response.writeHead(200, { 'content-length': BLOB.size });
      response.write(BYTES.subarray(0, 50_000), () => {
        if (count === 1) request.socket.resetAndDestroy();
        else request.socket.end();
      });
    });
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
    expect(count).toBe(3);
  });

  test('that always breaks off is UNREACHABLE, never a part of it', async () => {
    const remote = await open((_, response, request) => {
      response.writeHead(200, { 'content-length': BLOB.size });
      response.write(BYTES.subarray(0, 50_000), () => request.socket.destroy());
    });
    await expect(remote.getBlob(BLOB)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(remote.stats.requests).toBe(3);
  });

  test('that stalls is TIMEOUT', async () => {
    const remote = await open((_, response) => {
      response.writeHead(200, { 'content-length': BLOB.size });
      response.write(BYTES.subarray(0, 50_000));
    });
    await expect(remote.getBlob(BLOB)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('can be aborted in the middle', async () => {
    const controller = new AbortController();
    const remote = await open((_, response) => {
      response.writeHead(200, { 'content-length': BLOB.size });
      response.write(BYTES.subarray(0, 50_000), () => {
        setTimeout(() => {
          controller.abort(new Error('enough'));
        }, 50);
      });
    });
    await expect(remote.getBlob(BLOB, controller)).rejects.toThrow('enough');
    expect(remote.stats.requests).toBe(1);
  });

  test('of a size that nobody would hold in memory is refused before it is asked for', async () => {
    const remote = await open(always(200, {}, BYTES));
    for (const size of [2 ** 40, -1, 1.5, Number.NaN]) {
      await expect(remote.getBlob({ digest: BLOB.digest, size })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
    }
    expect(remote.stats.requests).toBe(0);
  });

  test('is asked for without compression', async () => {
    const server = await startServer(always(200, {}, BYTES));
    await openRemote(`${server.host}/demo`, { cwd: '/' }).getBlob(BLOB);
    expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('a range', () => {
  test.each([
    ['206 with the right Content-Range', always(206, RIGHT, RUN)],
    ['206 without the whole size', always(206, { 'content-range': 'bytes 40000-40999/*' }, RUN)],
    ['200 with the whole blob', always(200, {}, BYTES)],
    ['200 with the whole blob in chunks', chunked(BYTES)],
  ])('is taken from %s', async (_, handler) => {
    const remote = await open(handler);
    expect(RUN.equals(await remote.getBlobRange(BLOB, RANGE))).toBe(true);
  });

  test.each([
    ['206 for other bytes', always(206, { 'content-range': 'bytes 40001-41000/100000' }, RUN)],
    ['206 of another size', always(206, { 'content-range': 'bytes 40000-40999/99999' }, RUN)],
    ['206 in another unit', always(206, { 'content-range': 'pages 40000-40999/100000' }, RUN)],
    ['206 without Content-Range', always(206, {}, RUN)],
    ['206 with nonsense', always(206, { 'content-range': 'bytes ; drop' }, RUN)],
    ['206 with fewer bytes', always(206, RIGHT, RUN.subarray(1))],
    ['206 with more bytes', always(206, RIGHT, BYTES.subarray(40_000, 41_001))],
    ['200 with a bit flipped inside of the range', always(200, {}, flipped(BYTES, 40_500))],
    ['200 with a bit flipped outside of it', always(200, {}, flipped(BYTES, 99_999))],
    ['200 with the range only', always(200, {}, RUN)],
    ['416', always(416, {}, '')],
  ])('is refused from %s', async (_, handler) => {
    const remote = await open(handler);
    await expect(remote.getBlobRange(BLOB, RANGE)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('that breaks off is fetched again', async () => {
    let first = true;
    const remote = await open((_, response, request) => {
      if (!first) {
        answer(response, 206, RIGHT, RUN);
        return;
      }
      first = false;
      response.writeHead(206, { ...RIGHT, 'content-length': RUN.byteLength });
      response.write(RUN.subarray(0, 10), () => request.socket.resetAndDestroy());
    });
    expect(RUN.equals(await remote.getBlobRange(BLOB, RANGE))).toBe(true);
  });

  test('that ends early, without a length, is fetched again', async () => {
    let count = 0;
    const remote = await open((_, response) => {
      count += 1;
      answer(response, 206, RIGHT, count === 1 ? RUN.subarray(0, 10) : RUN);
    });
    expect(RUN.equals(await remote.getBlobRange(BLOB, RANGE))).toBe(true);
    expect(count).toBe(2);
  });

  test('an error is one though a proxy has compressed its words', async () => {
    const compressed = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const words = gzipSync('{"errors":[{"code":"BLOB_UNKNOWN"}]}');
    const gone = await open(always(404, compressed, words));
    await expect(gone.getBlobRange(BLOB, RANGE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    let count = 0;
    const busy = await open((_, response) => {
      count += 1;
      if (count === 1) answer(response, 503, compressed, words);
      else answer(response, 206, RIGHT, RUN);
    });
    expect(RUN.equals(await busy.getBlobRange(BLOB, RANGE))).toBe(true);
  });

  test('a 416 that announces more than it sends is not waited for', async () => {
    const remote = await open((_, response) => {
      response.writeHead(416, { 'content-length': 1_000_000 });
      response.write('x'.repeat(33));
    });
    const start = performance.now();
    await expect(remote.getBlobRange(BLOB, RANGE)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('a manifest', () => {
  const config = { mediaType: 'application/json', digest: digestOf(''), size: 0 };
  const MANIFEST = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE_MANIFEST,
    config,
    layers: [],
  });
  const TYPE = { 'content-type': MEDIA_TYPE_MANIFEST };
  const DIGEST = digestOf(MANIFEST);
  const DESCRIPTOR = {
    mediaType: MEDIA_TYPE_MANIFEST,
    digest: DIGEST,
    size: MANIFEST.byteLength,
  };

  test('is found by GET where HEAD is not allowed, or says too little', async () => {
    for (const status of [405, 200]) {
      const remote = await open(({ method }, response) => {
        answer(response, method === 'HEAD' ? status : 200, TYPE, method === 'HEAD' ? '' : MANIFEST);
      });
      expect(await remote.resolve('main')).toEqual(DESCRIPTOR);
    }
  });

  test('is found by GET where HEAD tells the size of something compressed', async () => {
    const remote = await open(({ method }, response) => {
      const digest = { 'docker-content-digest': DIGEST };
      if (method === 'GET') answer(response, 200, { ...TYPE, ...digest }, MANIFEST);
      else {
        answer(response, 200, {
          ...TYPE,
          ...digest,
          'content-encoding': 'gzip',
          'content-length': '7',
        });
      }
    });
    expect(await remote.resolve('main')).toEqual(DESCRIPTOR);
  });

  test('that comes compressed is refused', async () => {
    const remote = await open(always(200, { ...TYPE, 'content-encoding': 'gzip' }, 'x'));
    await expect(remote.getManifest('main')).rejects.toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringContaining('compressed'),
    });
  });

  test('all types that it may have are asked for', async () => {
    const server = await startServer(always(404, {}, ''));
    await openRemote(`${server.host}/demo`, { cwd: '/' }).resolve('main');
    for (const type of [
      'vnd.oci.image.manifest.v1+json',
      'vnd.oci.image.index.v1+json',
      'vnd.docker.distribution.manifest.v2+json',
      'vnd.docker.distribution.manifest.list.v2+json',
    ]) {
      expect(server.seen[0]?.headers.accept).toContain(`application/${type}`);
    }
  });

  test('that does not have the digest asked for is refused', async () => {
    const other = digestOf('other');
    const remote = await open(always(200, { ...TYPE, 'docker-content-digest': other }, MANIFEST));
    await expect(remote.getManifest(other)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('that does not have the digest announced is refused', async () => {
    const headers = {
      ...TYPE,
      'docker-content-digest': digestOf('other'),
      'content-length': String(MANIFEST.byteLength),
    };
    const remote = await open(always(200, headers, MANIFEST));
    await expect(remote.getManifest('main')).rejects.toMatchObject({ code: 'INTEGRITY' });
    await expect(remote.resolve(DIGEST)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('of over 8 MiB is refused', async () => {
    const remote = await open(always(200, TYPE, Buffer.alloc(8 * 1024 * 1024 + 1)));
    await expect(remote.getManifest('main')).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test('a page in its place is refused', async () => {
    const remote = await open(always(200, { 'content-type': 'text/html' }, '<html>Log in</html>'));
    for (const call of [() => remote.resolve('main'), () => remote.getManifest('main')]) {
      await expect(call()).rejects.toMatchObject({
        code: 'REMOTE',
        message: expect.stringContaining('text/html'),
      });
    }
  });
});
