import { read, readSync, write } from 'node:fs';
import { promisify } from 'node:util';

/** Bytes that are read or written at once: large enough to be fast, small enough to be many. */
const PIECE_BYTES = 1024 * 1024;

const readAsync = promisify(read);
const writeAsync = promisify(write);

/** Reads a file from its start to its end, or to `limit` bytes. */
export function readWhole(fd: number, limit: number): Buffer {
  const bytes = Buffer.allocUnsafe(limit);
  let done = 0;
  while (done < limit) {
    const count = readSync(fd, bytes, done, limit - done, done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

/** Whether a file holds these bytes from a position on. */
export function holdsAt(fd: number, bytes: Uint8Array, position: number): boolean {
  const buffer = Buffer.allocUnsafe(Math.min(bytes.byteLength, PIECE_BYTES));
  for (let at = 0; at < bytes.byteLength;) {
    const count = readSync(
      fd,
      buffer,
      0,
      Math.min(buffer.length, bytes.byteLength - at),
      position + at,
    );
    if (count === 0 || buffer.compare(bytes, at, at + count, 0, count) !== 0) return false;
    at += count;
  }
  return true;
}

/** Reads a file from its start to its end, piece by piece; each piece is the caller's to keep. */
export async function* readPieces(
  fd: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    const { bytesRead } = await readAsync(fd, piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/** Writes all of some bytes at the position where the file is. */
export async function writePiece(fd: number, piece: Uint8Array): Promise<void> {
  let done = 0;
  while (done < piece.byteLength) {
    const { bytesWritten } = await writeAsync(fd, piece, done, piece.byteLength - done, null);
    done += bytesWritten;
  }
}

/** Cuts bytes into pieces of a mebibyte, without copying them. */
export function* cut(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}
