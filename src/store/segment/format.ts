import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { CafsError } from '../../errors.ts';
import { MAX_SEGMENT_BYTES } from '../index/limits.ts';

/*
 * A segment, as docs/format.md describes it: one zstd frame with a checksum, in it the columns of an
 * index one after another. Here is what its writer and its reader share.
 */

/** What a segment begins with, decompressed; a byte with the format follows. */
export const MAGIC = Buffer.from('CAFSSEG');

/** The format that this code writes, and the only one that it reads. */
export const SEGMENT_FORMAT = 1;

const LEVEL = 3;

/** The most and the fewest bytes that are decompressed at a time. */
const MAX_CHUNK_BYTES = 1024 * 1024;
const MIN_CHUNK_BYTES = 4096;

export function compress(bytes: Uint8Array): Buffer {
  const { byteLength } = bytes;
  return zstdCompressSync(bytes, {
    // More than zstd ever makes of it: where a chunk of output is exactly full, Node asks for more,
    // and zstd answers with a second, empty frame.
    chunkSize: byteLength + (byteLength >>> 8) + MIN_CHUNK_BYTES,
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
}

/** @throws CafsError `MALFORMED` */
export function decompress(bytes: Uint8Array): Buffer {
  const { buffer, engine } = inflate(bytes);
  // Node reads the first of several frames, and says nothing of what follows it.
  if (engine.bytesWritten !== bytes.byteLength) throw malformed('something follows its frame');
  return buffer;
}

/** What Node gives with `info`: `bytesWritten` counts the bytes that were read from the input. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(bytes: Uint8Array): Inflated {
  const chunkSize = Math.min(Math.max(bytes.byteLength * 4, MIN_CHUNK_BYTES), MAX_CHUNK_BYTES);
  const options = { info: true, maxOutputLength: MAX_SEGMENT_BYTES, chunkSize };
  try {
    // The types do not know of `info`.
    return zstdDecompressSync(bytes, options) as unknown as Inflated;
  } catch (cause) {
    throw malformed('it cannot be decompressed', cause);
  }
}

export function malformed(why: string, cause?: unknown): CafsError {
  return new CafsError('MALFORMED', `An index segment is malformed: ${why}.`, { cause });
}
