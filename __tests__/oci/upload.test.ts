import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { type FakeClock, fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const BYTES = Buffer.from('some bytes');
const DIGEST = digestOf(BYTES);

async function open(handler: Handler): Promise<[Remote, Server, FakeClock]> {
  const server = await startServer(handler);
  const clock = fakeClock();
  return [openRemote(`${server.host}/demo`, { cwd: '/', retry: fastPolicy(clock) }), server, clock];
}

function methods({ seen }: Server): string[] {
  return seen.map(({ method }) => method);
}

describe('putBlob', () => {
  test.each([
    ['/upload/1', '/upload/1?digest=DIGEST'],
    ['/upload/1?', '/upload/1?digest=DIGEST'],
    ['/upload/1?_state=a%2Fb+c==&x', '/upload/1?_state=a%2Fb+c==&x&digest=DIGEST'],
    ['upload/1#part', '/v2/demo/blobs/uploads/upload/1?digest=DIGEST'],
    ["/upload/1?_state='a'", "/upload/1?_state='a'&digest=DIGEST"],
    ["ORIGIN/upload/1?_state='a'#part", "/upload/1?_state='a'&digest=DIGEST"],
    ['/v2/../upload/%2e%2E/1?x=..', '/v2/../upload/%2e%2E/1?x=..&digest=DIGEST'],
    ['/upload/1?a=é b', '/upload/1?a=%C3%A9%20b&digest=DIGEST'],
  ])('goes on at %s as it is, with the digest behind it', async (location, expected) => {
    const [remote, server] = await open(({ method }, response) => {
      const origin = server.origin;
      if (method === 'POST')
        answer(response, 202, { location: location.replace('ORIGIN', origin) });
      else answer(response, 201);
    });
    await remote.putBlob(DIGEST, BYTES);
    expect(server.seen[0]).toMatchObject({
      path: '/v2/demo/blobs/uploads/',
      headers: { 'content-length': '0' },
    });
    expect(server.seen[1]).toMatchObject({
      method: 'PUT',
      path: expected.replace('DIGEST', encodeURIComponent(DIGEST)),
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(BYTES.byteLength),
      },
      body: BYTES,
    });
  });

  test.each([
    ['nowhere', undefined, 'MALFORMED'],
    ['no address', 'http://[', 'MALFORMED'],
    ['an address in the clear', 'http://example.com/upload', 'REMOTE'],
  ])('refuses to go on at %s', async (_, location, code) => {
    const [remote] = await open((_seen, response) => {
      answer(response, 202, location === undefined ? {} : { location });
    });
    await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({ code });
  });

  test('goes to where a redirect leads, and to no other path', async () => {
    const [remote, server] = await open(({ method, path }, response) => {
      if (method === 'POST') answer(response, 202, { location: "/upload?_state='a'" });
      else if (path.startsWith('/upload')) answer(response, 307, { location: "/store?sig='b'" });
      else answer(response, 201);
    });
    await remote.putBlob(DIGEST, BYTES);
    expect(server.seen.map(({ path }) => path).slice(1)).toEqual([
      `/upload?_state='a'&digest=${encodeURIComponent(DIGEST)}`,
      "/store?sig='b'",
    ]);
  });

  test('a page with 201 is no success', async () => {
    const [remote] = await open(({ method }, response) => {
      if (method === 'POST') answer(response, 202, { location: '/upload' });
      else answer(response, 201, { 'content-type': 'text/html' }, '<h1>Sign in</h1>');
    });
    await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({
      code: 'REMOTE',
      message: expect.stringContaining('answered 201 (Sign in)'),
    });
  });

  test('is done when the answer was lost but the blob is there', async () => {
    const [remote, server] = await open(({ method }, response, request) => {
      if (method === 'POST') answer(response, 202, { location: '/upload' });
      else if (method === 'PUT') request.socket.resetAndDestroy();
      else answer(response, 200);
    });
    await remote.putBlob(DIGEST, BYTES);
    expect(methods(server)).toEqual(['POST', 'PUT', 'HEAD']);
  });

  test.each(['reset', 503, 404] as const)(
    'starts over with a new session after %s',
    async (failure) => {
      let sessions = 0;
      const [remote, server] = await open(({ method, path }, response, request) => {
        if (method === 'POST') {
          sessions += 1;
          answer(response, 202, { location: `/upload/${String(sessions)}` });
        } else if (method === 'HEAD') answer(response, 404);
        else if (path.startsWith('/upload/2')) answer(response, 201);
        else if (failure === 'reset') request.socket.resetAndDestroy();
        else answer(response, failure, {}, '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
      });
      await remote.putBlob(DIGEST, BYTES);
      expect(methods(server)).toEqual(['POST', 'PUT', 'HEAD', 'POST', 'PUT']);
    },
  );

  test('gives up in the end, and says why', async () => {
    const [remote, server] = await open(({ method }, response) => {
      if (method === 'POST') answer(response, 202, { location: '/upload' });
      else if (method === 'HEAD') answer(response, 404);
      else answer(response, 503, {}, 'disk full');
    });
    await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('disk full'),
    });
    expect(methods(server).filter((method) => method === 'PUT')).toHaveLength(5);
  });

  test('a digest that the registry finds wrong is INTEGRITY, and final', async () => {
    const [remote, server] = await open(({ method }, response) => {
      if (method === 'POST') answer(response, 202, { location: '/upload' });
      else answer(response, 400, {}, '{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}');
    });
    await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(methods(server)).toEqual(['POST', 'PUT']);
  });

  test('a registry that stored something else is found out', async () => {
    const [remote] = await open(({ method }, response) => {
      if (method === 'POST') answer(response, 202, { location: '/upload' });
      else answer(response, 201, { 'docker-content-digest': digestOf('else') });
    });
    await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });
});

