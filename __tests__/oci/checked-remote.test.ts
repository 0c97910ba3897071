import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { useTempDirs } from '../support/temp.ts';
import { answer, useServers } from './servers.ts';

const startServer = useServers();
const tempDir = useTempDirs();
const BYTES = Buffer.from('bytes');
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };
const RANGE = { offset: 0, length: 1 };
const MANIFEST = Buffer.from('{"schemaVersion":2}');

/** As code without types calls it. */
type Untyped = Record<keyof Remote, (...given: unknown[]) => unknown>;

/** A call, what it is given, and the argument that is wrong. */
const WRONG: readonly (readonly [keyof Remote, readonly unknown[], string])[] = [
  ...[undefined, null, 5, {}, ['main']].flatMap((reference) => [
    ['resolve', [reference], 'reference'] as const,
    ['getManifest', [reference], 'reference'] as const,
    ['delete', [reference], 'reference'] as const,
  ]),
  ['putManifest', [MANIFEST.toString(), MEDIA_TYPE_MANIFEST, ['a']], 'bytes'],
  ['putManifest', [{ schemaVersion: 2 }, MEDIA_TYPE_MANIFEST, ['a']], 'bytes'],
  ['putManifest', [MANIFEST, undefined, ['a']], 'mediaType'],
  ['putManifest', [MANIFEST, MEDIA_TYPE_MANIFEST, 'latest'], 'tags'],
  ['putManifest', [MANIFEST, MEDIA_TYPE_MANIFEST], 'tags'],
  ['putManifest', [MANIFEST, MEDIA_TYPE_MANIFEST, ['a', undefined]], 'tags.1'],
  ...[new Date(), Number.NaN, Date.now(), '5'].map(
    (notAfter) =>
      [
        'putManifest',
        [MANIFEST, MEDIA_TYPE_MANIFEST, ['a'], { notAfter }],
        'options.notAfter',
      ] as const,
  ),
  ['putManifest', [MANIFEST, MEDIA_TYPE_MANIFEST, ['a'], { expected: 5 }], 'options.expected'],
  ['hasBlob', [undefined], 'digest'],
  ['hasBlob', [BLOB], 'digest'],
  ...[undefined, BLOB.digest, null].flatMap((blob) => [
    ['getBlob', [blob], 'blob'] as const,
    ['getBlobStream', [blob], 'blob'] as const,
    ['getBlobRange', [blob, RANGE], 'blob'] as const,
  ]),
  ['getBlob', [{ digest: BLOB.digest }], 'blob.size'],
  ['getBlob', [{ size: 5 }], 'blob.digest'],
  ['getBlobRange', [BLOB], 'range'],
  ['getBlobRange', [BLOB, { offset: 0 }], 'range.length'],
  ['putBlob', [undefined, BYTES], 'digest'],
  ['putBlob', [BLOB.digest, BYTES, { mountFrom: 5 }], 'options.mountFrom'],
  ['putBlob', [BLOB.digest, BYTES, { mayExist: 'yes' }], 'options.mayExist'],
  ['listTags', [null], 'options'],
  ['listTags', [{ signal: 5 }], 'options.signal'],
];

/** What a call rejects with; a stream fails where it is read. */
async function failureOf(
  remote: Remote,
  name: keyof Remote,
  given: readonly unknown[],
): Promise<unknown> {
  try {
    const result = (remote as unknown as Untyped)[name](...given);
    if (name !== 'getBlobStream') await result;
    else for await (const piece of result as AsyncIterable<unknown>) expect(piece).toBeDefined();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('what is no argument of a call', () => {
  test.each(WRONG)('is refused before anything is sent: %s(%j), %s', async (name, given, wrong) => {
    const server = await startServer((_, response) => {
      answer(response, 404);
    });
    const remotes = [`${server.host}/demo`, `oci:${tempDir()}`].map((text) =>
      openRemote(text, { cwd: '/', credentials: () => undefined }),
    );
    for (const remote of remotes) {
      expect(await failureOf(remote, name, given)).toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(`The argument "${wrong}" of ${name}: `),
        hint: expect.stringContaining('Its arguments are '),
      });
      expect(remote.stats.requests).toBe(0);
    }
    expect(server.seen).toEqual([]);
  });
});

test('a deadline may be none, and options may be undefined', async () => {
  const remote = openRemote(`oci:${tempDir()}`, { cwd: '/' });
  const type = 'application/vnd.other+json';
  const options = { notAfter: Number.POSITIVE_INFINITY, expected: null, signal: undefined };
  const { digest } = await remote.putManifest(MANIFEST, type, ['a'], options);
  expect((await remote.resolve('a', undefined))?.digest).toBe(digest);
});
