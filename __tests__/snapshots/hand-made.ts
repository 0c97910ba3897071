import { type Digest, digestOf } from '../../src/digest.ts';
import {
  type Payload,
  type PayloadEntry,
  type PayloadFrame,
  packSegment,
  payload,
} from '../store/segment-payload.ts';

/*
 * Snapshots that no writer of ours would write, by the letter of docs/format.md: everything can be
 * another, and all else is right.
 */

/** What a tag points to, and blobs by the digests that they are asked for with. */
export interface Planted {
  readonly manifest: Buffer;
  /** Where it is not the manifest's. */
  readonly claimed?: Digest;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** A layer or a config, as it stands in a manifest. */
export interface Layer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const ARTIFACT = 'application/vnd.cafs.snapshot.v1';
export const SEGMENT = 'application/vnd.cafs.snapshot.segment.v1+zstd';
export const PACK = 'application/vnd.cafs.snapshot.pack.v1';
const CONFIG = 'application/vnd.cafs.snapshot.config.v1+json';

/** The pack of the honest snapshot: two frames, of which the first holds two contents. */
export const HONEST_PACK = Buffer.from('onetwo twobbb');
const PACK_REF = { digest: digestOf(HONEST_PACK), size: HONEST_PACK.byteLength };

/** The frames of the honest snapshot, stored raw. */
export const HONEST_FRAMES: readonly PayloadFrame[] = [
  frameOf('onetwo two', 0),
  frameOf('bbb', 10),
];

function frameOf(text: string, offset: number): PayloadFrame {
  const size = text.length;
  return { digest: digestOf(text), pack: 0, offset, stored: size, raw: size, codec: 1 };
}

/** The entries of the honest snapshot. */
export const HONEST_ENTRIES: readonly PayloadEntry[] = [
  { key: 'a/one', digest: digestOf('one'), size: 3, frames: 2, first: 0, offset: 0 },
  { key: 'a/two', digest: digestOf('two two'), size: 7, frames: 2, first: 0, offset: 0 },
  { key: 'b', digest: digestOf('bbb'), size: 3, frames: 2, first: 1, offset: 0 },
];

/** What the honest snapshot's only segment holds, with changes. */
export function segmentOf(changes: Payload = {}): Buffer {
  return packSegment(
    payload({ packs: [PACK_REF], frames: HONEST_FRAMES, entries: HONEST_ENTRIES, ...changes }),
  );
}

/** The config of an index with these entries, with changes. */
export function configOf(
  entries: readonly PayloadEntry[] = HONEST_ENTRIES,
  changes: object = {},
): Buffer {
  return Buffer.from(
    JSON.stringify({
      format: 1,
      root: rootOf(entries),
      entries: entries.length,
      bytes: entries.reduce((sum, { size }) => sum + size, 0),
      prefixes: {},
      subtrees: [],
      merged: [],
      ...changes,
    }),
  );
}

function rootOf(entries: readonly PayloadEntry[]): string {
  const lines = entries
    .map(({ key, digest, size }) =>
      Buffer.concat([Buffer.from(key), Buffer.from(`\0${digest}\0${String(size)}`)]),
    )
    .sort((a, b) => Buffer.compare(a, b));
  if (lines.length === 0) return '';
  return digestOf(
    Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from('\n'), line]))),
  );
}

/** What a snapshot is made of; the honest parts where none are given. */
export interface Parts {
  readonly segments?: readonly Buffer[];
  readonly packs?: readonly Buffer[];
  readonly config?: Buffer;
  /** Changes what the manifest says of them. */
  readonly layers?: (layers: readonly Layer[]) => readonly Layer[];
  /** Changes what the manifest says. */
  readonly manifest?: (manifest: Readonly<Record<string, unknown>>) => object;
}

/** A snapshot, ready to be planted. */
export function snapshotOf(parts: Parts = {}): Planted {
  const { segments = [segmentOf()], packs = [HONEST_PACK], config = configOf() } = parts;
  const blobs = new Map<string, Buffer>();
  const layerOf = (mediaType: string, bytes: Buffer): Layer => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.byteLength };
  };
  const layers = [
    ...segments.map((bytes) => layerOf(SEGMENT, bytes)),
    ...packs.map((bytes) => layerOf(PACK, bytes)),
  ];
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: ARTIFACT,
    config: layerOf(CONFIG, config),
    layers: parts.layers?.(layers) ?? layers,
    annotations: {},
  };
  const text = JSON.stringify(parts.manifest?.(manifest) ?? manifest);
  return { manifest: Buffer.from(text), blobs };
}

/** A snapshot with a blob that is not what its digest says. */
export function withLie(planted: Planted, digest: string, bytes: Buffer): Planted {
  return { ...planted, blobs: new Map([...planted.blobs, [digest, bytes]]) };
}
