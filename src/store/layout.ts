import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Digest, hexOf } from '../digest.ts';
import { CafsError, systemCode } from '../errors.ts';
import { writeFileAtomic } from './atomic-file.ts';
import type { Namespace } from './namespace.ts';

const FORMAT = '1';

/** The one place that knows where things lie in a cache folder. */
export interface Layout {
  readonly tempDir: string;
  blob(digest: Digest): string;
  /** Where a blob goes that turned out to be damaged. */
  damaged(digest: Digest): string;
  index(namespace: Namespace): string;
}

/**
 * Opens a cache folder, making it where it does not exist.
 *
 * @throws CafsError `UNSUPPORTED_VERSION` where a newer version wrote it
 */
export function openLayout(cacheDir: string): Layout {
  const tempDir = join(cacheDir, 'tmp');
  mkdirSync(tempDir, { recursive: true });
  checkFormat(cacheDir, tempDir);
  return {
    tempDir,
    blob: (digest) => join(cacheDir, 'blobs', 'sha256', hexOf(digest).slice(0, 2), hexOf(digest)),
    damaged: (digest) => join(tempDir, `damaged-${hexOf(digest)}`),
    // The `~` keeps the folders of names apart from the files of tags: neither may hold one.
    index: ({ name, tag }) =>
      join(cacheDir, 'index', ...name.split('/').map((part) => `${part}~`), `${tag}.segment`),
  };
}

function checkFormat(cacheDir: string, tempDir: string): void {
  const path = join(cacheDir, 'format');
  let found: string;
  try {
    found = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    writeFileAtomic(path, tempDir, [Buffer.from(`${FORMAT}\n`)]);
    return;
  }
  if (found !== FORMAT) {
    throw new CafsError(
      'UNSUPPORTED_VERSION',
      `The cache folder ${cacheDir} has format ${JSON.stringify(found.slice(0, 20))}; this version reads format ${FORMAT}.`,
      { hint: 'Use the version that wrote it, or name another cache folder.' },
    );
  }
}
