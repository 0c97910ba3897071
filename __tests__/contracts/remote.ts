import { randomBytes } from 'node:crypto';

import { afterEach, describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { Remote, RemoteStats } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_INDEX, MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { type Capabilities, EVERYTHING } from './capabilities.ts';
import { describeDeletion } from './deletion.ts';
import { IMAGE_TYPES, OWN_TYPES, drain, manifest, manifestOf, store } from './samples.ts';
import { describeStreams } from './streams.ts';

export { manifestOf, store } from './samples.ts';

/** Opens a remote that holds nothing. */
export type OpenEmpty = () => Remote | Promise<Remote>;

/**
 * What every implementation of {@link Remote} does. Each one runs this suite.
 *
 * @param openEmpty called by each test
 * @param lacks what this one cannot do; default: nothing
 */
export function describeRemote(
  name: string,
  openEmpty: OpenEmpty,
  lacks: Partial<Capabilities> = {},
): void {
  const can = { ...EVERYTHING, ...lacks };
  const types = can.takesAnyType ? OWN_TYPES : IMAGE_TYPES;
  const opened: Remote[] = [];
  const open = async (): Promise<Remote> => {
    const remote = await openEmpty();
    opened.push(remote);
    return remote;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((remote) => remote.close()));
  });

  describe(`${name} keeps the contract of remotes`, () => {
    describe('with nothing in it', () => {
      test('what does not exist is undefined, false, or NOT_FOUND', async () => {
        const remote = await open();
        const digest = digestOf('nothing');
        expect(await remote.resolve('main')).toBeUndefined();
        expect(await remote.resolve(digest)).toBeUndefined();
        expect(await remote.getManifest('main')).toBeUndefined();
        expect(await remote.getManifest(digest)).toBeUndefined();
        expect(await remote.hasBlob(digest)).toBe(false);
        expect(await remote.listTags()).toEqual([]);
        await expect(remote.getBlob({ digest, size: 7 })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        await expect(
          remote.getBlobRange({ digest, size: 7 }, { offset: 0, length: 1 }),
        ).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });
    });

    describe('blobs', () => {
      test.each([1, 1000, 3_000_000])('%i bytes come back as they were', async (size) => {
        const remote = await open();
        const bytes = randomBytes(size);
        const blob = await store(remote, bytes);
        expect(await remote.hasBlob(blob.digest)).toBe(true);
        expect(await remote.hasBlob(blob.digest, { size: blob.size })).toBe(true);
        expect(await remote.hasBlob(blob.digest, { size: blob.size + 1 })).toBe(false);
        expect(bytes.equals(await remote.getBlob(blob))).toBe(true);
      });

      test('storing the same again is no error', async () => {
        const remote = await open();
        const bytes = randomBytes(100);
        await store(remote, bytes);
        const blob = await store(remote, bytes);
        expect(bytes.equals(await remote.getBlob(blob))).toBe(true);
      });

      test('bytes with another digest are refused, and nothing is stored', async () => {
        const remote = await open();
        const digest = digestOf('these bytes');
        await expect(remote.putBlob(digest, Buffer.from('those bytes'))).rejects.toMatchObject({
          code: 'INTEGRITY',
        });
        expect(await remote.hasBlob(digest)).toBe(false);
      });

      test.each([-1, 1])('a size that is wrong by %i is found out', async (by) => {
        const remote = await open();
        const { digest, size } = await store(remote, randomBytes(5000));
        await expect(remote.getBlob({ digest, size: size + by })).rejects.toMatchObject({
          code: 'INTEGRITY',
        });
      });

      test('a range is exactly what was asked for', async () => {
        const remote = await open();
        const bytes = randomBytes(10_000);
        const blob = await store(remote, bytes);
        const ranges = [
          { offset: 0, length: 1 },
          { offset: 9999, length: 1 },
          { offset: 1234, length: 4321 },
          { offset: 0, length: 10_000 },
        ];
        for (const { offset, length } of ranges) {
          const run = await remote.getBlobRange(blob, { offset, length });
          expect(bytes.subarray(offset, offset + length).equals(run)).toBe(true);
        }
      });

      test.each([
        { offset: 0, length: 0 },
        { offset: -1, length: 2 },
        { offset: 5, length: 6 },
        { offset: 0.5, length: 1 },
        { offset: Number.MAX_SAFE_INTEGER, length: 1 },
      ])('a range outside of the blob is refused: %j', async (range) => {
        const remote = await open();
        const blob = await store(remote, randomBytes(10));
        await expect(remote.getBlobRange(blob, range)).rejects.toMatchObject({
          code: 'INVALID_INPUT',
        });
      });

      test('a digest that is none never reaches an address or a path', async () => {
        const remote = await open();
        const digest = 'sha256:../../../etc/passwd' as Digest;
        await expect(remote.hasBlob(digest)).rejects.toMatchObject({ code: 'INVALID_DIGEST' });
        await expect(remote.getBlob({ digest, size: 1 })).rejects.toMatchObject({
          code: 'INVALID_DIGEST',
        });
      });
    });

    describeStreams(open, can);

    describe('manifests and tags', () => {
      test('a manifest is found by each of its tags and by its digest', async () => {
        const remote = await open();
        const bytes = await manifestOf(remote, 'one', types);
        const stored = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main', 'v1.0_x-y']);
        const expected = {
          mediaType: MEDIA_TYPE_MANIFEST,
          digest: digestOf(bytes),
          size: bytes.byteLength,
        };
        expect(stored).toEqual(expected);
        for (const reference of ['main', 'v1.0_x-y', expected.digest]) {
          expect(await remote.resolve(reference)).toEqual(expected);
          const fetched = await remote.getManifest(reference);
          expect(fetched?.descriptor).toEqual(expected);
          expect(bytes.equals(fetched?.bytes ?? Buffer.alloc(0))).toBe(true);
        }
        expect([...(await remote.listTags())].sort()).toEqual(['main', 'v1.0_x-y']);
      });

      test('without a tag, a manifest is found by its digest alone', async () => {
        const remote = await open();
        const bytes = await manifestOf(remote, 'untagged', types);
        const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, []);
        expect((await remote.getManifest(digest))?.descriptor.digest).toBe(digest);
        expect(await remote.listTags()).toEqual([]);
      });

      test(`a tag moves, and what it pointed to ${can.keepsUntagged ? 'stays' : 'goes'}`, async () => {
        const remote = await open();
        const first = await remote.putManifest(
          await manifestOf(remote, 'first', types),
          MEDIA_TYPE_MANIFEST,
          ['main'],
        );
        const second = await remote.putManifest(
          await manifestOf(remote, 'second', types),
          MEDIA_TYPE_MANIFEST,
          ['main'],
        );
        expect((await remote.resolve('main'))?.digest).toBe(second.digest);
        const kept = (await remote.resolve(first.digest))?.digest;
        expect(kept).toBe(can.keepsUntagged ? first.digest : undefined);
        expect(await remote.listTags()).toEqual(['main']);
      });

      test('a manifest whose blobs are not there is refused, and the tag stays', async () => {
        const remote = await open();
        const before = await remote.putManifest(
          await manifestOf(remote, 'whole', types),
          MEDIA_TYPE_MANIFEST,
          ['main'],
        );
        const absent = { digest: digestOf('never stored'), size: 12, mediaType: '' };
        const incomplete = manifest(absent, types);
        const put = remote.putManifest(incomplete, MEDIA_TYPE_MANIFEST, ['main']);
        if (!can.checksBlobs) {
          expect((await put).digest).toBe(digestOf(incomplete));
          return;
        }
        await expect(put).rejects.toMatchObject({ code: 'NOT_FOUND' });
        expect((await remote.resolve('main'))?.digest).toBe(before.digest);
      });

      test(`media types that nobody knows are ${can.takesAnyType ? 'taken' : 'refused'}`, async () => {
        const remote = await open();
        const bytes = await manifestOf(remote, 'of types of its own', OWN_TYPES);
        const put = remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
        if (can.takesAnyType) expect((await put).digest).toBe(digestOf(bytes));
        else await expect(put).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      });

      test.each(['', 'no JSON', '[]', 'null', '"text"', '{"a":', '\ufeff{}'])(
        'what is no JSON object is no manifest, whatever it is called: %j',
        async (text) => {
          const remote = await open();
          const bytes = Buffer.from(text);
          for (const type of [MEDIA_TYPE_MANIFEST, MEDIA_TYPE_INDEX, 'application/json']) {
            await expect(remote.putManifest(bytes, type, ['main'])).rejects.toMatchObject({
              code: 'INVALID_INPUT',
            });
          }
          expect(await remote.resolve('main')).toBeUndefined();
        },
      );

      test.each([MEDIA_TYPE_INDEX, 'application/json', '', 'no type', 'a/b; c=d'])(
        'a manifest that says that it is another one is refused: %j',
        async (type) => {
          const remote = await open();
          const bytes = await manifestOf(remote, 'of one type', types);
          const before = remote.stats.requests;
          await expect(remote.putManifest(bytes, type, ['main'])).rejects.toMatchObject({
            code: 'INVALID_INPUT',
          });
          expect(remote.stats.requests).toBe(before);
          expect(await remote.resolve('main')).toBeUndefined();
          expect(await remote.resolve(digestOf(bytes))).toBeUndefined();
        },
      );

      test('a tag does not move after the moment that was named', async () => {
        const remote = await open();
        const first = await manifestOf(remote, 'in time', types);
        const second = await manifestOf(remote, 'too late', types);
        const put = (bytes: Uint8Array, notAfter: number): Promise<unknown> =>
          remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main'], { notAfter });
        await put(first, performance.now() + 60_000);
        await expect(put(second, performance.now() - 1)).rejects.toMatchObject({ code: 'TIMEOUT' });
        expect((await remote.resolve('main'))?.digest).toBe(digestOf(first));
      });

      test('a tag moves only from where it is expected, or the remote cannot tell', async () => {
        const remote = await open();
        const first = await manifestOf(remote, 'expected', types);
        const second = await manifestOf(remote, 'unexpected', types);
        const put = (bytes: Uint8Array, expected: Digest | null): Promise<unknown> =>
          remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main'], { expected });
        if (remote.traits.swapsTags !== true) {
          await expect(put(first, null)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
          expect(await remote.resolve('main')).toBeUndefined();
          return;
        }
        await expect(put(first, digestOf(second))).rejects.toMatchObject({ code: 'CHANGED' });
        await put(first, null);
        await expect(put(second, null)).rejects.toMatchObject({ code: 'CHANGED' });
        expect((await remote.resolve('main'))?.digest).toBe(digestOf(first));
        await put(second, digestOf(first));
        expect((await remote.resolve('main'))?.digest).toBe(digestOf(second));
      });

      test('a manifest that registries need not take is refused', async () => {
        const remote = await open();
        const bytes = Buffer.alloc(4 * 1024 * 1024 + 1, ' ');
        await expect(
          remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']),
        ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      });

      test.each(['', '.hidden', '../main', 'a/b', 'a b', 'x'.repeat(129), 'sha256:abc'])(
        'what is no tag is refused: %j',
        async (tag) => {
          const remote = await open();
          const bytes = await manifestOf(remote, 'any', types);
          const refused = { code: 'INVALID_REFERENCE' };
          await expect(remote.resolve(tag)).rejects.toMatchObject(refused);
          await expect(remote.getManifest(tag)).rejects.toMatchObject(refused);
          await expect(
            remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['good', tag]),
          ).rejects.toMatchObject(refused);
          expect(await remote.resolve('good')).toBeUndefined();
        },
      );
    });

    describeDeletion(open, can, types);

    describe('as a whole', () => {
      test('calls run at the same time', async () => {
        const remote = await open();
        const blobs = Array.from({ length: 20 }, () => randomBytes(20_000));
        const stored = await Promise.all(blobs.map((bytes) => store(remote, bytes)));
        const back = await Promise.all(stored.map((blob) => remote.getBlob(blob)));
        back.forEach((bytes, at) => {
          expect(blobs[at]?.equals(bytes)).toBe(true);
        });
        const tags = Array.from({ length: 20 }, (_, at) => `tag-${String(at)}`);
        await Promise.all(
          tags.map(async (tag) =>
            remote.putManifest(await manifestOf(remote, tag, types), MEDIA_TYPE_MANIFEST, [tag]),
          ),
        );
        expect([...(await remote.listTags())].sort()).toEqual([...tags].sort());
      });

      test('an aborted call rejects with the reason and does nothing', async () => {
        const remote = await open();
        const signal = AbortSignal.abort(new Error('enough'));
        const bytes = randomBytes(10);
        const blob = { digest: digestOf(bytes), size: bytes.byteLength };
        const reason = 'enough';
        await expect(remote.putBlob(blob.digest, bytes, { signal })).rejects.toThrow(reason);
        await expect(remote.hasBlob(blob.digest, { signal })).rejects.toThrow(reason);
        await expect(remote.resolve('main', { signal })).rejects.toThrow(reason);
        await expect(remote.listTags({ signal })).rejects.toThrow(reason);
        expect(await remote.hasBlob(blob.digest)).toBe(false);
      });

      test('once closed, every call throws CLOSED', async () => {
        const remote = await open();
        const bytes = await manifestOf(remote, 'closed', types);
        const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
        const blob = await store(remote, randomBytes(100));
        const early = remote.getBlobStream(blob);
        await remote.close();
        await remote.close();
        const calls: readonly (() => Promise<unknown>)[] = [
          () => remote.resolve('main'),
          () => remote.resolve(digest),
          () => remote.getManifest('main'),
          () => remote.getManifest(digest),
          () => remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']),
          () => remote.hasBlob(blob.digest),
          () => remote.getBlob(blob),
          () => drain(remote.getBlobStream(blob)),
          () => drain(early),
          () => remote.getBlobRange(blob, { offset: 0, length: 1 }),
          () => remote.putBlob(digestOf('more'), Buffer.from('more')),
          () => remote.putBlob(digestOf('more'), Buffer.from('more'), { mayExist: true }),
          () => remote.delete('main'),
          () => remote.delete(digest),
          () => remote.listTags(),
        ];
        for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'CLOSED' });
        expect(remote.name).not.toBe('');
      });

      test('stats count work', async () => {
        const remote = await open();
        expect(snapshotOf(remote)).toEqual({ requests: 0, downloadedBytes: 0, uploadedBytes: 0 });
        const blob = await store(remote, randomBytes(1000));
        const put = snapshotOf(remote);
        expect(put.uploadedBytes).toBe(1000);
        expect(put.requests).toBeGreaterThan(0);
        await remote.getBlob(blob);
        const got = snapshotOf(remote);
        expect(got.downloadedBytes - put.downloadedBytes).toBe(1000);
        await remote.getBlobRange(blob, { offset: 10, length: 20 });
        const ofRange = snapshotOf(remote).downloadedBytes - got.downloadedBytes;
        expect(ofRange).toBe(can.servesRanges ? 20 : 1000);
      });
    });
  });
}

function snapshotOf({ stats }: Remote): RemoteStats {
  const { requests, downloadedBytes, uploadedBytes } = stats;
  return { requests, downloadedBytes, uploadedBytes };
}
