import type { Digest } from '../digest.ts';
import { digestOf } from '../digest.ts';
import { NotFoundError, hasCode } from '../errors.ts';
import type { PackRef } from '../location.ts';
import { encodeManifest } from '../oci/manifest.ts';
import type { CallOptions, Remote } from '../oci/remote.ts';
import { type Descriptor, MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { compareBytes } from '../order.ts';
import { quoted } from '../quoted.ts';
import type { Entry } from '../store/entry.ts';
import { Index } from '../store/entry-index.ts';
import {
  SNAPSHOT_FORMAT,
  type SnapshotConfig,
  type SnapshotSubtree,
  encodeConfig,
} from './config.ts';
import { MEDIA_TYPE_PACK, MEDIA_TYPE_SEGMENT } from './media-types.ts';
import { type Dialect, imageConfigFields, snapshotManifest } from './snapshot-manifest.ts';

/** What a snapshot is to hold. The contents of its entries are in the remote already. */
export interface Draft {
  readonly entries: Iterable<readonly [string, Entry]>;
  readonly subtrees: readonly SnapshotSubtree[];
  /** Prefixes whose digests a reader may want to compare. */
  readonly prefixes: readonly string[];
  /** Provenance: who wrote it, in which run. Part of the manifest, and so of its digest. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where a snapshot is published. */
export interface Target {
  readonly tags: readonly string[];
  /**
   * A tag that must still point where the draft's author saw it point (undefined: nowhere), so
   * that what another writer put there meanwhile is not lost.
   */
  readonly expect?: { readonly tag: string; readonly digest: Digest | undefined };
}

/**
 * Writes a snapshot and points tags at it. Blobs go first and tags last, so that a tag is whole
 * or untouched whenever this is interrupted.
 *
 * Registries know no compare-and-swap: a writer that moves the tag between our last look and our
 * write is overwritten.
 *
 * Nothing is uploaded where the expected tag points at this very snapshot already.
 *
 * A registry that refuses media types which it does not know gets the snapshot in the form of an
 * image, now and from now on.
 *
 * @returns undefined where the expected tag has moved: merge with what is there, and try again
 * @throws CafsError `NOT_FOUND` where an entry's content lies in no pack
 */
export async function publish(
  remote: Remote,
  draft: Draft,
  target: Target,
  options: CallOptions = {},
): Promise<Descriptor | undefined> {
  const parts = encodeSnapshot(draft);
  const { traits } = remote;
  if (traits.takesOnlyImages === true) return write(remote, parts, 'image', target, options);
  try {
    return await write(remote, parts, 'artifact', target, options);
  } catch (error) {
    if (!hasCode(error, 'UNSUPPORTED')) throw error;
    const done = await write(remote, parts, 'image', target, options).catch((second: unknown) => {
      // Where an image is refused as well, it is not for its media types.
      throw hasCode(second, 'UNSUPPORTED') ? error : second;
    });
    traits.takesOnlyImages = true;
    return done;
  }
}

async function write(
  remote: Remote,
  { config, segment, layers, annotations }: Encoded,
  dialect: Dialect,
  { tags, expect }: Target,
  options: CallOptions,
): Promise<Descriptor | undefined> {
  const extra = dialect === 'image' ? imageConfigFields(layers) : {};
  const configBytes = encodeConfig(config, extra);
  const configBlob = { digest: digestOf(configBytes), size: configBytes.byteLength };
  const manifest = encodeManifest(
    snapshotManifest({ config: configBlob, layers, annotations }, dialect),
  );
  const descriptor = describe(MEDIA_TYPE_MANIFEST, manifest);
  if (expect?.digest === descriptor.digest && tags.every((tag) => tag === expect.tag))
    return descriptor;
  await Promise.all([
    remote.putBlob(configBlob.digest, configBytes, options),
    remote.putBlob(digestOf(segment), segment, options),
  ]);
  if (expect !== undefined) {
    const now = await remote.resolve(expect.tag, options);
    if (now?.digest !== expect.digest) return undefined;
  }
  return remote.putManifest(manifest, MEDIA_TYPE_MANIFEST, tags, options);
}

/** A draft as bytes, but for what differs between dialects. */
interface Encoded {
  readonly config: SnapshotConfig;
  readonly segment: Uint8Array;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

function encodeSnapshot(draft: Draft): Encoded {
  const index = new Index(draft.entries);
  const packs = new Map<Digest, PackRef>();
  let bytes = 0;
  for (const [key, { size, location }] of index.range('')) {
    if (location === undefined) {
      throw new NotFoundError(`The content of ${quoted(key)} is not in the remote.`);
    }
    for (const { pack } of location.frames) packs.set(pack.digest, pack);
    bytes += size;
  }
  const prefixes = [...new Set(draft.prefixes)].sort(compareBytes);
  const segment = index.encode();
  return {
    config: {
      format: SNAPSHOT_FORMAT,
      root: index.hash(''),
      entries: index.size,
      bytes,
      prefixes: Object.fromEntries(prefixes.map((prefix) => [prefix, index.hash(prefix)])),
      subtrees: [...draft.subtrees].sort((a, b) => compareBytes(a.name, b.name)),
    },
    segment,
    layers: [
      describe(MEDIA_TYPE_SEGMENT, segment),
      ...[...packs.values()].map(({ digest, size }) => ({
        mediaType: MEDIA_TYPE_PACK,
        digest,
        size,
      })),
    ],
    annotations: draft.annotations,
  };
}

function describe(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
}
