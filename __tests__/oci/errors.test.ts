import { describe, expect, test } from '@jest/globals';

import { responseError } from '../../src/oci/errors.ts';
import type { HttpResponse } from '../../src/oci/http.ts';
import { openRemote } from '../../src/oci/open.ts';
import { fastPolicy } from './clock.ts';
import { answer, useServers } from './servers.ts';

const startServer = useServers();

/** An answer of a host that cannot be had here. */
function answerOf(url: string, status: number, body: string): HttpResponse {
  return {
    status,
    headers: {},
    url: new URL(url),
    body: {
      async *[Symbol.asyncIterator]() {
        yield await Promise.resolve(Buffer.from(body));
      },
      discard: () => Promise.resolve(),
    },
  };
}

describe('errors of a registry', () => {
  test('say method, address, status, code and message', async () => {
    const server = await startServer((_, response) => {
      const errors = [{ code: 'NAME_INVALID', message: 'invalid repository name', detail: {} }];
      answer(response, 400, {}, JSON.stringify({ errors }));
    });
    await expect(openRemote(`${server.host}/demo`, { cwd: '/' }).listTags()).rejects.toMatchObject({
      code: 'REMOTE',
      status: 400,
      problems: [{ code: 'NAME_INVALID', message: 'invalid repository name' }],
      message: `GET ${server.origin}/v2/demo/tags/list?... answered 400 (NAME_INVALID: invalid repository name).`,
    });
  });

  test('a page of a proxy becomes one line of text', async () => {
    const url = new URL('https://ghcr.io/v2/');
    const page = '<html>\n<h1>502 Bad\r\nGateway</h1>\n::set-output name=x::y\u001b[31m</html>';
    const error = await responseError({ method: 'GET', url }, answerOf(url.href, 502, page));
    expect(error.message).toBe(
      'GET https://ghcr.io/v2/ answered 502 (502 Bad Gateway : :set-output name=x: :y [31m).',
    );
  });

  test('say when another host gave the answer', async () => {
    const url = new URL('https://ghcr.io/v2/o/r/blobs/x');
    const from = answerOf('https://cdn.example/x?signature=topsecret', 403, '');
    const error = await responseError({ method: 'GET', url }, from);
    expect(error.message).toBe(`GET ${url.href} answered 403 by way of cdn.example.`);
  });

  test.each(['gzip', 'br', 'zstd'])(
    'a body that is compressed (%s) is not shown',
    async (encoding) => {
      const url = new URL('https://ghcr.io/v2/');
      const from = answerOf(url.href, 502, '\u001f\ufffd\b{garbage}');
      const headers = { 'content-encoding': encoding };
      const error = await responseError({ method: 'GET', url }, { ...from, headers });
      expect(error.message).toBe('GET https://ghcr.io/v2/ answered 502.');
    },
  );

  test('a body without an end is read for 64 KiB, and not for ever', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(400);
      response.write('x'.repeat(10_000_000));
    });
    const remote = openRemote(`${server.host}/demo`, { cwd: '/', retry: fastPolicy() });
    const start = performance.now();
    await expect(remote.listTags()).rejects.toMatchObject({ status: 400 });
    expect(remote.stats.downloadedBytes).toBeLessThan(1_000_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('a body that stalls is not waited for', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(400, { 'content-length': 1000 });
      response.write('{"errors"');
    });
    const remote = openRemote(`${server.host}/demo`, { cwd: '/', retry: fastPolicy() });
    const start = performance.now();
    await expect(remote.listTags()).rejects.toMatchObject({ status: 400 });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
