import type { Digest } from '../digest.ts';
import type { BlobRef, Descriptor } from './types.ts';

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

/** What a caller knows of a blob that it asks for. */
export interface HasBlobOptions extends CallOptions {
  /** Bytes that it has: one that has more or less there is damaged, and as good as none. */
  readonly size?: number | undefined;
}

/** A run of bytes inside a blob. */
export interface ByteRange {
  readonly offset: number;
  /** Bytes, at least 1. */
  readonly length: number;
}

/**
 * Bytes that can be read again from their start, since an upload may have to start over.
 *
 * @example
 * const source: BlobSource = { size: statSync(file).size, open: () => createReadStream(file) };
 */
export interface BlobSource {
  /** Bytes. */
  readonly size: number;
  /** Called for every try; what an earlier call gave is no longer read then. */
  open(): AsyncIterable<Uint8Array>;
}

/** A blob's bytes: all at once, or from a source that is never held in memory as a whole. */
export type BlobContent = Uint8Array | BlobSource;

/** How a blob is stored. */
export interface PutBlobOptions extends CallOptions {
  /**
   * Whether it may be there already: then one cheap request asks before any bytes are sent. Default
   * `false`, for content that has just been made.
   */
  readonly mayExist?: boolean | undefined;
  /**
   * Another repository of the same registry that may hold the blob, by its path: `owner/other`, without
   * a host. Where the registry can take it from there, no bytes are sent. Layouts do not look at it.
   */
  readonly mountFrom?: string | undefined;
}

/** How a manifest is stored. */
export interface PutManifestOptions extends CallOptions {
  /**
   * No request that moves a tag is begun later than this, in milliseconds of `performance.now()`: neither
   * a further try, nor what follows a challenge, a redirect, or a wait for a connection. It holds for all
   * tags. Default: for each tag 5 seconds, which begin with the call, and for the next tag when the one
   * before has been moved, since a slow registry is no reason to move only some.
   *
   * Registries know no compare-and-swap. Who has just read the tag relies on this: what others write
   * later than this moment is not overwritten by a try that was delayed. One that is on its way by then
   * is not called back: a registry may take the manifest whose head it had in time later than this.
   */
  readonly notAfter?: number | undefined;
  /**
   * Where the tags point now, looked at in one step with moving them; null: nowhere. Only where
   * {@link RemoteTraits.swapsTags} says that this can be done.
   */
  readonly expected?: Digest | null | undefined;
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

/** What those who use a remote have found out about it, for those who use it later. */
export interface RemoteTraits {
  /** It refuses manifests with media types that it does not know, and takes those of images. */
  takesOnlyImages?: boolean;
  /** It can move tags only if they point where the caller says. Registries cannot. */
  readonly swapsTags?: boolean;
}

/**
 * One repository that holds manifests and blobs: in a registry, or an image layout in a folder.
 *
 * The contract that every implementation keeps (`__tests__/contracts/remote.ts` checks it):
 * - Nothing but verified bytes reaches a caller: a whole blob or manifest is checked against its
 *   digest and size, and a call that cannot deliver them throws `INTEGRITY`. A range cannot be
 *   checked here; it has exactly the length asked for, and the caller checks its digest. A stream is
 *   checked while it is read, and its last bytes come only when all of it was right.
 * - What does not exist is `undefined` (or `false`) from `resolve`, `getManifest` and `hasBlob`,
 *   and throws `NOT_FOUND` from `getBlob`, `getBlobStream` and `getBlobRange`.
 * - A blob or a tag is whole or absent, whatever moment a writer is killed.
 * - Calls may run at the same time.
 */
export interface Remote {
  /** What a person would write: `host/name` or `oci:DIR`. Never holds a credential. */
  readonly name: string;

  /** Work done so far. */
  readonly stats: RemoteStats;

  /** Empty at first. */
  readonly traits: RemoteTraits;

  /** What a tag points to now: one cheap request, no body. */
  resolve(reference: TagOrDigest, options?: CallOptions): Promise<Descriptor | undefined>;

  /**
   * A manifest of at most 8 MiB.
   *
   * @throws CafsError `MALFORMED` where it is larger, or could be taken for two things
   */
  getManifest(reference: TagOrDigest, options?: CallOptions): Promise<FetchedManifest | undefined>;

  /**
   * Stores a manifest of at most 4 MiB whose blobs are all there, and points the tags at it.
   *
   * @throws CafsError `NOT_FOUND` where a blob is not there: no tag has moved then; `INVALID_INPUT` where
   *   the bytes are no JSON object, or say that they are of another media type; `UNSUPPORTED` where
   *   the registry does not take such a manifest, with its media types, at all, or cannot do what
   *   `expected` wants; `TIMEOUT` where `notAfter` has passed; `CHANGED` where a tag points elsewhere
   *   than expected
   * @param tags none: the manifest can be reached by its digest alone
   */
  putManifest(
    bytes: Uint8Array,
    mediaType: string,
    tags: readonly string[],
    options?: PutManifestOptions,
  ): Promise<Descriptor>;

  /** Whether there is a blob; its bytes are not read. */
  hasBlob(digest: Digest, options?: HasBlobOptions): Promise<boolean>;

  /** A whole blob in memory, verified: for blobs whose size the caller has bounded. */
  getBlob(blob: BlobRef, options?: CallOptions): Promise<Uint8Array>;

  /**
   * A whole blob of any size, piece by piece. Where the connection breaks, reading goes on where it
   * stopped. Whoever has read to the end has read the right bytes; before that, nothing is sure.
   *
   * @throws CafsError `NOT_FOUND`; `INTEGRITY`, before the last bytes, where they are others
   */
  getBlobStream(blob: BlobRef, options?: CallOptions): AsyncIterable<Uint8Array>;

  /** A run of a blob's bytes, of exactly the length asked for, not verified. */
  getBlobRange(blob: BlobRef, range: ByteRange, options?: CallOptions): Promise<Uint8Array>;

  /**
   * Stores a blob. Storing what is there already is no error.
   *
   * @throws CafsError `INTEGRITY` where the bytes have another digest or size: nothing is stored then
   */
  putBlob(digest: Digest, content: BlobContent, options?: PutBlobOptions): Promise<void>;

  /**
   * Deletes a tag; by digest, a manifest with all the tags that point to it. Blobs stay until the
   * registry's garbage collection finds that nothing names them.
   *
   * @returns whether it was there
   * @throws CafsError `UNSUPPORTED` where the registry does not delete by this protocol, as GHCR
   */
  delete(reference: TagOrDigest, options?: CallOptions): Promise<boolean>;

  /** All tags, in no particular order. */
  listTags(options?: CallOptions): Promise<readonly string[]>;

  /**
   * Gives back connections. Every later call throws `CLOSED`, and a call under way may: whoever has a stream
   * must have read it before. To close again is no error.
   */
  close(): Promise<void>;
}
