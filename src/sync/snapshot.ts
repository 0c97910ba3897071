import { type Digest, digestOf, isDigest } from '../digest.ts';
import { CafsError, IntegrityError } from '../errors.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { CallOptions, FetchedManifest, Remote } from '../oci/remote.ts';
import { type Descriptor, type Manifest, MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { quoted } from '../quoted.ts';
import type { Blobs } from '../store/blobs.ts';
import { Index } from '../store/entry-index.ts';
import { ancestors } from '../store/lineage.ts';
import { type SnapshotConfig, MAX_CONFIG_BYTES, decodeConfig } from './config.ts';
import { goPackageHint } from './go-package/recognise.ts';
import { ARTIFACT_TYPE, MEDIA_TYPE_PACK, MEDIA_TYPE_SEGMENT } from './media-types.ts';
import { dialectOf, layerType } from './snapshot-manifest.ts';

/** Bytes of all segments as they are stored: more is not fetched. */
const MAX_SEGMENT_BYTES = 256 * 1024 * 1024;

/** Twice what is written: each may be as large as an index once it is decompressed. */
const MAX_SEGMENTS_READ = 16;

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
  /** Keeps manifests, configs and segments, so that they are fetched once. */
  readonly blobs: Blobs;
}

/** How what a tag points to is read. */
export interface ReadTagOptions extends ReadOptions {
  /**
   * Where the tag was seen to point just now: what is on this disk of that snapshot is not asked for.
   * Where it has moved on since, what it points to by then is read.
   */
  readonly at?: Digest | undefined;
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
  { blobs, at, ...options }: ReadTagOptions,
): Promise<Snapshot | undefined> {
  // By the tag and not by its digest: zot drops a manifest when its last tag moves on.
  const fetched = kept(blobs, at ?? reference) ?? (await remote.getManifest(reference, options));
  if (fetched === undefined) return undefined;
  const manifest = await readManifest(remote, fetched, reference, options);
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
 * What a snapshot goes on from that is made from others, as its config names it.
 *
 * @param older what is named as far as there is room
 */
export function ancestorsOf(
  snapshots: readonly Snapshot[],
  older: readonly Digest[] = [],
): Digest[] {
  const all = snapshots.map(({ descriptor, config }) => ({
    snapshot: descriptor.digest,
    merged: config.merged,
  }));
  return ancestors(all, older);
}

/** What the next snapshot at a tag goes on from. */
export function goingOnFrom(snapshot: Snapshot): { merged: Digest[]; first: Digest } {
  return { merged: ancestorsOf([snapshot]), first: firstOfTag(snapshot) };
}

/** The snapshot with which the tag of one began. */
export function firstOfTag({ descriptor, config }: Snapshot): Digest {
  return config.first ?? descriptor.digest;
}

/** A snapshot's index. */
export interface SnapshotIndex {
  /** Every entry, with where its content lies. */
  readonly entries: Index;
  /** What the first segment says by itself: read anew when it is asked for, since that is seldom. */
  readonly base: {
    /** How many entries it has. */
    readonly size: number;
    readonly read: () => Index;
  };
}

/**
 * Reads a snapshot's index. Segments that are on this disk are not asked for again.
 *
 * @throws CafsError `MALFORMED` where it is no index, or not the one that the manifest and the config
 * describe
 */
export async function readIndex(
  remote: Remote,
  snapshot: Snapshot,
  { blobs, ...options }: ReadOptions,
): Promise<SnapshotIndex> {
  const [first, ...changes] = segmentsOf(snapshot);
  const fetch = async (segment: Descriptor): Promise<Uint8Array> => {
    const kept = blobs.find(segment.digest);
    if (kept !== undefined) return kept;
    const bytes = await remote.getBlob(segment, options);
    blobs.put(bytes);
    return bytes;
  };
  const bytes = await fetch(first);
  const entries = Index.decode(bytes);
  const { size } = entries;
  for (const segment of changes) entries.applySegment(await fetch(segment));
  checkIndex(snapshot, entries);
  return { entries, base: { size, read: () => Index.decode(bytes) } };
}

/**
 * The segments of a snapshot: a base, then changes on top of it.
 *
 * @throws CafsError `MALFORMED` where there are none, too many, or too large ones
 */
export function segmentsOf({
  manifest,
}: Pick<Snapshot, 'manifest'>): readonly [base: Descriptor, ...changes: Descriptor[]] {
  const all = manifest.layers.filter((layer) => layerType(layer) === MEDIA_TYPE_SEGMENT);
  const [base, ...changes] = all;
  if (base === undefined || all.length > MAX_SEGMENTS_READ) {
    throw new CafsError(
      'MALFORMED',
      `A snapshot has 1 to ${String(MAX_SEGMENTS_READ)} index segments; this one has ${String(all.length)}.`,
    );
  }
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  if (bytes > MAX_SEGMENT_BYTES) {
    throw new CafsError('MALFORMED', `The snapshot's index claims ${String(bytes)} bytes.`);
  }
  return [base, ...changes];
}

/**
 * Checks that an index is that of a snapshot: the same entries, and all of them in its packs.
 *
 * @throws CafsError `MALFORMED`
 */
export function checkIndex(
  { manifest, config }: Pick<Snapshot, 'manifest' | 'config'>,
  index: Index,
): void {
  const packs = new Map<Digest, number>(
    manifest.layers
      .filter((layer) => layerType(layer) === MEDIA_TYPE_PACK)
      .map(({ digest, size }) => [digest, size]),
  );
  const outside = index.keyOutside(({ digest, size }) => packs.get(digest) === size);
  if (outside !== undefined) {
    throw new CafsError(
      'MALFORMED',
      `The entry ${quoted(outside)} lies in a pack that the snapshot does not have.`,
    );
  }
  if (!index.hasFramesApart()) {
    throw new CafsError('MALFORMED', 'The snapshot names frames that overlap.');
  }
  if (index.size !== config.entries || index.hash('') !== config.root) {
    throw new CafsError('MALFORMED', 'The snapshot has other entries than its config says.');
  }
}

/**
 * Reads a manifest that must be a snapshot's.
 *
 * @throws CafsError `NOT_A_SNAPSHOT`, `MALFORMED`, `INTEGRITY`
 */
export async function readManifest(
  remote: Remote,
  fetched: FetchedManifest,
  reference: string,
  options: CallOptions,
): Promise<Manifest> {
  const name = `${remote.name} ${reference}`;
  // The remote has checked the bytes already; a snapshot's identity is worth a second look.
  if (digestOf(fetched.bytes) !== fetched.descriptor.digest) {
    throw new IntegrityError(
      `The manifest of ${name} does not have the digest ${fetched.descriptor.digest}.`,
    );
  }
  const manifest = parseManifest(fetched.bytes);
  if (dialectOf(manifest) === undefined) {
    const hint = await goPackageHint(remote, manifest, options);
    throw new CafsError(
      'NOT_A_SNAPSHOT',
      `${name} is no snapshot: its artifact type is ${quoted(manifest.artifactType ?? '')}, not ${ARTIFACT_TYPE}.`,
      { hint: hint ?? 'Give the cache a repository of its own.' },
    );
  }
  return manifest;
}
