import type { Digest } from '../digest.ts';
import { digestOf } from '../digest.ts';
import { CafsError, NotFoundError, hasCode } from '../errors.ts';
import { encodeManifest } from '../oci/manifest.ts';
import type { CallOptions, PutManifestOptions, Remote } from '../oci/remote.ts';
import { type Descriptor, MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { compareBytes } from '../order.ts';
import { quoted } from '../quoted.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Index } from '../store/entry-index.ts';
import {
  SNAPSHOT_FORMAT,
  type SnapshotConfig,
  type SnapshotSubtree,
  encodeConfig,
} from './config.ts';
import { MEDIA_TYPE_PACK } from './media-types.ts';
import { digestPrefixes } from './prefixes.ts';
import { type Carrier, planSegments } from './segments.ts';
import { type Dialect, imageConfigFields, snapshotManifest } from './snapshot-manifest.ts';

/** What a snapshot is to hold. */
export interface Draft {
  /** Their contents are in the remote already. Nobody changes them meanwhile. */
  readonly entries: Index;
  readonly subtrees: readonly SnapshotSubtree[];
  /** Prefixes whose digests a reader may want to compare, beside those of the folders at the top. */
  readonly prefixes: readonly string[];
  /** Provenance: who wrote it, in which run. Part of the manifest, and so of its digest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** A snapshot whose segments need not be written again. */
  readonly carrier?: Carrier | undefined;
  /** Snapshots that this one goes on from, the newest first; at most 128. */
  readonly merged?: readonly Digest[];
  /** The snapshot with which its tag began; undefined: it begins with this one. */
  readonly first?: Digest | undefined;
}

/** How a snapshot is brought to a remote. */
export interface PrepareOptions extends CallOptions {
  /** Keeps what was written, so that it need not be fetched when it is read. */
  readonly blobs?: Blobs | undefined;
  /** Blobs that were sent already, or are being sent, for other snapshots of the same push. */
  readonly sent?: Map<Digest, Promise<void>> | undefined;
}

/** A snapshot whose blobs are in the remote, and which no tag points to yet. */
export interface Prepared {
  readonly descriptor: Descriptor;
  readonly config: SnapshotConfig;
  /**
   * Points tags at it.
   *
   * @throws CafsError `CHANGED` where the registry turned out to take images only, and `notAfter` limits
   *   when tags may be moved: look where they point and prepare the snapshot anew, once
   */
  readonly tag: (tags: readonly string[], options?: PutManifestOptions) => Promise<PreparedTag>;
}

/** What tags point to now: another form of the same snapshot, where the registry wanted that. */
export type PreparedTag = Pick<Prepared, 'descriptor'>;

/**
 * Brings a snapshot's config and index to a remote.
 *
 * @throws CafsError `NOT_FOUND` where an entry's content lies in no pack
 */
export async function prepare(
  remote: Remote,
  draft: Draft,
  { blobs, sent = new Map(), ...options }: PrepareOptions = {},
): Promise<Prepared> {
  const parts = encodeSnapshot(draft);
  const dialect = remote.traits.takesOnlyImages === true ? 'image' : 'artifact';
  const { manifest, config, descriptor } = describe(parts, dialect);
  const fresh = parts.added === undefined ? [config] : [parts.added, config];
  await Promise.all(fresh.map((bytes) => sendOnce(remote, bytes, sent, options)));
  for (const bytes of [...fresh, manifest]) blobs?.put(bytes);
  const tag = async (
    tags: readonly string[],
    more: PutManifestOptions = {},
  ): Promise<PreparedTag> => {
    const put = async (bytes: Uint8Array): Promise<PreparedTag> => ({
      descriptor: await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, tags, {
        ...options,
        ...more,
      }),
    });
    try {
      return await put(manifest);
    } catch (error) {
      if (!hasCode(error, 'UNSUPPORTED') || dialect === 'image') throw error;
      const image = await bringImage(remote, parts, error, { ...options, sent });
      if (more.notAfter !== undefined) throw onlyImages(remote, error);
      return await put(image);
    }
  };
  return { descriptor, config: parts.config, tag };
}

