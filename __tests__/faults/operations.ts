import { randomBytes } from 'node:crypto';
import { inspect, isDeepStrictEqual } from 'node:util';

import { type Digest, digestOf } from '../../src/digest.ts';
import { IntegrityError } from '../../src/errors.ts';
import { encodeManifest } from '../../src/oci/manifest.ts';
import type { Remote } from '../../src/oci/remote.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import type { Judge } from './judge.ts';

/** One thing that a client does, prepared. */
export interface Deed {
  /** Does it, and checks what came: anything but the right bytes is an error without a code. */
  act(remote: Remote): Promise<void>;
  /**
   * Looks at the registry afterwards, past the proxy.
   *
   * @param done whether the client believes that it has been done
   * @throws Error where that is not so, or where something is half there
   */
  settle?(done: boolean): Promise<void>;
}

/** Blobs of the matrix have so many bytes: several chunks, and several packets. */
export const BLOB_SIZE = 100_000;

/** Where ranges of the matrix begin, and how long they are. */
const RANGE = { offset: 20_000, length: 60_000 };

const TAG = 'main';

/** How long `putManifestSoon` may move its tag, in milliseconds. */
export const SOON_MS = 500;

/** Everything that clients do, each with fresh content. */
export const OPERATIONS = {
  async hasBlob(judge: Judge): Promise<Deed> {
    const digest = await judge.putBlob(randomBytes(100));
    return {
      act: async (remote) => {
        expectThat(await remote.hasBlob(digest), 'a blob that is there is said not to be');
        expectThat(!(await remote.hasBlob(digestOf('none'))), 'a blob is said to be there');
      },
    };
  },

  async putBlob(judge: Judge): Promise<Deed> {
    const bytes = randomBytes(BLOB_SIZE);
    return stored(judge, bytes, (remote, digest) => remote.putBlob(digest, bytes));
  },

  async putBlobStream(judge: Judge): Promise<Deed> {
    const bytes = randomBytes(BLOB_SIZE);
    const source = { size: bytes.byteLength, open: () => inPieces(bytes) };
    return stored(judge, bytes, (remote, digest) => remote.putBlob(digest, source));
  },

  async putBlobThatMayExist(judge: Judge): Promise<Deed> {
    const bytes = randomBytes(BLOB_SIZE);
    return stored(judge, bytes, (remote, digest) =>
      remote.putBlob(digest, bytes, { mayExist: true }),
    );
  },

  async putBlobByMount(judge: Judge): Promise<Deed> {
    const bytes = randomBytes(BLOB_SIZE);
    const mountFrom = `${judge.repository}-other`;
    await judge.for(mountFrom).putBlob(bytes);
    return stored(judge, bytes, (remote, digest) => remote.putBlob(digest, bytes, { mountFrom }));
  },

  async putManifest(judge: Judge): Promise<Deed> {
    const before = await manifestIn(judge);
    await judge.putManifest(before, TAG);
    const after = await manifestIn(judge);
    return {
      act: async (remote) => {
        const stored = await remote.putManifest(after, MEDIA_TYPE_MANIFEST, [TAG]);
        expectDescriptor(stored, after);
      },
      settle: async (done) => {
        const found = await judge.manifest(TAG);
        const moved = found?.equals(after) === true;
        expectThat(moved || found?.equals(before) === true, 'the tag points to neither manifest');
        expectThat(moved || !done, 'the tag has not moved');
      },
    };
  },

  /** For a tag that others may have moved half a second from now. */
  async putManifestSoon(judge: Judge): Promise<Deed> {
    const before = await manifestIn(judge);
    await judge.putManifest(before, TAG);
    const after = await manifestIn(judge);
    return {
      act: async (remote) => {
        const notAfter = performance.now() + SOON_MS;
        const options = { notAfter };
        const stored = await remote.putManifest(after, MEDIA_TYPE_MANIFEST, [TAG], options);
        expectDescriptor(stored, after);
      },
      settle: async (done) => {
        const found = await judge.manifest(TAG);
        expectThat(found?.equals(done ? after : before) === true, 'the tag points elsewhere');
      },
    };
  },

  async resolve(judge: Judge): Promise<Deed> {
    const bytes = await manifestIn(judge);
    await judge.putManifest(bytes, TAG);
    return {
      act: async (remote) => {
        expectDescriptor(await remote.resolve(TAG), bytes);
      },
    };
  },

  async getManifest(judge: Judge): Promise<Deed> {
    const bytes = await manifestIn(judge);
    await judge.putManifest(bytes, TAG);
    return {
      act: async (remote) => {
        const found = await remote.getManifest(TAG);
        expectThat(found !== undefined && bytes.equals(found.bytes), 'other bytes came');
        expectDescriptor(found?.descriptor, bytes);
      },
    };
  },

  async getManifestByDigest(judge: Judge): Promise<Deed> {
    const bytes = await manifestIn(judge);
    const digest = await judge.putManifest(bytes, TAG);
    return {
      act: async (remote) => {
        const found = await remote.getManifest(digest);
        expectThat(found !== undefined && bytes.equals(found.bytes), 'other bytes came');
        expectDescriptor(found?.descriptor, bytes);
      },
    };
  },

  async getBlob(judge: Judge): Promise<Deed> {
    const bytes = randomBytes(BLOB_SIZE);
    const digest = await judge.putBlob(bytes);
    return {
      act: async (remote) => {
        const found = await remote.getBlob({ digest, size: BLOB_SIZE });
        expectThat(bytes.equals(found), 'other bytes came');
      },
    };
  },

  async getBlobStream(judge: Judge): Promise<Deed> {
    const bytes = randomBytes(BLOB_SIZE);
    const digest = await judge.putBlob(bytes);
    return {
      act: async (remote) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of remote.getBlobStream({ digest, size: BLOB_SIZE })) {
          chunks.push(Buffer.from(chunk));
        }
        expectThat(bytes.equals(Buffer.concat(chunks)), 'other bytes came');
      },
    };
  },

  /** With the check that every caller makes: a range cannot be checked by the client itself. */
  async getBlobRange(judge: Judge): Promise<Deed> {
    const bytes = randomBytes(BLOB_SIZE);
    const digest = await judge.putBlob(bytes);
    const expected = bytes.subarray(RANGE.offset, RANGE.offset + RANGE.length);
    return {
      act: async (remote) => {
        const found = await remote.getBlobRange({ digest, size: BLOB_SIZE }, RANGE);
        expectThat(found.byteLength === RANGE.length, 'a range of another length came');
        if (digestOf(found) !== digestOf(expected)) throw new IntegrityError('The range is wrong.');
      },
    };
  },

  async listTags(judge: Judge): Promise<Deed> {
    const bytes = await manifestIn(judge);
    for (const tag of ['one', 'two', 'three']) await judge.putManifest(bytes, tag);
    return {
      act: async (remote) => {
        const tags = await remote.listTags();
        expectThat([...tags].sort().join() === 'one,three,two', 'other tags came');
      },
    };
  },

  async deleteManifest(judge: Judge): Promise<Deed> {
    const bytes = await manifestIn(judge);
    const digest = await judge.putManifest(bytes, 'doomed');
    return {
      act: async (remote) => {
        expectThat(await remote.delete(digest), 'what was deleted is said not to have been there');
      },
      settle: async (done) => {
        const found = await judge.manifest(digest);
        expectThat(found === undefined || !done, 'the manifest is still there');
        expectThat(found === undefined || found.equals(bytes), 'the manifest is another');
      },
    };
  },
} satisfies Readonly<Record<string, (judge: Judge) => Promise<Deed>>>;

