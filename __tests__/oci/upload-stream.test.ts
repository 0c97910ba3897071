import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { LayoutRemote } from '../../src/oci/layout.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { BlobSource, Remote } from '../../src/oci/remote.ts';
import { useTempDirs } from '../support/temp.ts';
import { fastPolicy } from './clock.ts';
import { useRawServers } from './raw-servers.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const { tcp } = useRawServers();
const BYTES = randomBytes(300_000);
const DIGEST = digestOf(BYTES);
const TIMEOUTS = { connect: 1000, headers: 1000, body: 300 };
const remotes: Remote[] = [];
const tempDir = useTempDirs();

afterEach(async () => {
  await Promise.all(remotes.splice(0).map((remote) => remote.close()));
});

function openAt(host: string): Remote {
  const remote = openRemote(`${host}/demo`, {
    cwd: '/',
    credentials: () => undefined,
    retry: { ...fastPolicy(), attempts: 3 },
    timeouts: TIMEOUTS,
  });
  remotes.push(remote);
  return remote;
}

async function open(handler: Handler): Promise<[Remote, Server]> {
  const server = await startServer(handler);
  return [openAt(server.host), server];
}

/** Answers to a POST; what else comes is the handler's. */
function uploads(handler: Handler): Handler {
  return (seen, response, request) => {
    if (seen.method === 'POST') answer(response, 202, { location: '/upload' });
    else return handler(seen, response, request);
  };
}

/** A source that knows what has been done with it. */
interface WatchedSource extends BlobSource {
  /** How often it was opened, and closed again. */
  readonly opened: number;
  readonly closed: number;
  /** Bytes taken since it was opened last. */
  readonly given: number;
}

function watched(
  bytes: Uint8Array,
  options: { size?: number; piece?: number } = {},
): WatchedSource {
  const { size = bytes.byteLength, piece = 50_000 } = options;
  const state = { opened: 0, closed: 0, given: 0 };
  return {
    size,
    get opened() {
      return state.opened;
    },
    get closed() {
      return state.closed;
    },
    get given() {
      return state.given;
    },
    async *open() {
      state.opened += 1;
      state.given = 0;
      try {
        for (let at = 0; at < bytes.byteLength; at += piece) {
          await Promise.resolve();
          const chunk = bytes.subarray(at, at + piece);
          state.given += chunk.byteLength;
          yield chunk;
        }
      } finally {
        state.closed += 1;
      }
    },
  };
}

/** Whether a request brought all the bytes: large buffers are compared slowly by anything else. */
function expectSent({ seen }: Server, at: number): void {
  expect(seen.at(at)?.body.equals(BYTES)).toBe(true);
}

/** What is closed when its reader has gone need not be at once. */
async function settled(source: WatchedSource): Promise<void> {
  for (let wait = 0; wait < 100 && source.closed < source.opened; wait += 1) await delay(10);
  expect(source.closed).toBe(source.opened);
}

