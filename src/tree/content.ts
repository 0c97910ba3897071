import { type Digest, Digester } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { showPath } from '../names.ts';
import { readFileChunks, readTarget } from './read.ts';
import type { FileInfo } from './meta.ts';

/**
 * The content of something described earlier, in chunks of at most 1 MiB.
 *
 * @param file absolute path
 * @param info what `describeFile` gave
 * @throws CafsError `CHANGED` after the last chunk, when the content is not what was described
 */
export function* readContent(file: string, info: FileInfo): Generator<Uint8Array, void, undefined> {
  const digester = new Digester();
  for (const chunk of chunksOf(file, info)) {
    digester.update(chunk);
    yield chunk;
  }
  const found: Digest = digester.digest();
  if (found === info.digest) return;
  throw new CafsError('CHANGED', `${showPath(file)} changed after it had been hashed.`, {
    hint: 'Make sure that nothing writes to it at the same time.',
  });
}

function chunksOf(file: string, info: FileInfo): Iterable<Uint8Array> {
  if (info.meta.kind === undefined) return readFileChunks(file);
  return info.meta.kind === 'symlink' ? [readTarget(file)] : [];
}
