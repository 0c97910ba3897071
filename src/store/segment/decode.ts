import { CafsError } from '../../errors.ts';
import { Columns } from '../index/columns.ts';
import { DIGEST_BYTES } from '../index/limits.ts';
import { ByteReader } from './byte-reader.ts';
import { readFrameTable } from './decode-frames.ts';
import { readKeys } from './decode-keys.ts';
import { readLocations } from './decode-locations.ts';
import { readMetaTable, readMetas } from './decode-metas.ts';
import { MAGIC, SEGMENT_FORMAT, decompress, malformed } from './format.ts';

/** The fewest bytes that each thing takes: what a header claims cannot be more. */
const LEAST = { pack: DIGEST_BYTES + 1, frame: DIGEST_BYTES + 5, meta: 2, entry: DIGEST_BYTES + 5 };

/**
 * The columns of a segment; every field is checked, so that nothing that is read from them later
 * can be wrong.
 *
 * @throws CafsError `MALFORMED`, or `UNSUPPORTED_VERSION` for a newer format
 */
export function decodeColumns(segment: Uint8Array): Columns {
  const reader = new ByteReader(decompress(segment));
  readHeader(reader);
  const packCount = reader.count(LEAST.pack);
  const frameCount = reader.count(LEAST.frame);
  const metaCount = reader.count(LEAST.meta);
  const size = reader.count(LEAST.entry);
  const frameTable = readFrameTable(reader, packCount, frameCount);
  const metaTable = readMetaTable(reader, metaCount);
  const keys = readKeys(reader, size);
  const digests = Buffer.from(reader.take(size * DIGEST_BYTES));
  const sizes = new Float64Array(size);
  for (let row = 0; row < size; row += 1) sizes[row] = reader.varint();
  const metas = readMetas(reader, size, metaTable);
  const nameOf = (row: number): string =>
    keys.keys.toString('utf8', row === 0 ? 0 : keys.keyEnds[row - 1], keys.keyEnds[row]);
  const locations = readLocations(reader, { sizes, nameOf }, frameTable);
  if (reader.remaining > 0) throw malformed('something follows its last column');
  return new Columns({ ...keys, digests, sizes, ...metas, ...locations, metaTable, frameTable });
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
