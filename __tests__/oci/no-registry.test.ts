import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { fastPolicy } from './clock.ts';
import { answer, useServers } from './servers.ts';

const startServer = useServers();

const BLOB = { digest: digestOf('abc'), size: 3 };
const HINT = /^127\.0\.0\.1:\d+ does not look like a registry \(.*\): check the reference\.$/;

function opened(name: string): Remote {
  return openRemote(name, { cwd: '/', credentials: () => undefined, retry: fastPolicy() });
}

const KINDS: readonly (readonly [string, string, string])[] = [
  ['a page', 'text/html', '<html><h1>Not Found</h1></html>'],
  ['text', 'text/plain; charset=utf-8', '404 page not found\n'],
  ['JSON of its own', 'application/json', '{}'],
];

describe.each(KINDS)('a web server that answers 404 with %s', (kind, type, body) => {
  const calls: [string, (remote: Remote) => Promise<unknown>][] = [
    ['getManifest', (remote) => remote.getManifest('main')],
    ['listTags', (remote) => remote.listTags()],
    ['getBlob', (remote) => remote.getBlob(BLOB)],
    ['putBlob', (remote) => remote.putBlob(BLOB.digest, Buffer.from('abc'))],
  ];
  // HEAD shows no body: of JSON, nothing is known.
  if (kind !== 'JSON of its own') calls.push(['resolve', (remote) => remote.resolve('main')]);

  test.each(calls)('is not taken for a registry by %s', async (_, call) => {
    const server = await startServer((__, response) => {
      answer(response, 404, { 'content-type': type }, body);
    });
    const remote = opened(`${server.host}/demo`);
    await expect(call(remote)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      isForeign: true,
      hint: expect.stringMatching(HINT),
    });
    await remote.close();
  });
});

describe.each(['text/html', 'text/plain', 'application/json'])('with a type of %s', (type) => {
  test.each(['NAME_UNKNOWN', 'MANIFEST_UNKNOWN'])('a registry’s own %s is one', async (code) => {
    const server = await startServer((__, response) => {
      const errors = [{ code, message: 'unknown', detail: {} }];
      answer(response, 404, { 'content-type': type }, JSON.stringify({ errors }));
    });
    const remote = opened(`${server.host}/demo`);
    expect(await remote.resolve('main')).toBeUndefined();
    expect(await remote.getManifest('main')).toBeUndefined();
    expect(await remote.listTags()).toEqual([]);
    await remote.close();
  });
});

test('a 404 without a word is a registry’s', async () => {
  const server = await startServer((__, response) => {
    answer(response, 404);
  });
  const remote = opened(`${server.host}/demo`);
  expect(await remote.resolve('main')).toBeUndefined();
  expect(await remote.getManifest('main')).toBeUndefined();
  const refused = expect(remote.getBlob(BLOB)).rejects;
  await refused.toMatchObject({ code: 'NOT_FOUND', isForeign: false, hint: undefined });
  await remote.close();
});

test('the digest of a blob, asked for as a manifest, is not said to be better later', async () => {
  const remote = opened(freshRepository());
  await remote.putBlob(BLOB.digest, Buffer.from('abc'));
  const outcome: unknown = await remote.getManifest(BLOB.digest).catch((error: unknown) => error);
  // Distribution 2 finds that it is an error of its own; others, that there is no such manifest.
  if (outcome !== undefined) {
    expect(outcome).toMatchObject({
      status: 500,
      hint: expect.stringContaining("Check that the digest is a manifest's"),
    });
  }
  await remote.close();
});
