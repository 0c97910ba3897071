import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

import { type Digest, digestOf } from '../digest.ts';
import type { CafsError } from '../errors.ts';
import { IntegrityError } from '../errors.ts';
import { type Codec, type FrameRef, MAX_FRAME_BYTES } from '../location.ts';

// zlib's asynchronous calls run on libuv's threads: several frames are compressed at once.
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Compressing is worth it where it saves at least this share. */
const WORTHWHILE = 0.97;

/** A frame's bytes as they are stored. */
export interface EncodedFrame {
  readonly bytes: Uint8Array;
  readonly rawSize: number;
  /** Of the stored bytes. */
  readonly digest: Digest;
  readonly codec: Codec;
}

/** Compresses a frame, or keeps it raw where that saves nothing. */
export async function encodeFrame(raw: Uint8Array, level: number): Promise<EncodedFrame> {
  const packed = await compress(raw, { params: { [constants.ZSTD_c_compressionLevel]: level } });
  const codec = packed.byteLength < raw.byteLength * WORTHWHILE ? 'zstd' : 'raw';
  const bytes = codec === 'zstd' ? packed : raw;
  return { bytes, rawSize: raw.byteLength, digest: digestOf(bytes), codec };
}

/**
 * Checks a frame's stored bytes against its digest and decodes them.
 *
 * @throws CafsError `INTEGRITY`
 */
export async function decodeFrame(frame: FrameRef, stored: Uint8Array): Promise<Uint8Array> {
  const fail = (why: string, cause?: unknown): CafsError =>
    new IntegrityError(
      `The frame at byte ${String(frame.offset)} of the pack ${frame.pack.digest} is damaged: ${why}.`,
      { cause },
    );
  if (frame.rawSize > MAX_FRAME_BYTES) throw fail(`it claims ${String(frame.rawSize)} bytes`);
  const found = digestOf(stored);
  if (found !== frame.digest) throw fail(`expected ${frame.digest}, found ${found}`);
  if (frame.codec === 'raw') {
    if (stored.byteLength !== frame.rawSize) throw fail('it is stored raw and has another size');
    return stored;
  }
  let raw: Uint8Array;
  try {
    // Node decodes the first of several joined frames and says nothing of the rest, so the length
    // that comes out is checked; the limit stops a decompression bomb.
    raw = await decompress(stored, { maxOutputLength: Math.max(frame.rawSize, 1) });
  } catch (cause) {
    throw fail('it cannot be decompressed', cause);
  }
  if (raw.byteLength !== frame.rawSize) throw fail(`it decodes to ${String(raw.byteLength)} bytes`);
  return raw;
}
