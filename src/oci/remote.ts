import type { Digest } from '../digest.ts';
import type { Descriptor } from './types.ts';

/** A tag, or the digest of a manifest. */
export type TagOrDigest = string;

/** A manifest's exact bytes and what they are. The bytes have been checked against the digest. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Options that every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A run of bytes inside a blob. */
export interface ByteRange {
  readonly offset: number;
  /** Bytes, at least 1. */
  readonly length: number;
}

/** Work that a remote has done since it was opened. */
export interface RemoteStats {
  /** HTTP requests, tokens and redirects included; for a layout, file operations on blobs and tags. */
  readonly requests: number;
  /** Bytes of bodies received, manifests included. */
  readonly downloadedBytes: number;
  /** Bytes of bodies sent, manifests included. */
  readonly uploadedBytes: number;
}

/**
 * One repository that holds manifests and blobs: in a registry, or an image layout in a folder.
 *
 * The contract that every implementation keeps (`__tests__/contracts/remote.ts` checks it):
 * - Nothing but verified bytes reaches a caller: a whole blob or manifest is checked against its
 *   digest and size, and a call that cannot deliver them throws `INTEGRITY`. A range cannot be
 *   checked here; it has exactly the length asked for, and the caller checks its digest.
 * - What does not exist is `undefined` (or `false`) from `resolve`, `getManifest` and `hasBlob`,
 *   and throws `NOT_FOUND` from `getBlob` and `getBlobRange`.
 * - A blob or a tag is whole or absent, whatever moment a writer is killed.
 * - Calls may run at the same time.
 */
export interface Remote {
  /** What a person would write: `host/name` or `oci:DIR`. Never holds a credential. */
  readonly name: string;

  /** Work done so far. */
  readonly stats: RemoteStats;

  /** What a tag points to now: one cheap request, no body. */
  resolve(reference: TagOrDigest, options?: CallOptions): Promise<Descriptor | undefined>;

  /** A manifest of at most 8 MiB. */
  getManifest(reference: TagOrDigest, options?: CallOptions): Promise<FetchedManifest | undefined>;

  /**
   * Stores a manifest of at most 4 MiB whose blobs are all there, and points the tags at it.
   *
   * No try to move a tag starts later than 5 seconds after the first one for it, so that who has
   * just read the tag knows until when this may overwrite what others write.
   *
   * @throws CafsError `NOT_FOUND` where a blob is not there: no tag has moved then
   * @param tags none: the manifest can be reached by its digest alone
   */
  putManifest(
    bytes: Uint8Array,
    mediaType: string,
    tags: readonly string[],
    options?: CallOptions,
  ): Promise<Descriptor>;

  hasBlob(digest: Digest, options?: CallOptions): Promise<boolean>;

  /** A whole blob in memory, verified: for blobs whose size the caller has bounded. */
  getBlob(blob: Pick<Descriptor, 'digest' | 'size'>, options?: CallOptions): Promise<Uint8Array>;

  /** A run of a blob's bytes, of exactly the length asked for, not verified. */
  getBlobRange(
    blob: Pick<Descriptor, 'digest' | 'size'>,
    range: ByteRange,
    options?: CallOptions,
  ): Promise<Uint8Array>;

  /** Stores a blob; the bytes must have this digest. Storing what is there already is no error. */
  putBlob(digest: Digest, bytes: Uint8Array, options?: CallOptions): Promise<void>;

  /** All tags, in no particular order. */
  listTags(options?: CallOptions): Promise<readonly string[]>;

  /** Gives back connections. Later calls may fail. */
  close(): Promise<void>;
}
