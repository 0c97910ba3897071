import { lstat } from 'node:fs/promises';

import { type Digest, Digester, digestOf } from '../digest.ts';
import type { CafsError } from '../errors.ts';
import { IntegrityError, NotFoundError } from '../errors.ts';
import { isMissing } from '../file-access.ts';
import { type OpenFile, explainRead, fill, openRegularFile } from './regular-file.ts';
import type { ByteRange } from './remote.ts';
import type { BlobRef } from './types.ts';

/** How much of a blob is in memory at once while it is read as a stream, in bytes: two of these. */
const PIECE_BYTES = 256 * 1024;

/** The size of a blob's file in bytes; undefined where there is none, or something else than a file. */
export async function findBlob(path: string): Promise<number | undefined> {
  try {
    const stats = await lstat(path);
    return stats.isFile() ? stats.size : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw explainRead(error, path);
  }
}

/**
 * Reads and checks a whole blob.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`, `DENIED`
 */
export async function readBlobFile(path: string, blob: BlobRef): Promise<Buffer> {
  const bytes = await readBlobRange(path, blob, { offset: 0, length: blob.size });
  assertDigest(path, blob, digestOf(bytes));
  return bytes;
}

/**
 * Reads a run of a blob's bytes, unchecked but for the blob's size.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`, `DENIED`
 */
export async function readBlobRange(
  path: string,
  blob: BlobRef,
  range: ByteRange,
): Promise<Buffer> {
  const { handle } = await openBlob(path, blob);
  try {
    const buffer = Buffer.allocUnsafe(range.length);
    const filled = await fill(handle, buffer, range.offset);
    if (filled < range.length) throw wrongSize(blob, range.offset + filled);
    return buffer;
  } finally {
    await handle.close();
  }
}

/**
 * Reads a blob of any size, piece by piece. The last piece comes when all of it has been checked.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`, `DENIED`; the signal's reason
 */
export async function* streamBlobFile(
  path: string,
  blob: BlobRef,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const { handle } = await openBlob(path, blob);
  try {
    const digester = new Digester();
    let last: Uint8Array | undefined;
    while (digester.size < blob.size) {
      signal?.throwIfAborted();
      // A new one each time: whoever reads may keep what was given.
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, blob.size - digester.size));
      const filled = await fill(handle, piece, digester.size);
      if (filled < piece.byteLength) throw wrongSize(blob, digester.size + filled);
      digester.update(piece);
      if (last !== undefined) yield last;
      last = piece;
    }
    signal?.throwIfAborted();
    assertDigest(path, blob, digester.digest());
    if (last !== undefined) yield last;
  } finally {
    await handle.close();
  }
}

/** Whether a blob is there and undamaged: one that is not is written anew, which heals it. */
export async function isIntact(
  path: string,
  blob: BlobRef,
  signal?: AbortSignal,
): Promise<boolean> {
  if ((await findBlob(path)) !== blob.size) return false;
  try {
    const pieces = streamBlobFile(path, blob, signal);
    while ((await pieces.next()).done !== true);
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

/** Opens a blob's file, which has the size that it must have. */
async function openBlob(path: string, blob: BlobRef): Promise<OpenFile> {
  const noFile = (): CafsError =>
    new IntegrityError(`What lies at ${path} is no file, and so not the blob ${blob.digest}.`, {
      hint: 'Remove it, and save again.',
    });
  const file = await openRegularFile(path, noFile).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (file === undefined) throw new NotFoundError(`There is no blob ${blob.digest} at ${path}.`);
  if (file.size === blob.size) return file;
  await file.handle.close();
  throw wrongSize(blob, file.size);
}

function assertDigest(path: string, { digest }: BlobRef, found: Digest): void {
  if (found === digest) return;
  throw new IntegrityError(
    `The blob ${digest} is damaged on disk: its bytes have the digest ${found}.`,
    { hint: `Remove the file ${path}, and save again, or push with \`repair\` (library).` },
  );
}

function wrongSize({ digest, size }: BlobRef, found: number): CafsError {
  return new IntegrityError(
    `The blob ${digest} should have ${String(size)} bytes; its file has ${String(found)}.`,
  );
}