export type OperationName = keyof typeof OPERATIONS;

function stored(
  judge: Judge,
  bytes: Buffer,
  put: (remote: Remote, digest: Digest) => Promise<void>,
): Deed {
  const digest = digestOf(bytes);
  return {
    act: (remote) => put(remote, digest),
    settle: async (done) => {
      const found = await judge.blob(digest);
      expectThat(found === undefined || found.equals(bytes), 'a blob with other bytes is there');
      expectThat(found !== undefined || !done, 'the blob is not there');
    },
  };
}

async function manifestIn(judge: Judge): Promise<Buffer> {
  const blob = randomBytes(20);
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: await judge.putBlob(blob),
    size: blob.byteLength,
  };
  return encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE_MANIFEST,
    config,
    layers: [config],
    annotations: { 'org.example.note': randomBytes(400).toString('hex') },
  });
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.byteLength; at += 30_000) yield bytes.subarray(at, at + 30_000);
}

/** Everything that a caller is told of a manifest is true. */
function expectDescriptor(found: Descriptor | undefined, bytes: Buffer): void {
  const expected = {
    mediaType: MEDIA_TYPE_MANIFEST,
    digest: digestOf(bytes),
    size: bytes.byteLength,
  };
  expectThat(isDeepStrictEqual(found, expected), `the manifest is said to be ${inspect(found)}`);
}

/** @throws Error without a code, which no row expects */
function expectThat(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`WRONG: ${otherwise}.`);
}
