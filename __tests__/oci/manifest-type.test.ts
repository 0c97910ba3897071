import { describe, expect, test } from '@jest/globals';

import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import {
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
} from '../../src/oci/types.ts';
import { fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const IMAGE = { config: {}, layers: [] };
const INDEX = { manifests: [] };

/** A type, and a document that could be something else than that. */
const CONTRADICTIONS: readonly (readonly [string, string, object])[] = [
  ['an index and an image', MEDIA_TYPE_MANIFEST, { ...IMAGE, ...INDEX }],
  ['an index with layers', MEDIA_TYPE_INDEX, { ...INDEX, layers: [] }],
  ['layers as of schema 1', MEDIA_TYPE_INDEX, { ...INDEX, fsLayers: [] }],
  ['another type', MEDIA_TYPE_MANIFEST, { ...INDEX, mediaType: MEDIA_TYPE_INDEX }],
  ["Docker's type", MEDIA_TYPE_INDEX, { ...INDEX, mediaType: MEDIA_TYPE_DOCKER_INDEX }],
  ['a type that is no text', MEDIA_TYPE_MANIFEST, { ...IMAGE, mediaType: 1 }],
  ['an index without a type', MEDIA_TYPE_MANIFEST, INDEX],
  ['an image without a type', MEDIA_TYPE_INDEX, IMAGE],
];

const encode = (body: object): Buffer => Buffer.from(JSON.stringify({ schemaVersion: 2, ...body }));

async function open(handler: Handler): Promise<[Remote, Server]> {
  const server = await startServer(handler);
  const remote = openRemote(`${server.host}/demo`, {
    cwd: '/',
    credentials: () => undefined,
    retry: fastPolicy(),
  });
  return [remote, server];
}

describe('a manifest that could be taken for something else', () => {
  test.each(CONTRADICTIONS)('is not read: %s', async (_, type, body) => {
    const [remote, server] = await open((_seen, response) => {
      answer(response, 200, { 'content-type': type }, encode(body));
    });
    await expect(remote.getManifest('main')).rejects.toMatchObject({
      code: 'MALFORMED',
      hint: expect.stringContaining('Two clients'),
    });
    expect(server.seen).toHaveLength(1);
  });

  test.each(CONTRADICTIONS)('is not stored: %s', async (_, type, body) => {
    const [remote, server] = await open((_seen, response) => {
      answer(response, 201);
    });
    await expect(remote.putManifest(encode(body), type, ['main'])).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(server.seen).toEqual([]);
  });
});

describe('a manifest that is one thing', () => {
  test.each<[string, string, object]>([
    ['without a type', MEDIA_TYPE_MANIFEST, IMAGE],
    ['with its type', MEDIA_TYPE_INDEX, { ...INDEX, mediaType: MEDIA_TYPE_INDEX }],
    ['of another kind', 'application/vnd.other+json', { manifests: 1 }],
    ['in upper case', 'application/vnd.other+json', { mediaType: 'application/vnd.Other+JSON' }],
    ['as JSON', 'application/json', { ...INDEX, mediaType: MEDIA_TYPE_INDEX }],
  ])('is read %s', async (_, type, body) => {
    const [remote] = await open((_seen, response) => {
      answer(response, 200, { 'content-type': `${type}; charset=utf-8` }, encode(body));
    });
    expect((await remote.getManifest('main'))?.descriptor.mediaType).toBe(type);
  });
});
