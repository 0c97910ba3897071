import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { BlobSource, Remote } from '../../src/oci/remote.ts';
import type { Capabilities } from './capabilities.ts';
import { drain, sampleOf, store } from './samples.ts';

/** Larger than what lies in pipes and buffers between a remote and who reads it. */
const LARGE = 12_000_000;

/** What every remote does with blobs that come and go piece by piece. */
export function describeStreams(open: () => Promise<Remote>, can: Capabilities): void {
  const sizes = [...(can.takesEmptyBlobs ? [0] : []), 1, 3_000_000, 40_000_000];

  describe('blobs as streams', () => {
    test.each(sizes)('%i bytes come back as they were', async (size) => {
      const remote = await open();
      const sample = sampleOf(size);
      await remote.putBlob(sample.digest, sample);
      expect(await remote.hasBlob(sample.digest)).toBe(true);
      expect(await drain(remote.getBlobStream(sample))).toEqual({ digest: sample.digest, size });
    });

    test('what was stored as bytes comes as a stream, and the other way round', async () => {
      const remote = await open();
      const bytes = randomBytes(300_000);
      const { digest, size } = await store(remote, bytes);
      expect(await drain(remote.getBlobStream({ digest, size }))).toEqual({ digest, size });
      const sample = sampleOf(300_000);
      await remote.putBlob(sample.digest, sample);
      expect(digestOf(await remote.getBlob(sample))).toBe(sample.digest);
    });

    test('the same stream is stored again without an error', async () => {
      const remote = await open();
      const sample = sampleOf(250_000);
      await remote.putBlob(sample.digest, sample);
      await remote.putBlob(sample.digest, sample);
      expect((await drain(remote.getBlobStream(sample))).digest).toBe(sample.digest);
    });

    test('one that does not exist is NOT_FOUND when it is read', async () => {
      const remote = await open();
      const stream = remote.getBlobStream({ digest: digestOf('nothing'), size: 7 });
      await expect(drain(stream)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('a digest that is none is refused when it is read', async () => {
      const remote = await open();
      const digest = 'sha256:../../../etc/passwd' as Digest;
      const refused = { code: 'INVALID_DIGEST' };
      await expect(drain(remote.getBlobStream({ digest, size: 1 }))).rejects.toMatchObject(refused);
      await expect(remote.putBlob(digest, sampleOf(10))).rejects.toMatchObject(refused);
    });

    test.each([-1, 1])('a size that is wrong by %i is found out before the end', async (by) => {
      const remote = await open();
      const sample = sampleOf(3_000_000);
      await remote.putBlob(sample.digest, sample);
      const size = sample.size + by;
      let seen = 0;
      const reading = (async () => {
        for await (const piece of remote.getBlobStream({ digest: sample.digest, size })) {
          seen += piece.byteLength;
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'INTEGRITY' });
      expect(seen).toBeLessThan(size);
    });

    test('bytes with another digest are refused, and nothing is stored', async () => {
      const remote = await open();
      const sample = sampleOf(1_000_000);
      const digest = digestOf('something else');
      await expect(remote.putBlob(digest, sample)).rejects.toMatchObject({ code: 'INTEGRITY' });
      expect(await remote.hasBlob(digest)).toBe(false);
      expect(await remote.hasBlob(sample.digest)).toBe(false);
    });

    test.each([
      ['fewer', 1],
      ['more', -1],
    ])('a source that gives %s bytes than it says is refused', async (_, by) => {
      const remote = await open();
      const { digest, size, ...sample } = sampleOf(1_000_000);
      const liar: BlobSource = { ...sample, size: size + by };
      await expect(remote.putBlob(digest, liar)).rejects.toMatchObject({ code: 'INTEGRITY' });
      expect(await remote.hasBlob(digest)).toBe(false);
    });

    test('an error of the source comes through, and nothing is stored', async () => {
      const remote = await open();
      const sample = sampleOf(1_000_000);
      const failing: BlobSource = {
        size: sample.size,
        async *open() {
          let pieces = 0;
          for await (const piece of sample.open()) {
            if (++pieces === 5) throw new Error('the disk is on fire');
            yield piece;
          }
        },
      };
      await expect(remote.putBlob(sample.digest, failing)).rejects.toThrow('the disk is on fire');
      expect(await remote.hasBlob(sample.digest)).toBe(false);
      await remote.putBlob(sample.digest, sample);
      expect(await remote.hasBlob(sample.digest)).toBe(true);
    });

    test('those who stop reading leave a remote that works', async () => {
      const remote = await open();
      const sample = sampleOf(3_000_000);
      await remote.putBlob(sample.digest, sample);
      for (let round = 0; round < 20; round += 1) {
        for await (const piece of remote.getBlobStream(sample)) {
          expect(piece.byteLength).toBeGreaterThan(0);
          break;
        }
      }
      // Asked for and never read: nothing happens.
      remote.getBlobStream(sample);
      expect(await drain(remote.getBlobStream(sample))).toMatchObject({ digest: sample.digest });
    });

    test('many go both ways at the same time', async () => {
      const remote = await open();
      const samples = Array.from({ length: 16 }, () => sampleOf(1_000_000));
      await Promise.all(samples.map((sample) => remote.putBlob(sample.digest, sample)));
      const more = Array.from({ length: 8 }, () => sampleOf(1_000_000));
      const [back] = await Promise.all([
        Promise.all(samples.map((sample) => drain(remote.getBlobStream(sample)))),
        Promise.all(more.map((sample) => remote.putBlob(sample.digest, sample))),
      ]);
      expect(back.map(({ digest }) => digest)).toEqual(samples.map(({ digest }) => digest));
      const present = await Promise.all(more.map(({ digest }) => remote.hasBlob(digest)));
      expect(present).toEqual(more.map(() => true));
    });

    test('their bytes are counted', async () => {
      const remote = await open();
      const sample = sampleOf(250_000);
      await remote.putBlob(sample.digest, sample);
      expect(remote.stats.uploadedBytes).toBe(250_000);
      const { downloadedBytes } = remote.stats;
      await drain(remote.getBlobStream(sample));
      expect(remote.stats.downloadedBytes - downloadedBytes).toBe(250_000);
    });
  });

  describe('streams that are aborted', () => {
    test('one that is read ends with the reason', async () => {
      const remote = await open();
      const sample = sampleOf(LARGE);
      await remote.putBlob(sample.digest, sample);
      const abort = new AbortController();
      let seen = 0;
      const reading = (async () => {
        for await (const piece of remote.getBlobStream(sample, { signal: abort.signal })) {
          seen += piece.byteLength;
          abort.abort(new Error('enough'));
        }
      })();
      await expect(reading).rejects.toThrow('enough');
      expect(seen).toBeLessThan(LARGE);
      expect(await remote.hasBlob(sample.digest)).toBe(true);
    });

    test('one that is stored ends with the reason, and nothing is stored', async () => {
      const remote = await open();
      const sample = sampleOf(3_000_000);
      const abort = new AbortController();
      const source: BlobSource = {
        size: sample.size,
        async *open() {
          let given = 0;
          for await (const piece of sample.open()) {
            yield piece;
            given += piece.byteLength;
            if (given > sample.size / 2) abort.abort(new Error('enough'));
          }
        },
      };
      const { signal } = abort;
      await expect(remote.putBlob(sample.digest, source, { signal })).rejects.toThrow('enough');
      expect(await remote.hasBlob(sample.digest)).toBe(false);
      await remote.putBlob(sample.digest, sample);
      expect(await remote.hasBlob(sample.digest)).toBe(true);
    });

    test('a source that hangs is not waited for', async () => {
      const remote = await open();
      const sample = sampleOf(1_000_000);
      const abort = new AbortController();
      const source: BlobSource = {
        size: sample.size,
        async *open() {
          yield Buffer.alloc(100_000);
          await turn();
          abort.abort(new Error('enough'));
          await new Promise(() => undefined);
        },
      };
      const { signal } = abort;
      await expect(remote.putBlob(sample.digest, source, { signal })).rejects.toThrow('enough');
      expect(await remote.hasBlob(sample.digest)).toBe(false);
    });
  });

  describe('blobs that may be elsewhere', () => {
    test('what may exist and does is not read, nor sent', async () => {
      const remote = await open();
      const sample = sampleOf(250_000);
      await remote.putBlob(sample.digest, sample);
      const { opened } = sample;
      const { uploadedBytes } = remote.stats;
      await remote.putBlob(sample.digest, sample, { mayExist: true });
      expect(sample.opened).toBe(opened);
      expect(remote.stats.uploadedBytes).toBe(uploadedBytes);
    });

    test('what may exist and does not is stored', async () => {
      const remote = await open();
      const sample = sampleOf(250_000);
      await remote.putBlob(sample.digest, sample, { mayExist: true });
      const bytes = randomBytes(1000);
      await remote.putBlob(digestOf(bytes), bytes, { mayExist: true });
      expect((await drain(remote.getBlobStream(sample))).digest).toBe(sample.digest);
      expect(await remote.hasBlob(digestOf(bytes))).toBe(true);
    });

    test('a mount from a repository that does not exist is an upload', async () => {
      const remote = await open();
      const sample = sampleOf(250_000);
      const bytes = randomBytes(1000);
      const options = { mountFrom: 'nobody/nothing' };
      await remote.putBlob(sample.digest, sample, options);
      await remote.putBlob(digestOf(bytes), bytes, options);
      expect((await drain(remote.getBlobStream(sample))).digest).toBe(sample.digest);
      const blob = { digest: digestOf(bytes), size: 1000 };
      expect(bytes.equals(await remote.getBlob(blob))).toBe(true);
    });
  });
}
