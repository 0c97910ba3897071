import { CafsError } from '../../errors.ts';
import { Columns } from '../index/columns.ts';
import { type Keys, NO_KEYS } from '../index/keys.ts';
import { DIGEST_BYTES, MAX_SEGMENT_BYTES, MAX_ENTRIES } from '../index/limits.ts';
import { ByteReader } from './byte-reader.ts';
import { readFrameTable } from './decode-frames.ts';
import { assertApart, readKeys } from './decode-keys.ts';
import { readLocations } from './decode-locations.ts';
import { readMetaTable, readMetas } from './decode-metas.ts';
import { MAGIC, SEGMENT_FORMAT, decompress, malformed } from './format.ts';

/** The fewest bytes that each thing takes: what a header claims cannot be more. */
const LEAST = {
  pack: DIGEST_BYTES + 1,
  frame: DIGEST_BYTES + 5,
  meta: 2,
  entry: DIGEST_BYTES + 5,
  tombstone: 3,
};

/** What a segment of changes says: what is set, and what is deleted. */
export interface Changes {
  readonly columns: Columns;
  /** Keys that are deleted; none of them is set as well. */
  readonly tombstones: Keys;
}

/**
 * The columns of a segment that is an index by itself.
 *
 * @throws as {@link decodeChanges}, and CafsError `MALFORMED` for one that deletes something
 */
export function decodeBase(segment: Uint8Array): Columns {
  const { columns, tombstones } = decodeChanges(segment);
  if (tombstones.keyEnds.length > 0)
    throw malformed('it deletes keys, and there is nothing before');
  return columns;
}

/**
 * What a segment holds; every field is checked, so that nothing that is read from it later can be
 * wrong.
 *
 * @throws CafsError `MALFORMED`, or `UNSUPPORTED_VERSION` for a newer format
 */
export function decodeChanges(segment: Uint8Array): Changes {
  const reader = new ByteReader(decompress(segment));
  readHeader(reader);
  const packCount = reader.count(LEAST.pack);
  const frameCount = reader.count(LEAST.frame);
  const metaCount = reader.count(LEAST.meta);
  const size = reader.count(LEAST.entry);
  const tombstoneCount = reader.count(LEAST.tombstone);
  if (tombstoneCount > MAX_ENTRIES) throw malformed('it deletes more keys than an index has');
  const frameTable = readFrameTable(reader, packCount, frameCount);
  const metaTable = readMetaTable(reader, metaCount);
  const keys = readKeys(reader, size, MAX_SEGMENT_BYTES);
  const digests = Buffer.from(reader.take(size * DIGEST_BYTES));
  const sizes = new Float64Array(size);
  for (let row = 0; row < size; row += 1) sizes[row] = reader.varint();
  const metas = readMetas(reader, size, metaTable);
  const nameOf = (row: number): string =>
    keys.keys.toString('utf8', row === 0 ? 0 : keys.keyEnds[row - 1], keys.keyEnds[row]);
  const locations = readLocations(reader, { sizes, nameOf }, frameTable);
  const tombstones =
    tombstoneCount === 0
      ? NO_KEYS
      : readKeys(reader, tombstoneCount, MAX_SEGMENT_BYTES - keys.keys.length);
  if (reader.remaining > 0) throw malformed('something follows its last column');
  const data = { ...keys, digests, sizes, ...metas, ...locations, metaTable, frameTable };
  const columns = new Columns(data);
  assertApart(columns, tombstones);
  return { columns, tombstones };
}

function readHeader(reader: ByteReader): void {
  if (!reader.take(MAGIC.length).equals(MAGIC)) throw malformed('it does not begin as one');
  const format = reader.byte();
  if (format === 0) throw malformed('its format is 0');
  if (format !== SEGMENT_FORMAT) {
    throw new CafsError(
      'UNSUPPORTED_VERSION',
      `An index segment has format ${String(format)}; this version reads format ${String(SEGMENT_FORMAT)}.`,
      { hint: 'Use a newer version of cafs.' },
    );
  }
}
