import { type Digest, isDigest } from '../../digest.ts';
import { ByteReader } from './byte-reader.ts';
import { MAX_RAW_BYTES } from './limits.ts';
import { malformed } from './malformed.ts';

const DIGEST_BYTES = 'sha256:'.length + 64;
const HEADER_BYTES = DIGEST_BYTES + 8;

/** A content in a layer. It is what it is called only if the bytes have that digest. */
export interface GoRecord {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** Its bytes in memory, for who has bounded the size. */
  whole(): Promise<Buffer>;
  /** Its bytes, piece by piece. */
  pieces(): AsyncIterable<Uint8Array>;
}

/**
 * The contents of a decompressed layer: for each its digest as text, its size as 64 bits, the most
 * significant byte first, and its bytes. They are sorted by their digests, and each is there once.
 *
 * A record can be read once, and until the next one is asked for; what is not read is passed over.
 *
 * @throws CafsError `MALFORMED`
 */
export async function* recordsOf(
  layer: AsyncIterable<Uint8Array>,
): AsyncGenerator<GoRecord, void, undefined> {
  const reader = new ByteReader(layer);
  let before = '';
  try {
    while (!(await reader.isAtEnd())) {
      const { digest, size } = readHeader(await reader.read(HEADER_BYTES));
      if (digest <= before) throw malformed('the contents of a layer are not sorted');
      before = digest;
      const end = reader.position + size;
      yield { digest, size, whole: () => reader.read(size), pieces: () => reader.take(size) };
      await reader.skip(end - reader.position);
    }
  } finally {
    await reader.close();
  }
}

function readHeader(header: Buffer): Pick<GoRecord, 'digest' | 'size'> {
  const digest = header.toString('latin1', 0, DIGEST_BYTES);
  if (!isDigest(digest)) {
    throw malformed(`a layer has ${JSON.stringify(digest)} where a digest is due`);
  }
  const size = header.readBigUInt64BE(DIGEST_BYTES);
  if (size > BigInt(MAX_RAW_BYTES)) throw malformed(`a content claims ${String(size)} bytes`);
  return { digest, size: Number(size) };
}