/**
 * A registry that refuses media types which it does not know gets the snapshot in the form of an image, now
 * and from now on. No tag points to it yet.
 *
 * @throws the refusal, where an image is refused as well: then it is not for its media types
 */
async function bringImage(
  remote: Remote,
  parts: Encoded,
  refusal: unknown,
  { sent = new Map(), ...options }: PrepareOptions,
): Promise<Uint8Array> {
  const { manifest, config } = describe(parts, 'image');
  await sendOnce(remote, config, sent, options);
  try {
    await remote.putManifest(manifest, MEDIA_TYPE_MANIFEST, [], options);
  } catch (error) {
    throw hasCode(error, 'UNSUPPORTED') ? refusal : error;
  }
  remote.traits.takesOnlyImages = true;
  return manifest;
}

/** Finding that out took requests: what the caller has seen at its tag is older than it may be by now. */
function onlyImages(remote: Remote, cause: unknown): CafsError {
  return new CafsError('CHANGED', `${remote.name} takes images only, as it turned out.`, {
    hint: 'Prepare the snapshot anew: it will be one.',
    cause,
  });
}

/** A snapshot in one of its forms. */
interface Written {
  readonly manifest: Uint8Array;
  readonly config: Uint8Array;
  readonly descriptor: Descriptor;
}

/** Uploads a blob, unless that was done before. */
async function sendOnce(
  remote: Remote,
  bytes: Uint8Array,
  sent: Map<Digest, Promise<void>>,
  options: CallOptions,
): Promise<void> {
  const digest = digestOf(bytes);
  const sending = sent.get(digest) ?? remote.putBlob(digest, bytes, options);
  sent.set(digest, sending);
  try {
    await sending;
  } catch (error) {
    sent.delete(digest);
    throw error;
  }
}

/** Makes config and manifest. */
function describe({ config, layers, annotations }: Encoded, dialect: Dialect): Written {
  const extra = dialect === 'image' ? imageConfigFields(layers) : {};
  const bytes = encodeConfig(config, extra);
  const blob = { digest: digestOf(bytes), size: bytes.byteLength };
  const manifest = encodeManifest(snapshotManifest({ config: blob, layers, annotations }, dialect));
  const digest = digestOf(manifest);
  return {
    manifest,
    config: bytes,
    descriptor: { mediaType: MEDIA_TYPE_MANIFEST, digest, size: manifest.byteLength },
  };
}

/** A draft as bytes, but for what differs between dialects. */
interface Encoded {
  readonly config: SnapshotConfig;
  /** The segment that is to be uploaded. */
  readonly added: Uint8Array | undefined;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

function encodeSnapshot({ entries, carrier, merged = [], first, ...draft }: Draft): Encoded {
  const nowhere = entries.keyOutside(() => true);
  if (nowhere !== undefined) {
    throw new NotFoundError(`The content of ${quoted(nowhere)} is not in the remote.`);
  }
  const { layers, added } = planSegments(entries, carrier);
  const { root, prefixes } = digestPrefixes(entries, draft.prefixes);
  return {
    config: {
      format: SNAPSHOT_FORMAT,
      root,
      entries: entries.size,
      bytes: entries.totals().bytes,
      prefixes,
      subtrees: [...draft.subtrees].sort((a, b) => compareBytes(a.name, b.name)),
      merged: [...merged],
      ...(first === undefined ? {} : { first }),
    },
    added,
    layers: [
      ...layers,
      ...entries.packRefs().map(({ digest, size }) => ({
        mediaType: MEDIA_TYPE_PACK,
        digest,
        size,
      })),
    ],
    annotations: draft.annotations,
  };
}
