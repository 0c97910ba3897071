import { isUint8Array } from 'node:util/types';

import * as v from 'valibot';

import type { Digest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { SIGNAL } from '../options.ts';
import { quoted } from '../quoted.ts';
import type {
  BlobContent,
  ByteRange,
  CallOptions,
  FetchedManifest,
  HasBlobOptions,
  PutBlobOptions,
  PutManifestOptions,
  Remote,
  RemoteStats,
  RemoteTraits,
  TagOrDigest,
} from './remote.ts';
import type { BlobRef, Descriptor } from './types.ts';

/**
 * Checks what code without types may give to a remote, before anything is done with it: `undefined`
 * would be asked for as the tag `undefined`. What a text or a number says is left to those who know.
 *
 * @throws CafsError `INVALID_INPUT`, by any call, that names the argument
 */
export class CheckedRemote implements Remote {
  readonly #remote: Remote;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  get name(): string {
    return this.#remote.name;
  }

  get stats(): RemoteStats {
    return this.#remote.stats;
  }

  get traits(): RemoteTraits {
    return this.#remote.traits;
  }

  async resolve(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<Descriptor | undefined> {
    check('resolve', { reference: REFERENCE, options: CALL }, { reference, options });
    return this.#remote.resolve(reference, options);
  }

  async getManifest(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<FetchedManifest | undefined> {
    check('getManifest', { reference: REFERENCE, options: CALL }, { reference, options });
    return this.#remote.getManifest(reference, options);
  }

  async putManifest(
    bytes: Uint8Array,
    mediaType: string,
    tags: readonly string[],
    options: PutManifestOptions = {},
  ): Promise<Descriptor> {
    const wanted = { bytes: BYTES, mediaType: MEDIA_TYPE, tags: TAGS, options: PUT_MANIFEST };
    check('putManifest', wanted, { bytes, mediaType, tags, options });
    return this.#remote.putManifest(bytes, mediaType, tags, options);
  }

  async hasBlob(digest: Digest, options: HasBlobOptions = {}): Promise<boolean> {
    check('hasBlob', { digest: DIGEST, options: HAS_BLOB }, { digest, options });
    return this.#remote.hasBlob(digest, options);
  }

  async getBlob(blob: BlobRef, options: CallOptions = {}): Promise<Uint8Array> {
    check('getBlob', { blob: BLOB, options: CALL }, { blob, options });
    return this.#remote.getBlob(blob, options);
  }

  getBlobStream(blob: BlobRef, options: CallOptions = {}): AsyncIterable<Uint8Array> {
    const remote = this.#remote;
    return {
      // What is wrong is thrown where the stream is read, like all else.
      [Symbol.asyncIterator]: () => {
        check('getBlobStream', { blob: BLOB, options: CALL }, { blob, options });
        return remote.getBlobStream(blob, options)[Symbol.asyncIterator]();
      },
    };
  }

  async getBlobRange(
    blob: BlobRef,
    range: ByteRange,
    options: CallOptions = {},
  ): Promise<Uint8Array> {
    check('getBlobRange', { blob: BLOB, range: RANGE, options: CALL }, { blob, range, options });
    return this.#remote.getBlobRange(blob, range, options);
  }

  async putBlob(digest: Digest, content: BlobContent, options: PutBlobOptions = {}): Promise<void> {
    check('putBlob', { digest: DIGEST, options: PUT_BLOB }, { digest, options });
    await this.#remote.putBlob(digest, content, options);
  }

  async delete(reference: TagOrDigest, options: CallOptions = {}): Promise<boolean> {
    check('delete', { reference: REFERENCE, options: CALL }, { reference, options });
    return this.#remote.delete(reference, options);
  }

  async listTags(options: CallOptions = {}): Promise<readonly string[]> {
    check('listTags', { options: CALL }, { options });
    return this.#remote.listTags(options);
  }

  close(): Promise<void> {
    return this.#remote.close();
  }
}

const REFERENCE = v.string('it must be a tag or a digest');
const DIGEST = v.string('it must be a digest');
const MEDIA_TYPE = v.string('it must be a media type');
const TAGS = v.array(v.string('it must be a tag'), 'it must be a list of tags');
const BYTES = v.custom(isUint8Array, 'it must be a Uint8Array');
const SIZE = v.number('it must be a number of bytes');
const BLOB = v.object({ digest: DIGEST, size: SIZE }, 'it must be { digest, size }');
const RANGE = v.object({ offset: SIZE, length: SIZE }, 'it must be { offset, length }');

/** Later than any `performance.now()` in our days, and earlier than any `Date.now()`: 1 January 2000. */
const NO_LONGER_MONOTONIC = Date.UTC(2000);

const NO_OPTIONS = 'it must be an object';
const CALL = v.object({ signal: SIGNAL }, NO_OPTIONS);
const HAS_BLOB = v.object({ signal: SIGNAL, size: v.optional(SIZE) }, NO_OPTIONS);
const PUT_BLOB = v.object(
  {
    signal: SIGNAL,
    mayExist: v.optional(v.boolean('it must be true or false')),
    mountFrom: v.optional(v.string('it must be the name of a repository')),
  },
  NO_OPTIONS,
);
const PUT_MANIFEST = v.object(
  {
    signal: SIGNAL,
    notAfter: v.optional(
      v.pipe(
        v.number('it must be milliseconds of performance.now()'),
        v.check(
          (ms) => ms < NO_LONGER_MONOTONIC || ms === Number.POSITIVE_INFINITY,
          'it must be milliseconds of performance.now(), not of Date.now()',
        ),
      ),
    ),
    expected: v.nullish(v.string('it must be a digest, or null')),
  },
  NO_OPTIONS,
);

function check(
  call: string,
  wanted: v.ObjectEntries,
  given: Readonly<Record<string, unknown>>,
): void {
  const [issue] = v.safeParse(v.object(wanted), given, { abortEarly: true }).issues ?? [];
  if (issue === undefined) return;
  const what = quoted(v.getDotPath(issue) ?? '');
  throw new CafsError('INVALID_INPUT', `The argument ${what} of ${call}: ${issue.message}.`, {
    hint: `Its arguments are ${Object.keys(wanted).join(', ')}.`,
  });
}
