import { type Digest, digestOf, isDigest } from '../digest.ts';
import { CafsError, IntegrityError } from '../errors.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { CallOptions, FetchedManifest, Remote } from '../oci/remote.ts';
import { type Descriptor, type Manifest, MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { quoted } from '../quoted.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Entry } from '../store/entry.ts';
import { Index } from '../store/entry-index.ts';
import { type SnapshotConfig, MAX_CONFIG_BYTES, decodeConfig } from './config.ts';
import { ARTIFACT_TYPE, MEDIA_TYPE_SEGMENT } from './media-types.ts';
import { dialectOf, layerType } from './snapshot-manifest.ts';

/** Bytes of a segment as it is stored: more is not fetched. */
const MAX_SEGMENT_BYTES = 256 * 1024 * 1024;

/** What a tag points to, without its index and without any content. */
export interface Snapshot {
  /** Of the manifest: the snapshot's identity. */
  readonly descriptor: Descriptor;
  /** The manifest's exact bytes, for pointing further tags at it. */
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  readonly config: SnapshotConfig;
}

/** How a snapshot is read. */
export interface ReadOptions extends CallOptions {
  /** Keeps manifests and configs, so that they are fetched once. */
  readonly blobs: Blobs;
}

/**
 * Reads what a tag, or a manifest's digest, points to. Something that is on this disk already is
 * not asked for again; a tag always is.
 *
 * @returns undefined where there is nothing
 * @throws CafsError `NOT_A_SNAPSHOT` for something else, `UNSUPPORTED_VERSION` for a snapshot of a
 * newer version, `MALFORMED` for a damaged one, and the remote's own errors
 */
export async function readSnapshot(
  remote: Remote,
  reference: string,
  { blobs, ...options }: ReadOptions,
): Promise<Snapshot | undefined> {
  const fetched = kept(blobs, reference) ?? (await remote.getManifest(reference, options));
  if (fetched === undefined) return undefined;
  const manifest = parseSnapshotManifest(fetched, `${remote.name} ${reference}`);
  // Somebody had to write it like that: whoever writes next need not find out anew.
  if (dialectOf(manifest) === 'image') remote.traits.takesOnlyImages = true;
  if (manifest.config.size > MAX_CONFIG_BYTES) {
    throw new CafsError(
      'MALFORMED',
      `The snapshot's config claims ${String(manifest.config.size)} bytes.`,
    );
  }
  const { digest } = manifest.config;
  const bytes = blobs.find(digest) ?? (await remote.getBlob(manifest.config, options));
  const config = decodeConfig(bytes);
  blobs.put(fetched.bytes);
  blobs.put(bytes);
  return { descriptor: fetched.descriptor, bytes: fetched.bytes, manifest, config };
}

function kept(blobs: Blobs, reference: string): FetchedManifest | undefined {
  if (!isDigest(reference)) return undefined;
  const bytes = blobs.find(reference);
  if (bytes === undefined) return undefined;
  const descriptor = { mediaType: MEDIA_TYPE_MANIFEST, digest: reference, size: bytes.byteLength };
  return { descriptor, bytes };
}

/**
 * Reads a snapshot's index: every entry, with where its content lies.
 *
 * @throws CafsError `MALFORMED` where it is no index, or not the one that the manifest and the config
 * describe
 */
export async function readIndex(
  remote: Remote,
  snapshot: Snapshot,
  options: CallOptions = {},
): Promise<Index> {
  const index = Index.decode(await fetchSegment(remote, snapshot, options));
  checkIndex(snapshot, index.range(''));
  return index;
}

/**
 * Fetches a snapshot's index as it is stored: a segment.
 *
 * @throws CafsError `MALFORMED` where the snapshot has none, or one that is too large
 */
export async function fetchSegment(
  remote: Remote,
  { manifest }: Snapshot,
  options: CallOptions = {},
): Promise<Uint8Array> {
  const segments = manifest.layers.filter((layer) => layerType(layer) === MEDIA_TYPE_SEGMENT);
  const [segment] = segments;
  if (segment === undefined || segments.length > 1) {
    throw new CafsError(
      'MALFORMED',
      `A snapshot has one index segment; this one has ${String(segments.length)}.`,
    );
  }
  if (segment.size > MAX_SEGMENT_BYTES) {
    throw new CafsError('MALFORMED', `The snapshot's index claims ${String(segment.size)} bytes.`);
  }
  return remote.getBlob(segment, options);
}

/**
 * Checks that entries are those of a snapshot: as many, and all of them in its packs.
 *
 * @throws CafsError `MALFORMED`
 */
export function checkIndex(
  { manifest, config }: Snapshot,
  entries: Iterable<readonly [string, Entry]>,
): void {
  const packs = new Map<Digest, number>(manifest.layers.map((layer) => [layer.digest, layer.size]));
  let count = 0;
  for (const [key, { location }] of entries) {
    count += 1;
    const isThere = location?.frames.every(({ pack }) => packs.get(pack.digest) === pack.size);
    if (isThere !== true) {
      throw new CafsError(
        'MALFORMED',
        `The entry ${quoted(key)} lies in a pack that the snapshot does not have.`,
      );
    }
  }
  if (count !== config.entries) {
    throw new CafsError(
      'MALFORMED',
      'The snapshot has another number of entries than its config says.',
    );
  }
}

function parseSnapshotManifest(fetched: FetchedManifest, name: string): Manifest {
  // The remote has checked the bytes already; a snapshot's identity is worth a second look.
  if (digestOf(fetched.bytes) !== fetched.descriptor.digest) {
    throw new IntegrityError(
      `The manifest of ${name} does not have the digest ${fetched.descriptor.digest}.`,
    );
  }
  const manifest = parseManifest(fetched.bytes);
  if (dialectOf(manifest) === undefined) {
    throw new CafsError(
      'NOT_A_SNAPSHOT',
      `${name} is no snapshot: its artifact type is ${quoted(manifest.artifactType ?? '')}, not ${ARTIFACT_TYPE}.`,
      { hint: 'Give the cache a repository of its own.' },
    );
  }
  return manifest;
}
