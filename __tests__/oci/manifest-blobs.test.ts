import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { encodeManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { type FakeClock, fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();

const BLOBS = ['config', 'one', 'two', 'three', 'four'].map((text) => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: digestOf(text),
  size: text.length,
}));
const [CONFIG] = BLOBS;
if (CONFIG === undefined) throw new Error('There is no config.');
const MANIFEST = encodeManifest({
  schemaVersion: 2,
  mediaType: MEDIA_TYPE_MANIFEST,
  config: CONFIG,
  layers: BLOBS.slice(1),
});

async function open(handler: Handler): Promise<[Remote, Server, FakeClock]> {
  const server = await startServer(handler);
  const clock = fakeClock();
  const remote = openRemote(`${server.host}/demo`, {
    cwd: '/',
    credentials: () => undefined,
    retry: fastPolicy(clock),
  });
  return [remote, server, clock];
}

function put(remote: Remote, tags: readonly string[] = ['main']): Promise<unknown> {
  return remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, tags);
}

function count({ seen }: Server, method: string): number {
  return seen.filter((request) => request.method === method).length;
}

/** As GHCR says it of blobs that it has taken a moment ago. */
const REFUSALS = [
  [400, 'MANIFEST_BLOB_UNKNOWN'],
  [404, 'MANIFEST_BLOB_UNKNOWN'],
  [404, 'BLOB_UNKNOWN'],
] as const;

function refusal(code: string): string {
  return JSON.stringify({ errors: [{ code, message: 'unknown blob' }] });
}

describe('a manifest whose blobs are said to be unknown', () => {
  test.each(REFUSALS)('is tried again where they are there: %i %s', async (status, code) => {
    let puts = 0;
    const [remote, server, clock] = await open(({ method }, response) => {
      if (method === 'HEAD') answer(response, 200);
      else if (++puts < 3) answer(response, status, {}, refusal(code));
      else answer(response, 201);
    });
    await put(remote);
    expect(count(server, 'PUT')).toBe(3);
    expect(count(server, 'HEAD')).toBe(2 * BLOBS.length);
    expect(clock.waits).toEqual([500, 1000]);
  });

  test.each(REFUSALS)('is NOT_FOUND, by name, where one is not: %i %s', async (status, code) => {
    const [remote, server] = await open(({ method, path }, response) => {
      if (method === 'PUT') answer(response, status, {}, refusal(code));
      else answer(response, path.endsWith(digestOf('two')) ? 404 : 200);
    });
    await expect(put(remote, ['a', 'b'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(digestOf('two')),
    });
    expect(count(server, 'PUT')).toBe(1);
  });

  test('names a few of many that are not there', async () => {
    const [remote] = await open(({ method }, response) => {
      if (method === 'PUT') answer(response, 404, {}, refusal('MANIFEST_BLOB_UNKNOWN'));
      else answer(response, 404);
    });
    await expect(put(remote)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('and 2 more'),
    });
  });

  test('is given up after five seconds: no tag moves later than that', async () => {
    const [remote, server, clock] = await open(({ method }, response) => {
      if (method === 'PUT') answer(response, 404, {}, refusal('MANIFEST_BLOB_UNKNOWN'));
      else answer(response, 200);
    });
    await expect(put(remote)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(clock.waits).toEqual([500, 1000, 2000]);
    expect(count(server, 'PUT')).toBe(4);
  });

  test.each([403, 405, 503])(
    'is tried again where looking for them is answered with %i',
    async (status) => {
      let puts = 0;
      const [remote, server] = await open(({ method }, response) => {
        if (method === 'HEAD') answer(response, status);
        else if (++puts === 1) answer(response, 404, {}, refusal('MANIFEST_BLOB_UNKNOWN'));
        else answer(response, 201);
      });
      await put(remote);
      expect(count(server, 'PUT')).toBe(2);
      expect(count(server, 'HEAD')).toBe(BLOBS.length);
    },
  );

  test('is no longer looked after by who has left', async () => {
    const controller = new AbortController();
    const [remote, server] = await open(({ method }, response) => {
      if (method === 'PUT') answer(response, 404, {}, refusal('MANIFEST_BLOB_UNKNOWN'));
      else controller.abort(new Error('enough'));
    });
    const { signal } = controller;
    const aborted = remote.putManifest(MANIFEST, MEDIA_TYPE_MANIFEST, ['main'], { signal });
    await expect(aborted).rejects.toThrow('enough');
    expect(count(server, 'PUT')).toBe(1);
  });
});

describe('a tag that must not move', () => {
  test.each([
    [412, 'PRECONDITION', "Failed to process request due to 'demo:main' configured as immutable."],
    [
      400,
      'TAG_INVALID',
      "The image tag 'main' already exists and cannot be overwritten because the repository is immutable.",
    ],
  ])('is DENIED with advice, and final: %i %s', async (status, code, message) => {
    const [remote, server] = await open((_, response) => {
      answer(response, status, {}, JSON.stringify({ errors: [{ code, message }] }));
    });
    await expect(put(remote)).rejects.toMatchObject({
      code: 'DENIED',
      hint: expect.stringContaining('immutable'),
    });
    expect(server.seen).toHaveLength(1);
  });
});
