import { digestOf, EMPTY_DIGEST } from '../digest.ts';
import { encodePath } from '../names.ts';
import { type HashFile, hashFile } from './hash-file.ts';
import { type FileInfo, fileMetaFrom } from './meta.ts';
import { readTarget } from './read.ts';
import type { Found } from './walk.ts';

/**
 * Digest, size and metadata of something that a walk found, in bounded memory.
 *
 * @param base what the walk started from
 * @param hash hashes files; default: by reading them
 * @throws CafsError `CHANGED` when a file changes while it is read, twice, or is gone
 */
export function describeFile(
  base: string,
  { path, kind, stats }: Found,
  hash: HashFile = (file) => hashFile(file),
): FileInfo {
  const file = encodePath(`${base}/${path}`);
  switch (kind) {
    case 'folder':
      return { digest: EMPTY_DIGEST, size: 0, meta: fileMetaFrom(stats) };
    case 'symlink': {
      const target = readTarget(file);
      return { digest: digestOf(target), size: target.byteLength, meta: fileMetaFrom(stats) };
    }
    case 'file': {
      const hashed = hash(file, path, stats);
      return { digest: hashed.digest, size: hashed.size, meta: fileMetaFrom(hashed.stats) };
    }
  }
}
