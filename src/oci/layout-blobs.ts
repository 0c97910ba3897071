import { type FileHandle, open, stat } from 'node:fs/promises';

import { type Digest, digestOf } from '../digest.ts';
import type { CafsError } from '../errors.ts';
import { IntegrityError, NotFoundError, systemCode } from '../errors.ts';
import type { ByteRange } from './remote.ts';

interface BlobRef {
  readonly digest: Digest;
  readonly size: number;
}

/** The size of a blob's file in bytes, or undefined where there is none. */
export async function findBlob(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Reads and checks a whole blob.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`
 */
export async function readBlobFile(path: string, blob: BlobRef): Promise<Buffer> {
  const bytes = await readBlobRange(path, blob, { offset: 0, length: blob.size });
  const found = digestOf(bytes);
  if (found === blob.digest) return bytes;
  throw new IntegrityError(
    `The blob ${blob.digest} is damaged on disk: its bytes have the digest ${found}.`,
    { hint: `Remove the file ${path}, and save again.` },
  );
}

/**
 * Reads a run of a blob's bytes, unchecked but for the blob's size.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`
 */
export async function readBlobRange(
  path: string,
  blob: BlobRef,
  range: ByteRange,
): Promise<Buffer> {
  const file = await openBlob(path, blob);
  try {
    const { size } = await file.stat();
    if (size !== blob.size) throw wrongSize(blob, size);
    const buffer = Buffer.allocUnsafe(range.length);
    let filled = 0;
    while (filled < range.length) {
      const { bytesRead } = await file.read(
        buffer,
        filled,
        range.length - filled,
        range.offset + filled,
      );
      if (bytesRead === 0) throw wrongSize(blob, range.offset + filled);
      filled += bytesRead;
    }
    return buffer;
  } finally {
    await file.close();
  }
}

async function openBlob(path: string, { digest }: BlobRef): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
    throw new NotFoundError(`There is no blob ${digest} at ${path}.`, { cause });
  }
}

function isAbsent(error: unknown): boolean {
  return systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR';
}

function wrongSize({ digest, size }: BlobRef, found: number): CafsError {
  return new IntegrityError(
    `The blob ${digest} should have ${String(size)} bytes; its file has ${String(found)}.`,
  );
}
