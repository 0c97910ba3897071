import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';

import { type Digest, digestOf, Digester } from '../digest.ts';
import { systemCode } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';
import { encodePath } from '../names.ts';
import type { InputKind } from './record.ts';

/** What is known of an input file. */
export interface HashedFile {
  readonly kind: InputKind;
  readonly digest: Digest;
}

/** Without O_NONBLOCK, a pipe put in the file's place would block for ever. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Hashes a file in steps, or the symlink in its place. Yields the bytes of each step.
 *
 * @param file absolute path
 * @param buffer for the bytes of one step; may be used for something else after the last
 * @returns `missing`: no file is there; `changed`: it was written to meanwhile
 * @throws CafsError `INVALID_INPUT` where it may not be read
 */
export function* hashContent(
  file: string,
  buffer: Buffer,
): Generator<number, HashedFile | 'missing' | 'changed', undefined> {
  let descriptor: number;
  try {
    descriptor = openSync(encodePath(file), READ);
  } catch (error) {
    if (systemCode(error) === 'ELOOP') return hashSymlink(file) ?? 'missing';
    if (isMissing(error)) return 'missing';
    throw explainUnreadable(error, file);
  }
  try {
    const before = fstatSync(descriptor);
    if (!before.isFile()) return 'missing';
    const digester = new Digester();
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.byteLength, null);
      if (length === 0) break;
      digester.update(buffer.subarray(0, length));
      yield length;
    }
    const after = fstatSync(descriptor);
    if (after.size !== digester.size || after.mtimeMs !== before.mtimeMs) return 'changed';
    const kind = (after.mode & constants.S_IXUSR) === 0 ? 'file' : 'executable';
    return { kind, digest: digester.digest() };
  } finally {
    closeSync(descriptor);
  }
}

/** Hashes a symlink's target, byte for byte; undefined: no symlink is there. */
export function hashSymlink(file: string): HashedFile | undefined {
  try {
    return {
      kind: 'symlink',
      digest: digestOf(readlinkSync(encodePath(file), { encoding: 'buffer' })),
    };
  } catch (error) {
    if (isMissing(error) || systemCode(error) === 'EINVAL') return undefined;
    throw explainUnreadable(error, file);
  }
}