describe('putManifest', () => {
  const MANIFEST = Buffer.from('{}');
  const HEADERS = {
    'docker-content-digest': digestOf(MANIFEST),
    'content-length': '2',
    'content-type': MEDIA_TYPE_MANIFEST,
  };

  test('is done when the answer was lost but the tag is ours', async () => {
    const [remote, server] = await open(({ method }, response, request) => {
      if (method === 'PUT') request.socket.resetAndDestroy();
      else answer(response, 200, HEADERS);
    });
    await remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['main']);
    expect(methods(server)).toEqual(['PUT', 'HEAD']);
  });

  test('is tried again for five seconds, and no longer', async () => {
    const [remote, server, clock] = await open(({ method }, response) => {
      answer(response, method === 'PUT' ? 503 : 404);
    });
    await expect(remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['main'])).rejects.toMatchObject(
      { status: 503 },
    );
    expect(methods(server).filter((method) => method === 'PUT')).toHaveLength(4);
    expect(clock.waits).toEqual([500, 1000, 2000]);
  });

  test('is one PUT per tag', async () => {
    const [remote, server] = await open((_, response) => {
      answer(response, 201);
    });
    await remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['a', 'b']);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /v2/demo/manifests/a',
      'PUT /v2/demo/manifests/b',
    ]);
    expect(server.seen[0]?.headers['content-type']).toBe(MEDIA_TYPE_MANIFEST);
  });

  test('a registry that stored something else is found out', async () => {
    const [remote] = await open((_, response) => {
      answer(response, 201, { 'docker-content-digest': digestOf('else') });
    });
    await expect(remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['main'])).rejects.toMatchObject(
      { code: 'INTEGRITY' },
    );
  });

  test.each([400, 404])('a missing blob, said with %i, is NOT_FOUND', async (status) => {
    const [remote] = await open((_, response) => {
      answer(response, status, {}, '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}');
    });
    await expect(remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['main'])).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    );
  });
});
