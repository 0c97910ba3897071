import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { Contents } from '../../src/store/contents.ts';
import type { Deliver } from '../../src/store/deliver.ts';
import type { Entry } from '../../src/store/entry.ts';
import { openLayout } from '../../src/store/layout.ts';
import { testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { asNobody } from '../sync/trees.ts';

const tempDir = useTempDirs();
const PIECE = 5 * 1024 * 1024;
const content = Buffer.alloc(2 * PIECE, 'content');
const entry: Entry = {
  digest: digestOf(content),
  size: content.length,
  location: { offset: 0, frames: [] },
};

/** The disk takes nothing: what is put is refused. */
class FullBlobs extends Blobs {
  readonly #code: 'NO_SPACE' | 'UNWRITABLE';
  constructor(code: 'NO_SPACE' | 'UNWRITABLE') {
    super(openLayout(tempDir()));
    this.#code = code;
  }
  override put(): never {
    throw new CafsError(this.#code, 'made up');
  }
  override putStream(): Promise<never> {
    return Promise.reject(new CafsError(this.#code, 'made up'));
  }
}

/** A remote that gives content in one frame. */
const inOne: Deliver = (entries, receiver) => {
  for (const { digest } of entries) receiver.whole(digest, content);
  return Promise.resolve();
};

/** A remote that gives content in pieces. */
function inPieces(bytes = content): Deliver {
  return async (entries, receiver) => {
    for (const { digest } of entries) {
      await receiver.pieces(digest, async function* () {
        for (let at = 0; at < bytes.length; at += PIECE) {
          yield await Promise.resolve(bytes.subarray(at, at + PIECE));
        }
      });
    }
  };
}

describe.each(['NO_SPACE', 'UNWRITABLE'] as const)('where the disk says %s', (code) => {
  test.each([
    ['one frame', inOne],
    ['pieces', inPieces()],
  ])('content that comes in %s is given all the same', async (_, remote) => {
    const contents = new Contents(new FullBlobs(code), remote);
    expect((await contents.get(entry)).equals(content)).toBe(true);
    expect((await buffer(await contents.stream(entry))).equals(content)).toBe(true);
    const got: string[] = [];
    await contents.deliver([entry], {
      whole: (__, bytes) => got.push(digestOf(bytes)),
      pieces: async (__, pieces) => {
        got.push(digestOf(Buffer.concat(await Array.fromAsync(pieces()))));
      },
      failed: (__, error) => got.push(String(error)),
    });
    expect(got).toEqual([entry.digest]);
  });

  test('content that is wrong ends in an error, its last piece held back', async () => {
    const wrong = Buffer.from(content);
    wrong[0]! ^= 1;
    const contents = new Contents(new FullBlobs(code), inPieces(wrong));
    await expect(contents.get(entry)).rejects.toMatchObject({ code: 'INTEGRITY' });
    let size = 0;
    await expect(async () => {
      for await (const piece of await contents.stream(entry)) size += (piece as Buffer).length;
    }).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(size).toBeLessThanOrEqual(PIECE);
  });
});

describe('what this user may not read on this disk', () => {
  testOnPosix.each([
    ['large', content],
    ['small', Buffer.from('small')],
  ])('comes from the remote where it is %s, and is an error without one', async (_, bytes) => {
    const layout = openLayout(tempDir());
    const blobs = new Blobs(layout);
    const wanted = { ...entry, digest: digestOf(bytes), size: bytes.length };
    await asNobody(layout.cacheDir, async () => {
      const spoil = (): void => {
        rmSync(layout.blob(wanted.digest), { force: true });
        blobs.put(bytes);
        chmodSync(layout.blob(wanted.digest), 0);
      };
      spoil();
      const alone = new Contents(blobs, undefined);
      const error = { code: 'INTEGRITY', message: expect.stringContaining('EACCES') };
      await expect(alone.get(wanted)).rejects.toMatchObject(error);
      await expect(alone.stream(wanted).then(buffer)).rejects.toMatchObject(error);
      const contents = new Contents(blobs, inPieces(bytes));
      expect((await buffer(await contents.stream(wanted))).equals(bytes)).toBe(true);
      spoil();
      expect((await contents.get(wanted)).equals(bytes)).toBe(true);
      expect(blobs.get(wanted.digest)?.equals(bytes)).toBe(true);
    });
  });

  test('what is damaged without a remote is said to be', async () => {
    const layout = openLayout(tempDir());
    const blobs = new Blobs(layout);
    blobs.put(content);
    writeFileSync(layout.blob(entry.digest), 'other');
    await expect(new Contents(blobs, undefined).get(entry)).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
  });
});
