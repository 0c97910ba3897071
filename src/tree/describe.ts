import { digestOf, Digester, EMPTY_DIGEST } from '../digest.ts';
import { hasCode } from '../errors.ts';
import { type FileInfo, fileMetaFrom } from './meta.ts';
import { readFileChunks, readTarget } from './read.ts';
import type { Found } from './walk.ts';

/**
 * Digest, size and metadata of something that a walk found, in bounded memory.
 *
 * A file that changes while it is read is read once more.
 *
 * @param base what the walk started from
 * @param read what reads a file's bytes
 * @throws CafsError `CHANGED` when it changed again, or is gone
 */
export function describeFile(
  base: string,
  found: Found,
  read: (file: string) => ReturnType<typeof readFileChunks> = readFileChunks,
): FileInfo {
  const file = `${base}/${found.path}`;
  switch (found.kind) {
    case 'folder':
      return { digest: EMPTY_DIGEST, size: 0, meta: fileMetaFrom(found.stats) };
    case 'symlink': {
      const target = readTarget(file);
      return { digest: digestOf(target), size: target.byteLength, meta: fileMetaFrom(found.stats) };
    }
    case 'file':
      try {
        return describeContent(read(file));
      } catch (error) {
        if (!hasCode(error, 'CHANGED')) throw error;
        return describeContent(read(file));
      }
  }
}

function describeContent(chunks: ReturnType<typeof readFileChunks>): FileInfo {
  const digester = new Digester();
  let next = chunks.next();
  for (; !next.done; next = chunks.next()) digester.update(next.value);
  return { digest: digester.digest(), size: digester.size, meta: fileMetaFrom(next.value) };
}
