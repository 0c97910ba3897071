import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { withDeadlines } from '../../src/oci/deadline.ts';
import type { HttpResponse } from '../../src/oci/http.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { SYSTEM_CLOCK } from '../../src/oci/retry.ts';
import { bodyPieces } from '../../src/oci/request-body.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { type FakeClock, fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

/* That a tag does not move after the moment, with any remote, is in the contract of remotes. */

const startServer = useServers();
const MANIFEST = Buffer.from('{}');
const LATE = { code: 'TIMEOUT', message: expect.stringContaining('too late') };

async function open(handler: Handler): Promise<[Remote, Server, FakeClock]> {
  const server = await startServer(handler);
  const clock = fakeClock();
  const retry = fastPolicy(clock);
  const credentials = (): undefined => undefined;
  return [openRemote(`${server.host}/demo`, { cwd: '/', retry, credentials }), server, clock];
}

function put(remote: Remote, clock: FakeClock, ms: number, tags = ['main']): Promise<unknown> {
  const notAfter = clock.monotonic() + ms;
  return remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, tags, { notAfter });
}

function methods({ seen }: Server): string[] {
  return seen.map(({ method }) => method);
}

/** Takes what is put, with a token only, for which a client waits so long. */
function slowTokens(clock: () => FakeClock, ms: number): Handler {
  return ({ path, headers }, response) => {
    if (path.startsWith('/token')) {
      clock().advance(ms);
      answer(response, 200, {}, '{"token":"t"}');
    } else if (headers.authorization === undefined) {
      const realm = `http://${headers.host ?? ''}/token`;
      answer(response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
    } else answer(response, 201);
  };
}

describe('a manifest that must not be put later than a moment', () => {
  test('is put before it', async () => {
    const [remote, server, clock] = await open(slowTokens(() => clock, 7000));
    await put(remote, clock, 8000);
    expect(methods(server)).toEqual(['PUT', 'GET', 'PUT']);
  });

  test('is not put after it, and nothing is sent', async () => {
    const [remote, server, clock] = await open((_, response) => {
      answer(response, 201);
    });
    await expect(put(remote, clock, -1)).rejects.toMatchObject(LATE);
    await expect(put(remote, clock, Number.NaN)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(server.seen).toEqual([]);
  });

  test('is not put when a token took too long to come', async () => {
    const [remote, server, clock] = await open(slowTokens(() => clock, 9000));
    await expect(put(remote, clock, 8000)).rejects.toMatchObject(LATE);
    expect(methods(server)).toEqual(['PUT', 'GET']);
  });

  test('has five seconds where nothing is said', async () => {
    const [remote, server, clock] = await open(slowTokens(() => clock, 5100));
    const late = remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['main']);
    await expect(late).rejects.toMatchObject(LATE);
    expect(methods(server)).toEqual(['PUT', 'GET']);
  });

  test('is not put where a redirect took too long to come', async () => {
    const [remote, server, clock] = await open(({ path }, response) => {
      if (path.endsWith('/main')) {
        clock.advance(9000);
        answer(response, 307, { location: '/elsewhere' });
      } else answer(response, 201);
    });
    await expect(put(remote, clock, 8000)).rejects.toMatchObject(LATE);
    expect(methods(server)).toEqual(['PUT']);
  });

  test('is not tried again after it', async () => {
    const [remote, server, clock] = await open((_, response) => {
      answer(response, 503);
    });
    await expect(put(remote, clock, 1000)).rejects.toMatchObject({ status: 503 });
    expect(methods(server).filter((method) => method === 'PUT')).toHaveLength(2);
    expect(clock.waits).toEqual([500]);
  });

  test('is still looked for after it where an answer was lost', async () => {
    let puts = 0;
    const [remote, server, clock] = await open(({ method }, response, request) => {
      if (method === 'PUT') {
        puts += 1;
        clock.advance(9000);
        request.socket.resetAndDestroy();
      } else {
        answer(response, 200, {
          'docker-content-digest': digestOf(MANIFEST),
          'content-length': String(MANIFEST.byteLength),
          'content-type': MEDIA_TYPE_MANIFEST,
        });
      }
    });
    await put(remote, clock, 8000);
    expect(methods(server)).toEqual(['PUT', 'HEAD']);
    expect(puts).toBe(1);
  });

  test('is looked for again where a further try came too late', async () => {
    let tokens = 0;
    let heads = 0;
    const [remote, server, clock] = await open(({ method, path, headers }, response, request) => {
      if (path.startsWith('/token')) {
        tokens += 1;
        if (tokens === 2) clock.advance(9000);
        answer(response, 200, {}, `{"token":"t${String(tokens)}"}`);
      } else if (headers.authorization === undefined) {
        const realm = `http://${headers.host ?? ''}/token`;
        answer(response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
      } else if (method === 'HEAD') {
        heads += 1;
        const found = {
          'docker-content-digest': digestOf(MANIFEST),
          'content-length': String(MANIFEST.byteLength),
          'content-type': MEDIA_TYPE_MANIFEST,
        };
        answer(response, heads === 1 ? 404 : 200, heads === 1 ? {} : found);
      } else if (tokens === 1 && heads === 0) request.socket.resetAndDestroy();
      else {
        const realm = `http://${headers.host ?? ''}/token`;
        answer(response, 401, {
          'www-authenticate': `Bearer realm="${realm}",error="invalid_token"`,
        });
      }
    });
    await put(remote, clock, 8000);
    expect(methods(server).at(-1)).toBe('HEAD');
    expect(heads).toBe(2);
  });
});

describe('several tags', () => {
  test('all have the moment that was said', async () => {
    const [remote, server, clock] = await open((_, response) => {
      clock.advance(3000);
      answer(response, 201);
    });
    await expect(put(remote, clock, 8000, ['a', 'b', 'c', 'd'])).rejects.toMatchObject(LATE);
    expect(methods(server)).toHaveLength(3);
  });

  test('have five seconds each where nothing is said', async () => {
    const [remote, server, clock] = await open((_, response) => {
      clock.advance(3000);
      answer(response, 201);
    });
    await remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['a', 'b', 'c', 'd']);
    expect(methods(server)).toHaveLength(4);
  });
});

describe('a request with a deadline', () => {
  const url = new URL('https://registry.test/v2/demo/manifests/main');
  const response: HttpResponse = {
    status: 201,
    headers: {},
    url,
    body: { async *[Symbol.asyncIterator]() {}, discard: () => Promise.resolve() },
  };

  test.each([
    ['is refused where its connection stands too late', 30, 60],
    ['goes on where its body takes long', 60_000, 30],
  ])('%s', async (_, leftMs, connectMs) => {
    let sent = '';
    const transport = withDeadlines(async ({ body = Buffer.alloc(0) }) => {
      await delay(connectMs);
      for await (const piece of bodyPieces(body)) sent += Buffer.from(piece).toString();
      return response;
    }, SYSTEM_CLOCK);
    const notAfter = performance.now() + leftMs;
    const work = transport({ method: 'PUT', url, body: MANIFEST, notAfter });
    if (leftMs < connectMs) await expect(work).rejects.toMatchObject(LATE);
    else expect((await work).status).toBe(201);
    expect(sent).toBe(leftMs < connectMs ? '' : '{}');
  });

  test('does not look at what comes after its first piece', async () => {
    const clock = fakeClock();
    const source = {
      size: 2,
      async *open() {
        await Promise.resolve();
        yield Buffer.from('a');
        clock.advance(60_000);
        yield Buffer.from('b');
      },
    };
    let sent = '';
    const transport = withDeadlines(async ({ body = Buffer.alloc(0) }) => {
      for await (const piece of bodyPieces(body)) sent += Buffer.from(piece).toString();
      return response;
    }, clock);
    const notAfter = clock.monotonic() + 1000;
    await transport({ method: 'PUT', url, body: source, notAfter });
    expect(sent).toBe('ab');
  });
});
