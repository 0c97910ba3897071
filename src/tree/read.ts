import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs';

import { CafsError, systemCode } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';
import { encodePath, type FilePath, showPath } from '../names.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Without O_NONBLOCK, a pipe put in the file's place would block for ever. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A regular file's bytes in chunks of at most 1 MiB, each in memory of its own.
 *
 * The generator's return value is what `fstat` gave after the last byte.
 *
 * @param file absolute path; a symlink is not followed
 * @throws CafsError `CHANGED` when the file is gone, is no regular file, or had its size or
 *   modification time changed while it was read; chunks may have been given out by then
 */
export function* readFileChunks(file: FilePath): Generator<Uint8Array, BigIntStats, undefined> {
  const descriptor = open(file);
  try {
    const before = fstatSync(descriptor, { bigint: true });
    const size = Number(before.size);
    if (!before.isFile()) throw changed(file, 'it is no regular file any more');
    let position = 0;
    while (position < size) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - position));
      const length = readSync(descriptor, chunk);
      if (length === 0) break;
      position += length;
      yield chunk.subarray(0, length);
    }
    const after = fstatSync(descriptor, { bigint: true });
    if (Number(after.size) !== position || after.mtimeNs !== before.mtimeNs) {
      throw changed(file, 'it was written to');
    }
    return after;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * A regular file's bytes as {@link readFileChunks} gives them, if they are those of a certain file.
 *
 * @param stats what `lstat` said of it
 * @throws CafsError `CHANGED` at the end, too, when it was another file, or was written to since
 */
export function* readSameFile(
  file: FilePath,
  stats: Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>,
): Generator<Uint8Array, void, undefined> {
  const after = yield* readFileChunks(file);
  const isSame =
    after.ino === stats.ino &&
    after.size === stats.size &&
    after.mtimeNs === stats.mtimeNs &&
    after.ctimeNs === stats.ctimeNs;
  if (!isSame) throw changed(file, 'it was written to');
}

/**
 * A symlink's target, byte for byte.
 *
 * @throws CafsError `CHANGED` when there is no symlink there any more
 */
export function readTarget(file: FilePath): Uint8Array {
  try {
    return readlinkSync(encodePath(file), { encoding: 'buffer' });
  } catch (error) {
    if (isMissing(error) || systemCode(error) === 'EINVAL') {
      throw changed(file, 'it is no symlink any more', error);
    }
    throw explainUnreadable(error, file);
  }
}

function open(file: FilePath): number {
  try {
    return openSync(encodePath(file), READ);
  } catch (error) {
    if (isMissing(error)) throw changed(file, 'it was removed', error);
    if (systemCode(error) === 'ELOOP') throw changed(file, 'it became a symlink', error);
    throw explainUnreadable(error, file);
  }
}

/** The error for a file that is not what it was. */
export function changed(file: FilePath, what: string, cause?: unknown): CafsError {
  return new CafsError('CHANGED', `${showPath(file)} changed while it was read: ${what}.`, {
    hint: 'Make sure that nothing writes to it at the same time.',
    cause,
  });
}
