import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { type Timeouts, openConnections } from '../../src/oci/undici-transport.ts';
import { digestOfSource, madeUp } from './blob-sources.ts';
import { fastPolicy } from './clock.ts';
import { left, useRawServers } from './raw-servers.ts';
import { answer } from './servers.ts';

const servers = useRawServers();
const MIB = 1024 * 1024;
const SMALL = randomBytes(1000);
const DIGEST = digestOf(SMALL);

const remotes: Remote[] = [];

afterEach(async () => {
  await Promise.all(remotes.splice(0).map((remote) => remote.close()));
});

function openAt(host: string, timeouts: Partial<Timeouts> = {}, attempts = 1): Remote {
  const remote = openRemote(`${host}/demo`, {
    cwd: '/',
    credentials: () => ({ username: 'u', password: 'p' }),
    retry: { ...fastPolicy(), attempts },
    timeouts: { connect: 1000, headers: 1000, body: 1000, ...timeouts },
  });
  remotes.push(remote);
  return remote;
}

/** Starts uploads, and has no blob; a PUT is the listener's. */
function uploads(
  onPut: (request: IncomingMessage, response: ServerResponse) => void,
): RequestListener {
  return (request, response) => {
    if (request.method === 'PUT') onPut(request, response);
    else {
      request.resume();
      if (request.method === 'POST') answer(response, 202, { location: '/upload' });
      else answer(response, 404);
    }
  };
}

async function took(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

test.each(['GET', 'PUT'])('a %s is not kept waiting by 103 without an end', async (method) => {
  const { host } = await servers.tcp((socket) => {
    socket.once('data', () => {
      const timer = setInterval(() => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
      }, 10);
      socket.on('close', () => {
        clearInterval(timer);
      });
    });
  });
  const remote = openAt(host, { headers: 300 });
  const work =
    method === 'GET'
      ? remote.getManifest('main')
      : remote.putManifest(Buffer.from('{}'), 'application/json', ['main']);
  await expect(work).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('one 103 does not matter', async () => {
  const { host } = await servers.http((_, response) => {
    response.writeEarlyHints({ link: '</a>; rel=preload' });
    answer(response, 404);
  });
  expect(await openAt(host).getManifest('main')).toBeUndefined();
});

describe('an upload', () => {
  test.each([0, 1, 300_000, 20_000_000])('of %i bytes arrives whole', async (size) => {
    const found: { length: string | undefined; digest: Digest }[] = [];
    const { host } = await servers.http(
      uploads((request, response) => {
        void buffer(request).then((body) => {
          found.push({ length: request.headers['content-length'], digest: digestOf(body) });
          answer(response, 201);
        });
      }),
    );
    const source = madeUp(size);
    const digest = await digestOfSource(source);
    const remote = openAt(host);
    await remote.putBlob(digest, source);
    expect(found).toEqual([{ length: String(size), digest }]);
    expect(remote.stats.uploadedBytes).toBe(size);
  });

  test('of one large piece is watched as if it came in small ones', async () => {
    const bytes = Buffer.alloc(24 * MIB, 'x');
    const { host } = await servers.http(uploads(slowly(201)));
    const source = { size: bytes.byteLength, open: () => oneByOne([bytes]) };
    await openAt(host).putBlob(digestOf(bytes), source);
  });

  test('that is taken slowly, but is taken, is not given up', async () => {
    const source = madeUp(32 * MIB);
    const digest = await digestOfSource(source);
    const { host } = await servers.http(uploads(slowly(201)));
    const ms = await took(openAt(host, { body: 700 }).putBlob(digest, source));
    // Longer than what is waited for a single piece, or this shows nothing.
    expect(ms).toBeGreaterThan(1400);
  });

  test('may be answered the later, the more has been sent', async () => {
    const source = madeUp(300_000);
    const digest = await digestOfSource(source);
    const { host } = await servers.http(
      uploads((request, response) => {
        request.resume().on('end', () => {
          setTimeout(answer, 2500, response, 201);
        });
      }),
    );
    await openAt(host, { headers: 100 }).putBlob(digest, source);
  });

  test('may come from a source that rests for longer than any answer may take', async () => {
    const source = {
      size: SMALL.byteLength,
      async *open() {
        yield SMALL.subarray(0, 1);
        await delay(2500);
        yield SMALL.subarray(1);
      },
    };
    const { host } = await servers.http(
      uploads((request, response) => {
        request.resume().on('end', () => {
          answer(response, 201);
        });
      }),
    );
    await openAt(host, { headers: 100, body: 100 }).putBlob(DIGEST, source);
  });

  test('that is taken and never answered is TIMEOUT, soon', async () => {
    const { host } = await servers.http(uploads((request) => request.resume()));
    const remote = openAt(host, { headers: 300 });
    const ms = await took(
      expect(remote.putBlob(DIGEST, SMALL)).rejects.toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringContaining(host),
      }),
    );
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(2000);
  });

  test('whose answer begins and does not go on is TIMEOUT', async () => {
    const { host } = await servers.http(
      uploads((request, response) => {
        request.resume();
        response.writeHead(503, { 'content-length': '100' }).flushHeaders();
      }),
    );
    const remote = openAt(host, { body: 300 });
    const ms = await took(expect(remote.putBlob(DIGEST, SMALL)).rejects.toThrow());
    expect(ms).toBeLessThan(3000);
  });
});

