import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { HttpRequest, Transport } from '../../src/oci/http.ts';
import { openRemote } from '../../src/oci/open.ts';
import { followingRedirects } from '../../src/oci/redirect.ts';
import { fastPolicy } from './clock.ts';
import { answer, useServers } from './servers.ts';

const startServer = useServers();
const credentials = (): { username: string; password: string } => ({
  username: 'u',
  password: 'p',
});
const BYTES = Buffer.from('the content of a blob');
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };
const open = (host: string): ReturnType<typeof openRemote> =>
  openRemote(`${host}/demo`, { cwd: '/', credentials, retry: fastPolicy() });

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    'with %i to another host is followed without Authorization',
    async (status) => {
      const store = await startServer((_, response) => {
        answer(response, 200, {}, BYTES);
      });
      const registry = await startServer(({ headers }, response) => {
        if (headers.authorization === undefined) {
          answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
        } else {
          answer(response, status, { location: `${store.origin}/signed?key=abc` });
        }
      });
      const bytes = await open(registry.host).getBlob(BLOB);
      expect(BYTES.equals(bytes)).toBe(true);
      expect(registry.seen.at(-1)?.headers.authorization).toMatch(/^Basic /);
      expect(store.seen).toHaveLength(1);
      expect(store.seen[0]?.path).toBe('/signed?key=abc');
      expect(store.seen[0]?.headers.authorization).toBeUndefined();
    },
  );

  test('keeps Range, and Authorization on the same origin', async () => {
    const registry = await startServer(({ path, headers }, response) => {
      if (headers.authorization === undefined) {
        answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      } else if (path.includes('/blobs/')) {
        answer(response, 307, { location: '../elsewhere' });
      } else {
        const range = { 'content-range': `bytes 4-6/${String(BLOB.size)}` };
        answer(response, 206, range, BYTES.subarray(4, 7));
      }
    });
    const run = await open(registry.host).getBlobRange(BLOB, { offset: 4, length: 3 });
    expect(Buffer.from(run).toString()).toBe('con');
    expect(registry.seen.at(-1)).toMatchObject({
      path: '/v2/demo/elsewhere',
      headers: { range: 'bytes=4-6', authorization: expect.stringMatching(/^Basic /) },
    });
  });

  test('another host that asks for credentials gets none', async () => {
    const store = await startServer((_, response) => {
      answer(response, 401, { 'www-authenticate': 'Basic realm="give"' });
    });
    const registry = await startServer((_, response) => {
      answer(response, 307, { location: `${store.origin}/x` });
    });
    await expect(open(registry.host).getBlob(BLOB)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    expect(store.seen).toHaveLength(1);
    expect(store.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('without an end is given up after ten', async () => {
    const registry = await startServer(({ path }, response) => {
      answer(response, 307, { location: `${path}x` });
    });
    await expect(open(registry.host).getBlob(BLOB)).rejects.toMatchObject({
      code: 'REMOTE',
      message: expect.stringContaining('more than 10 redirects'),
    });
    expect(registry.seen).toHaveLength(11);
  });

  test('with a body is followed by 307 and refused by 302', async () => {
    for (const status of [307, 302]) {
      const registry = await startServer(({ method, path }, response) => {
        if (method === 'POST') answer(response, 202, { location: '/upload' });
        else if (method === 'HEAD') answer(response, 404);
        else if (path.startsWith('/upload')) answer(response, status, { location: '/stored' });
        else answer(response, 201);
      });
      const put = open(registry.host).putBlob(BLOB.digest, BYTES);
      if (status === 307) {
        await put;
        expect(registry.seen.at(-1)).toMatchObject({ method: 'PUT', path: '/stored', body: BYTES });
      } else {
        await expect(put).rejects.toMatchObject({ code: 'REMOTE' });
      }
    }
  });
});

describe('where a redirect may lead', () => {
  const from = (url: string, location: string): [Transport, HttpRequest[]] => {
    const seen: HttpRequest[] = [];
    const transport = followingRedirects((request) => {
      seen.push(request);
      const first = seen.length === 1;
      return Promise.resolve({
        status: first ? 307 : 200,
        headers: first ? { location } : {},
        url: request.url,
        body: { async *[Symbol.asyncIterator]() {}, discard: () => Promise.resolve() },
      });
    });
    return [
      () =>
        transport({
          method: 'GET',
          url: new URL(url),
          headers: { authorization: 's', 'x-own': 's', accept: 'a' },
        }),
      seen,
    ];
  };
  const any = { method: 'GET', url: new URL('http://localhost') } as const;

  test.each([
    ['https://ghcr.io/a', 'http://ghcr.io/a'],
    ['https://ghcr.io/a', 'http://localhost/a'],
    ['http://localhost:5000/a', 'http://example.com/a'],
    ['https://ghcr.io/a', 'file:///etc/passwd'],
    ['https://ghcr.io/a', 'http://[broken'],
  ])('not from %s to %s', async (url, location) => {
    const [transport, seen] = from(url, location);
    await expect(transport(any)).rejects.toMatchObject({ code: 'REMOTE' });
    expect(seen).toHaveLength(1);
  });

  test('a signed query is not shown in errors', async () => {
    const [transport] = from('https://ghcr.io/a', 'http://cdn.example/a?signature=topsecret');
    await expect(transport(any)).rejects.toMatchObject({
      message: expect.not.stringContaining('topsecret'),
    });
  });

  test('off the origin only harmless headers go, and no user information', async () => {
    const [transport, seen] = from('https://ghcr.io/a', 'https://u:p@cdn.example/b?c=%2F');
    await transport(any);
    expect(seen[1]?.url.href).toBe('https://cdn.example/b?c=%2F');
    expect(seen[1]?.headers).toEqual({ accept: 'a' });
  });

  test('another port or scheme is another origin', async () => {
    for (const target of ['https://ghcr.io:8443/b', 'https://GHCR.io.evil.example/b']) {
      const [transport, seen] = from('https://ghcr.io/a', target);
      await transport(any);
      expect(seen[1]?.headers).not.toHaveProperty('authorization');
    }
  });
});