describe('a blob from a source', () => {
  test('is sent with its length, and counted as it is sent', async () => {
    const [remote, server] = await open(
      uploads((_, response) => {
        answer(response, 201);
      }),
    );
    const source = watched(BYTES);
    await remote.putBlob(DIGEST, source);
    expect(server.seen[1]).toMatchObject({
      method: 'PUT',
      headers: {
        'content-length': String(BYTES.byteLength),
        'content-type': 'application/octet-stream',
      },
    });
    expectSent(server, 1);
    expect(server.seen[1]?.headers).not.toHaveProperty('transfer-encoding');
    expect(remote.stats.uploadedBytes).toBe(BYTES.byteLength);
    expect(remote.stats.requests).toBe(2);
    expect(source.opened).toBe(1);
    await settled(source);
  });

  test('may be a file', async () => {
    const [remote, server] = await open(
      uploads((_, response) => {
        answer(response, 201);
      }),
    );
    const bytes = await readFile(import.meta.filename);
    const source = { size: bytes.byteLength, open: () => createReadStream(import.meta.filename) };
    await remote.putBlob(digestOf(bytes), source);
    expect(server.seen[1]?.body).toEqual(bytes);
  });

  test.each([
    ['a source', watched(Buffer.alloc(0))],
    ['bytes', Buffer.alloc(0)],
  ])('may be empty: %s', async (_, content) => {
    const [remote, server] = await open(
      uploads((_seen, response) => {
        answer(response, 201);
      }),
    );
    await remote.putBlob(digestOf(''), content);
    expect(server.seen[1]).toMatchObject({ method: 'PUT', headers: { 'content-length': '0' } });
    await expect(remote.putBlob(DIGEST, content)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(server.seen).toHaveLength(2);
  });

  test('may come in pieces of any size, empty ones too', async () => {
    const [remote, server] = await open(
      uploads((_, response) => {
        answer(response, 201);
      }),
    );
    const cuts = [0, 1, 1, 270_000, 270_000, 299_999, 300_000, 300_000];
    const source: BlobSource = {
      size: BYTES.byteLength,
      async *open() {
        for (const [at, from] of cuts.slice(0, -1).entries()) {
          await Promise.resolve();
          yield BYTES.subarray(from, cuts[at + 1]);
        }
      },
    };
    await remote.putBlob(DIGEST, source);
    expectSent(server, 1);
  });

  test.each([
    ['a reset', 'reset'],
    ['503', 503],
    ['a session that is gone', 404],
  ] as const)('is read anew after %s', async (_, failure) => {
    let puts = 0;
    const [remote, server] = await open(
      uploads(({ method }, response, request) => {
        if (method === 'HEAD') answer(response, 404);
        else if (++puts > 1) answer(response, 201);
        else if (failure === 'reset') request.socket.resetAndDestroy();
        else answer(response, failure, {}, '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
      }),
    );
    const source = watched(BYTES);
    await remote.putBlob(DIGEST, source);
    expectSent(server, -1);
    expect(source.opened).toBe(2);
    await settled(source);
  });

  test.each([307, 308])('is read anew for a redirect with %i', async (status) => {
    const [remote, server] = await open(
      uploads(({ path }, response) => {
        if (path.startsWith('/upload?')) answer(response, status, { location: '/elsewhere' });
        else answer(response, 201);
      }),
    );
    const source = watched(BYTES);
    await remote.putBlob(DIGEST, source);
    expect(server.seen.at(-1)).toMatchObject({ method: 'PUT', path: '/elsewhere' });
    expectSent(server, -1);
    expect(source.opened).toBe(2);
    expect(remote.stats.uploadedBytes).toBe(2 * BYTES.byteLength);
    await settled(source);
  });

  test('is read anew for who must say who they are', async () => {
    let isAsked = false;
    const server = await startServer(
      uploads(({ headers }, response) => {
        if (headers.authorization !== undefined) {
          answer(response, 201);
          return;
        }
        isAsked = true;
        answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      }),
    );
    const remote = openRemote(`${server.host}/demo`, {
      cwd: '/',
      credentials: () => ({ username: 'u', password: 'p' }),
    });
    remotes.push(remote);
    const source = watched(BYTES);
    await remote.putBlob(DIGEST, source);
    expect(isAsked).toBe(true);
    expectSent(server, -1);
    expect(source.opened).toBe(2);
    await settled(source);
  });
});

describe('a source that is not what it says', () => {
  const OTHER = Buffer.from(BYTES);
  OTHER[150_000] = (OTHER[150_000] ?? 0) ^ 1;

  test.each([
    ['has another byte', watched(OTHER)],
    ['has another byte, in one piece', watched(OTHER, { piece: BYTES.byteLength })],
    ['gives fewer bytes', watched(BYTES.subarray(1), { size: BYTES.byteLength })],
    [
      'gives more bytes',
      watched(Buffer.concat([BYTES, Buffer.from('x')]), { size: BYTES.byteLength }),
    ],
    ['gives nothing', watched(Buffer.alloc(0), { size: BYTES.byteLength })],
    ['says that it is empty', watched(BYTES, { size: 0 })],
    ['is bytes of another digest', OTHER],
  ])('is never sent to its end, and INTEGRITY: one that %s', async (_, content) => {
    const server = await startRaw((socket) => {
      if (socket.method === 'POST') socket.answer(202, { location: '/upload' });
      else if (socket.isWhole) socket.answer(201);
    });
    const remote = openAt(server.host);
    const start = performance.now();
    await expect(remote.putBlob(DIGEST, content)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(performance.now() - start).toBeLessThan(2000);
    expect(server.wholePuts()).toBe(0);
    // Not tried again: the source will not be another one.
    expect(remote.stats.requests).toBeLessThanOrEqual(2);
    if ('opened' in content) await settled(content);
    // What was left half-sent is not used for anything else.
    await remote.putBlob(DIGEST, BYTES);
    expect(server.wholePuts()).toBe(1);
  });

  test('fails with the error of the source, once', async () => {
    const server = await startRaw((socket) => {
      if (socket.method === 'POST') socket.answer(202, { location: '/upload' });
    });
    const remote = openAt(server.host);
    let opened = 0;
    const source: BlobSource = {
      size: BYTES.byteLength,
      async *open() {
        opened += 1;
        yield BYTES.subarray(0, 100_000);
        await delay(10);
        throw new RangeError('the disk is gone');
      },
    };
    await expect(remote.putBlob(DIGEST, source)).rejects.toThrow(RangeError);
    await expect(remote.putBlob(DIGEST, source)).rejects.toThrow('the disk is gone');
    expect(opened).toBe(2);
    expect(server.wholePuts()).toBe(0);
  });

  test('fails with the error of a file that is not there', async () => {
    const [remote] = await open(
      uploads((_, response) => {
        answer(response, 201);
      }),
    );
    const source = { size: 10, open: () => createReadStream('/no/such/file') };
    await expect(remote.putBlob(DIGEST, source)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(remote.stats.requests).toBeLessThanOrEqual(2);
  });
});

describe('a server that is slow to take a blob', () => {
  const LARGE = 200 * 1024 * 1024;

  /** Would be far too much to be kept anywhere on its way. */
  function endless(): WatchedSource {
    return watched(Buffer.alloc(LARGE), { piece: 64 * 1024 });
  }

  test('is waited for without reading on, and given up in the end', async () => {
    const server = await startRaw((socket) => {
      if (socket.method === 'POST') socket.answer(202, { location: '/upload' });
      else if (socket.method === 'HEAD') socket.answer(404);
      else socket.pause();
    });
    const remote = openAt(server.host);
    const source = endless();
    const start = performance.now();
    await expect(remote.putBlob(digestOf(''), source)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(source.given).toBeLessThan(LARGE / 4);
    expect(remote.stats.uploadedBytes).toBeLessThan(LARGE);
    expect(source.opened).toBe(3);
    await settled(source);
  });

  test('that answers early is believed, and gets no more', async () => {
    const server = await startRaw((socket) => {
      if (socket.method === 'POST') socket.answer(202, { location: '/upload' });
      else {
        socket.answer(413);
        socket.pause();
      }
    });
    const remote = openAt(server.host);
    const source = endless();
    await expect(remote.putBlob(digestOf(''), source)).rejects.toMatchObject({ status: 413 });
    expect(source.given).toBeLessThan(LARGE / 4);
    await settled(source);
    expect(source.opened).toBe(1);
  });

  test('can be left at any moment', async () => {
    const server = await startRaw((socket) => {
      if (socket.method === 'POST') socket.answer(202, { location: '/upload' });
      else socket.pause();
    });
    const remote = openAt(server.host);
    const source = endless();
    const controller = new AbortController();
    const put = remote.putBlob(digestOf(''), source, { signal: controller.signal });
    while (source.given === 0) await delay(5);
    controller.abort(new Error('enough'));
    await expect(put).rejects.toThrow('enough');
    await settled(source);
    expect(source.opened).toBe(1);
  });

  test('does not make a source late that takes its time', async () => {
    const [remote, server] = await open(
      uploads((_, response) => {
        answer(response, 201);
      }),
    );
    const bytes = randomBytes(3);
    const source: BlobSource = {
      size: 3,
      async *open() {
        for (let at = 0; at < 3; at += 1) {
          await delay(TIMEOUTS.body + 100);
          yield bytes.subarray(at, at + 1);
        }
      },
    };
    await remote.putBlob(digestOf(bytes), source);
    expect(server.seen[1]?.body).toEqual(bytes);
  });
});

/** A request as it comes over the wire. */
interface RawSocket {
  readonly method: string;
  /** Whether all bytes that were announced have come. */
  readonly isWhole: boolean;
  answer(status: number, headers?: Readonly<Record<string, string>>): void;
  /** Reads no more. */
  pause(): void;
}

/** A server that sees what really comes, and is called for every chunk of it. */
async function startRaw(
  onChunk: (socket: RawSocket) => void,
): Promise<{ readonly host: string; wholePuts(): number }> {
  let wholePuts = 0;
  const { host } = await tcp((socket) => {
    let head = '';
    let received = 0;
    let isAnswered = false;
    socket.on('data', (chunk) => {
      if (isAnswered) {
        isAnswered = false;
        head = '';
        received = 0;
      }
      let rest: Buffer = chunk;
      if (!head.includes('\r\n\r\n')) {
        const before = head.length;
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        rest = chunk.subarray(end + 4 - before);
        head = head.slice(0, end + 4);
      }
      received += rest.byteLength;
      const [method = ''] = head.split(' ');
      const announced = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const isWhole = received >= announced;
      if (method === 'PUT' && isWhole) wholePuts += 1;
      onChunk({
        method,
        isWhole,
        answer: (status, headers = {}) => {
          isAnswered = true;
          const lines = Object.entries({ 'content-length': '0', ...headers });
          const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
          socket.write(`HTTP/1.1 ${String(status)} x\r\n${text}\r\n`);
        },
        pause: () => socket.pause(),
      });
    });
  });
  return { host, wholePuts: () => wholePuts };
}

describe('a source that hangs', () => {
  const source = {
    size: BYTES.byteLength,
    async *open() {
      yield BYTES.subarray(0, 1000);
      await new Promise(() => undefined);
    },
  };
  const timeouts = { ...TIMEOUTS, source: 200 };

  test('ends an upload, which is the fault of nobody else, and is not tried again', async () => {
    const server = await startServer(({ method }, response) => {
      answer(response, method === 'POST' ? 202 : 201, { location: '/upload' });
    });
    const remote = openRemote(`${server.host}/demo`, { cwd: '/', retry: fastPolicy(), timeouts });
    remotes.push(remote);
    await expect(remote.putBlob(DIGEST, source)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('source'),
    });
    expect(server.seen.map(({ method }) => method)).toEqual(['POST']);
  });

  test('leaves nothing in an image layout', async () => {
    const remote = new LayoutRemote(tempDir(), { sourceMs: 200 });
    remotes.push(remote);
    await expect(remote.putBlob(DIGEST, source)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('source'),
    });
    expect(await remote.hasBlob(DIGEST)).toBe(false);
  });
});