/** Reads a megabyte at a time, with pauses. */
function slowly(status: number) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const read = async (): Promise<void> => {
      let unrested = 0;
      for await (const chunk of request) {
        unrested += (chunk as Buffer).byteLength;
        if (unrested < MIB) continue;
        unrested = 0;
        await delay(80);
      }
      answer(response, status);
    };
    read().catch(() => undefined);
  };
}

async function* oneByOne(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, void> {
  for (const piece of pieces) {
    await Promise.resolve();
    yield piece;
  }
}

describe('a server that answers before it has read the body', () => {
  const SOURCE = madeUp(64 * MIB);
  const LENGTH_0 = 'content-length: 0\r\n\r\n';

  /** Answers a PUT as soon as its head is there, and reads nothing of its body. */
  function early(head: string, then: (socket: Socket) => void) {
    return (socket: Socket): void => {
      socket.on('data', (chunk: Buffer) => {
        if (chunk.toString('latin1', 0, 4) === 'POST') {
          socket.write(`HTTP/1.1 202 Accepted\r\nlocation: /upload\r\n${LENGTH_0}`);
        } else if (chunk.toString('latin1', 0, 4) === 'HEAD') {
          socket.write(`HTTP/1.1 404 Not Found\r\n${LENGTH_0}`);
        } else {
          socket.pause();
          socket.write(`${head}\r\n${LENGTH_0}`, () => {
            then(socket);
          });
        }
      });
    };
  }

  test.each(['keep-alive', 'close'])('with 413 is believed (%s)', async (connection) => {
    const answered: Socket[] = [];
    const head = `HTTP/1.1 413 Too Large\r\nconnection: ${connection}`;
    const { host } = await servers.tcp(early(head, (socket) => answered.push(socket)));
    const remote = openAt(host, {}, 5);
    await expect(remote.putBlob(DIGEST, SOURCE)).rejects.toMatchObject({ status: 413 });
    expect(remote.stats.uploadedBytes).toBeLessThan(SOURCE.size / 2);
    // Bytes are still on their way there: nothing else can be said on it.
    expect(answered).toHaveLength(1);
    for (const socket of answered) await left(socket);
  });

  test('with 413 and the end of the connection is not taken for a success', async () => {
    const head = 'HTTP/1.1 413 Too Large\r\nconnection: close';
    const { host } = await servers.tcp(
      early(head, (socket) => {
        socket.destroySoon();
      }),
    );
    const remote = openAt(host, {}, 2);
    await expect(remote.putBlob(DIGEST, SOURCE)).rejects.toMatchObject({
      // The reset may overtake the answer.
      code: expect.stringMatching(/^(REMOTE|UNREACHABLE)$/),
    });
  });

  test('with 401 gets it all once it knows who asks', async () => {
    const source = madeUp(8 * MIB);
    const digest = await digestOfSource(source);
    let got: Digest | undefined;
    const { host } = await servers.http(
      uploads((request, response) => {
        if (request.headers.authorization === undefined) {
          response.shouldKeepAlive = true;
          answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
          return;
        }
        void buffer(request).then((body) => {
          got = digestOf(body);
          answer(response, 201);
        });
      }),
    );
    await openAt(host).putBlob(digest, source);
    expect(got).toBe(digest);
  });

  test('with 307 does not get it, who it names does', async () => {
    const source = madeUp(8 * MIB);
    const digest = await digestOfSource(source);
    let got: Digest | undefined;
    const { host } = await servers.http(
      uploads((request, response) => {
        if (request.url?.startsWith('/upload') === true) {
          answer(response, 307, { location: '/store' });
          return;
        }
        void buffer(request).then((body) => {
          got = digestOf(body);
          answer(response, 201);
        });
      }),
    );
    await openAt(host).putBlob(digest, source);
    expect(got).toBe(digest);
  });
});

describe('a download that is read slowly', () => {
  const SOURCE = madeUp(48 * MIB);
  const BODY_MS = 300;

  test('is no silence, and does not pile up', async () => {
    let sent = 0;
    const { host } = await servers.http((_, response) => {
      response.writeHead(200, { 'content-length': SOURCE.size });
      const body = Readable.from(SOURCE.open()).on('data', ({ byteLength }: Buffer) => {
        sent += byteLength;
      });
      body.pipe(response);
    });
    const remote = openAt(host, { body: BODY_MS }, 5);
    const blob = { digest: await digestOfSource(SOURCE), size: SOURCE.size };
    let got = 0;
    let rests = 0;
    let ahead = 0;
    for await (const piece of remote.getBlobStream(blob)) {
      got += piece.byteLength;
      if (got < (rests + 1) * 8 * MIB || rests === 3) continue;
      rests += 1;
      await delay(2 * BODY_MS);
      ahead = Math.max(ahead, sent - got);
    }
    expect(got).toBe(SOURCE.size);
    expect(rests).toBe(3);
    // What the system itself keeps of a connection, and no more.
    expect(ahead).toBeLessThan(16 * MIB);
    expect(remote.stats).toMatchObject({ requests: 1, downloadedBytes: SOURCE.size });
  });

  test('is still watched for silence after that', async () => {
    const { host } = await servers.http((_, response) => {
      response.writeHead(200, { 'content-length': SOURCE.size });
      const body = Readable.from(SOURCE.open());
      body.on('data', () => undefined).pipe(response);
      setTimeout(() => body.unpipe(response), BODY_MS);
    });
    const remote = openAt(host, { body: BODY_MS });
    const blob = { digest: DIGEST, size: SOURCE.size };
    const read = async (): Promise<void> => {
      let rests = 0;
      for await (const piece of remote.getBlobStream(blob)) {
        if (piece.byteLength > 0 && rests++ === 0) await delay(3 * BODY_MS);
      }
    };
    const ms = await took(expect(read()).rejects.toMatchObject({ code: 'TIMEOUT' }));
    expect(ms).toBeLessThan(5000);
  });
});

describe('a server that drips', () => {
  const BODY_MS = 400;
  const blob = { digest: DIGEST, size: SMALL.byteLength };
  const manifest = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
  const calls: readonly (readonly [string, (remote: Remote) => Promise<unknown>])[] = [
    ['a blob', (remote) => remote.getBlob(blob)],
    ['a range', (remote) => remote.getBlobRange(blob, { offset: 0, length: blob.size })],
    ['a manifest', (remote) => remote.getManifest('main')],
    ['a list of tags', (remote) => remote.listTags()],
    ['a token', (remote) => remote.resolve('with a token'.replaceAll(' ', '-'))],
  ];

  test.each(calls)('does not hold %s for ever', async (_, call) => {
    const { host } = await servers.http((request, response) => {
      if (request.method === 'HEAD') {
        const realm = `http://${request.headers.host ?? ''}/token`;
        answer(response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
        return;
      }
      response.writeHead(200, manifest);
      const timer = setInterval(() => response.write(' '), BODY_MS / 8);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    const remote = openAt(host, { body: BODY_MS });
    const ms = await took(
      expect(call(remote)).rejects.toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringContaining('too slowly'),
      }),
    );
    expect(ms).toBeLessThan(5000);
  });
});

test('a body that gives nothing leaves nothing sent, the head neither', async () => {
  let got = '';
  const { host } = await servers.tcp((socket) => {
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
  });
  const connections = openConnections();
  const body = {
    size: 5,
    // eslint-disable-next-line require-yield
    async *open() {
      await Promise.resolve();
      throw new RangeError('not now');
    },
  };
  const url = new URL(`http://${host}/v2/demo/manifests/main`);
  await expect(connections.transport({ method: 'PUT', url, body })).rejects.toThrow(RangeError);
  await connections.close();
  expect(got).toBe('');
});

describe('a connection', () => {
  test('is used again', async () => {
    const server = await servers.http(
      uploads((request, response) => {
        void buffer(request).then(() => {
          answer(response, 201);
        });
      }),
    );
    const remote = openAt(server.host);
    for (let round = 0; round < 20; round += 1) await remote.putBlob(DIGEST, SMALL);
    // A request that follows at once may find the first one's not free yet.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test('is closed when an upload is aborted, and by close()', async () => {
    const puts: IncomingMessage[] = [];
    const server = await servers.http(uploads((request) => puts.push(request)));
    const remote = openAt(server.host, { body: 60_000 });
    const controller = new AbortController();
    const put = remote.putBlob(DIGEST, madeUp(64 * MIB), controller);
    await delay(100);
    controller.abort(new RangeError('enough'));
    await expect(put).rejects.toThrow(RangeError);
    for (const request of puts) {
      await expect(buffer(request)).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(request.complete).toBe(false);
    }
    expect(puts).toHaveLength(1);
    await remote.hasBlob(DIGEST);
    const open = [...server.open];
    await remote.close();
    for (const socket of open) await left(socket);
    await expect(remote.hasBlob(DIGEST)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('fails what is under way when it is closed', async () => {
    const { host } = await servers.http(
      uploads((request) => {
        request.pause();
      }),
    );
    const remote = openAt(host, { body: 60_000 }, 5);
    const put = remote.putBlob(DIGEST, madeUp(64 * MIB));
    const failed = expect(put).rejects.toMatchObject({ code: 'CLOSED' });
    await delay(100);
    await remote.close();
    await failed;
  });

  test('is not waited for when it is closed', async () => {
    const { host } = await servers.http((_, response) => {
      answer(response, 429, { 'retry-after': '60' });
    });
    const remote = openRemote(`${host}/demo`, { cwd: '/', credentials: () => undefined });
    const waiting = expect(remote.getManifest('main')).rejects.toMatchObject({
      code: 'CLOSED',
      message: expect.stringContaining('closed'),
    });
    await delay(200);
    await remote.close();
    expect(await took(waiting)).toBeLessThan(1000);
  });
});
