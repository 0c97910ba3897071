import { digestOf } from '../digest.ts';
import type { Descriptor } from '../oci/types.ts';
import type { Index } from '../store/entry-index.ts';
import { MEDIA_TYPE_SEGMENT } from './media-types.ts';
import { type Snapshot, type SnapshotIndex, segmentsOf } from './snapshot.ts';

/** Segments of a snapshot: reading more of them takes more requests. */
const MAX_SEGMENTS = 8;

/** Changes of more than this share of the base's bytes, or deletions of its entries, make for a new base. */
const MAX_CHANGES = 1 / 4;

/** A snapshot in the same remote, with its index. */
export interface Carrier {
  readonly snapshot: Snapshot;
  readonly index: SnapshotIndex;
}

/** How an index is written. */
export interface SegmentPlan {
  /** In order. */
  readonly layers: readonly Descriptor[];
  /** The one of them that is not in the remote yet. */
  readonly added: Uint8Array | undefined;
}

/**
 * Writes an index as what has changed since the snapshot that carries it, as long as that pays.
 *
 * @param entries all of them with locations
 */
export function planSegments(entries: Index, carrier: Carrier | undefined): SegmentPlan {
  if (carrier === undefined) return withBase(entries);
  const [base, ...changes] = segmentsOf(carrier.snapshot);
  const { index } = carrier;
  if (index.entries.hasSameEntries(entries)) {
    return { layers: [base, ...changes].map(describe), added: undefined };
  }
  // A base that tells mostly of what is gone.
  if (entries.size < index.base.size * (1 - MAX_CHANGES)) return withBase(entries);
  const joins = changes.length + 2 > MAX_SEGMENTS;
  const kept = joins ? [base] : [base, ...changes];
  const added = entries.encodeChanges(joins ? index.base.read() : index.entries);
  const bytes = kept.slice(1).reduce((sum, { size }) => sum + size, added.byteLength);
  if (bytes > base.size * MAX_CHANGES) return withBase(entries);
  return { layers: [...kept.map(describe), segment(added)], added };
}

function withBase(entries: Index): SegmentPlan {
  const added = entries.encode();
  return { layers: [segment(added)], added };
}

function segment(bytes: Uint8Array): Descriptor {
  return { mediaType: MEDIA_TYPE_SEGMENT, digest: digestOf(bytes), size: bytes.byteLength };
}

/** As we write it, whatever form the carrier's manifest has. */
function describe({ digest, size }: Descriptor): Descriptor {
  return { mediaType: MEDIA_TYPE_SEGMENT, digest, size };
}
