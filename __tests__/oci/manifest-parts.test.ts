import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { encodeManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_INDEX, MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { freshRepository } from '../support/registry/repository.ts';
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

/** As GHCR and distribution say it of blobs that they have taken a moment ago. */
const REFUSALS = [
  [400, 'MANIFEST_BLOB_UNKNOWN'],
  [404, 'MANIFEST_BLOB_UNKNOWN'],
  [404, 'BLOB_UNKNOWN'],
  [400, 'BLOB_UNKNOWN'],
  [404, 'MANIFEST_UNKNOWN'],
  [400, 'DIGEST_INVALID'],
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
      hint: expect.stringContaining('putBlob'),
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
    await expect(put(remote)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('does not find what the manifest names'),
    });
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

describe('an index whose manifests are said to be unknown', () => {
  const INDEX = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE_INDEX,
    manifests: BLOBS.slice(0, 3).map((blob) => ({ ...blob, mediaType: MEDIA_TYPE_MANIFEST })),
  });
  const putIndex = (remote: Remote, tags: readonly string[]): Promise<unknown> =>
    remote.putManifest(INDEX, MEDIA_TYPE_INDEX, tags);

  test.each(REFUSALS)('is NOT_FOUND, by name, where one is not: %i %s', async (status, code) => {
    const [remote, server] = await open(({ method, path }, response) => {
      if (method === 'PUT') answer(response, status, {}, refusal(code));
      else answer(response, path.endsWith(digestOf('one')) ? 404 : 503);
    });
    await expect(putIndex(remote, [])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(`^[^,]*index[^,]*${digestOf('one')}\\.$`),
      hint: expect.stringContaining('putManifest'),
    });
    expect(count(server, 'PUT')).toBe(1);
    expect(server.seen.at(-1)?.path).toContain('/manifests/');
  });

  test('is tried again where they are there', async () => {
    let puts = 0;
    const [remote] = await open(({ method, path }, response) => {
      if (method === 'HEAD') {
        const [digest = ''] = /sha256:\w+/.exec(path) ?? [];
        const type = { 'content-type': MEDIA_TYPE_MANIFEST, 'content-length': '3' };
        answer(response, 200, { ...type, 'docker-content-digest': digest });
      } else if (++puts < 3) answer(response, 404, {}, refusal('MANIFEST_BLOB_UNKNOWN'));
      else answer(response, 201);
    });
    await putIndex(remote, ['main']);
    expect(puts).toBe(3);
  });

  test('is NOT_FOUND, by name, at a real registry', async () => {
    const remote = openRemote(freshRepository(), { cwd: '/' });
    for (const tags of [[], ['main']]) {
      await expect(putIndex(remote, tags)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining(digestOf('one')),
        hint: expect.stringContaining('putManifest'),
      });
    }
    expect(await remote.resolve('main')).toBeUndefined();
    await remote.close();
  });
});

test('of what no one knows to read, the registry says what is missing', async () => {
  const detail = { digest: digestOf('subject') };
  const [remote, server] = await open((_, response) => {
    const errors = [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown', detail }];
    answer(response, 400, {}, JSON.stringify({ errors }));
  });
  const bytes = Buffer.from('{"schemaVersion":2}');
  await expect(remote.putManifest(bytes, 'application/vnd.other+json', [])).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining(detail.digest),
    hint: expect.stringContaining('store that first'),
  });
  expect(server.seen).toHaveLength(5);
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
