import { type Stats, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { type Digest, digestOf, hexOf, isDigest } from '../digest.ts';
import { CafsError, systemCode } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';
import { TEMP_NAME, writeFileAtomic } from './atomic-file.ts';
import { explainDisk, makeOurFolder } from '../disk-error.ts';
import type { Namespace } from './namespace.ts';

const FORMAT = '1';
const INDEX_SUFFIX = '.segment';
const BASE_SUFFIX = '.base';

/** What a cache folder may hold before its `format` is written; a disk of its own has `lost+found`. */
const MAY_BE_THERE = /^(?:tmp|format|lost\+found|\..*)$/;

/**
 * The one place that knows where things lie in a cache folder:
 *
 *     format                       the version of this layout
 *     blobs/sha256/ab/<hex>        contents by digest
 *     index/<name>~/<tag>.segment  the index of a namespace
 *     index/<name>~/<tag>.<hex>.base  what it held when it was in step with a snapshot
 *     tmp/                         files that are being written
 *     damaged/<hex>                what lay at a blob's place and was not that blob
 *     trash/<hex>                  blobs that garbage collection is about to remove
 *     writers/                     a file for each store that is writing
 *     locks/                       empty files that processes lock
 *     stat/<hex>                   what is known of the files of a folder: see `tree/stat-cache.ts`
 *
 * Folders other than the cache folder are made when something is written to them.
 */
export interface Layout {
  readonly cacheDir: string;
  readonly tempDir: string;
  /** Holds a folder for each first two digits, which holds blobs. */
  readonly blobsDir: string;
  readonly damagedDir: string;
  readonly trashDir: string;
  readonly writersDir: string;
  /** Locked by whoever collects garbage. */
  readonly gcLock: string;
  blob(digest: Digest): string;
  damaged(digest: Digest): string;
  trash(digest: Digest): string;
  index(namespace: Namespace): string;
  /** What the index of a namespace held at some time; the digest is that of its segment. */
  base(namespace: Namespace, digest: Digest): string;
  /** All of these files. */
  bases(namespace: Namespace): Generator<[digest: Digest, path: string], void, undefined>;
  /** Locked by whoever writes the index of a namespace. */
  indexLock(namespace: Namespace): string;
  /** What is known of the files of a folder; the digest is that of its path. */
  statCache(folder: Digest): string;
  /**
   * The index files of all namespaces and tags.
   *
   * @throws CafsError `MALFORMED` for a symlink that leads nowhere; `INVALID_INPUT` for a folder that may
   *   not be read
   */
  indexFiles(): Generator<string, void, undefined>;
}

/**
 * Opens a cache folder, making it where it does not exist. One that exists is not written to: it
 * can be on a read-only disk.
 *
 * @throws CafsError `UNSUPPORTED_VERSION` where a newer version wrote it; `UNWRITABLE`, `NO_SPACE`
 *   where it does not exist and cannot be made
 */
export function openLayout(cacheDir: string): Layout {
  const root = resolve(cacheDir);
  const tempDir = join(root, 'tmp');
  const blobsDir = join(root, 'blobs', 'sha256');
  const damagedDir = join(root, 'damaged');
  const trashDir = join(root, 'trash');
  const indexDir = join(root, 'index');
  const locksDir = join(root, 'locks');
  // The `~` keeps the folders of names apart from the files of tags: neither may hold one.
  const indexFolder = (name: string): string =>
    join(indexDir, ...name.split('/').map((part) => `${part}~`));
  checkFormat(root, tempDir);
  return {
    cacheDir: root,
    tempDir,
    blobsDir,
    damagedDir,
    trashDir,
    writersDir: join(root, 'writers'),
    gcLock: join(locksDir, 'gc'),
    blob: (digest) => join(blobsDir, hexOf(digest).slice(0, 2), hexOf(digest)),
    damaged: (digest) => join(damagedDir, hexOf(digest)),
    trash: (digest) => join(trashDir, hexOf(digest)),
    index: ({ name, tag }) => join(indexFolder(name), `${tag}${INDEX_SUFFIX}`),
    base: ({ name, tag }, digest) =>
      join(indexFolder(name), `${tag}.${hexOf(digest)}${BASE_SUFFIX}`),
    bases: ({ name, tag }) => basesIn(indexFolder(name), tag),
    // SQLite takes paths of at most 512 bytes, which a namespace alone may have.
    indexLock: ({ name, tag }) =>
      join(locksDir, `index-${hexOf(digestOf(`${name}:${tag}`)).slice(0, 32)}`),
    statCache: (folder) => join(root, 'stat', hexOf(folder)),
    indexFiles: () => indexFilesIn(indexDir),
  };
}

function checkFormat(cacheDir: string, tempDir: string): void {
  const path = join(cacheDir, 'format');
  let found: string;
  try {
    found = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (!isMissing(error)) throw explainDisk(error, path);
    makeOurFolder(cacheDir);
    requireOurs(cacheDir, tempDir);
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

/**
 * Refuses a folder that is somebody else's: garbage collection removes what it takes for ours. One
 * that another process is just making holds its temporary files, and nothing else.
 */
function requireOurs(cacheDir: string, tempDir: string): void {
  const strangers = namesIn(cacheDir).filter((name) => !MAY_BE_THERE.test(name));
  if (strangers.length === 0 && namesIn(tempDir).every((name) => TEMP_NAME.test(name))) return;
  throw new CafsError(
    'INVALID_INPUT',
    `The folder ${JSON.stringify(cacheDir)} is not empty, and is no cache folder.`,
    { hint: 'Name another one; one that does not exist yet is made.' },
  );
}

/**
 * Follows symlinks: an index that a user has moved to another disk still names what it needs.
 */
function* indexFilesIn(dir: string): Generator<string, void, undefined> {
  for (const name of namesIn(dir)) {
    const path = join(dir, name);
    const isIndex = name.endsWith(INDEX_SUFFIX);
    if (!isIndex && !name.endsWith('~')) continue;
    const stats = statsOf(path);
    if (isIndex && stats !== undefined) yield path;
    else if (stats?.isDirectory() === true) yield* indexFilesIn(path);
  }
}

function* basesIn(dir: string, tag: string): Generator<[Digest, string], void, undefined> {
  for (const name of namesIn(dir)) {
    if (!name.startsWith(`${tag}.`) || !name.endsWith(BASE_SUFFIX)) continue;
    const digest = `sha256:${name.slice(tag.length + 1, -BASE_SUFFIX.length)}`;
    // A longer tag may begin like this one.
    if (isDigest(digest)) yield [digest, join(dir, name)];
  }
}

/** What a path leads to; undefined: it is gone by now. */
function statsOf(path: string): Stats | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined || lstatSync(path, { throwIfNoEntry: false }) === undefined)
      return stats;
  } catch (error) {
    if (systemCode(error) !== 'ELOOP') throw explainUnreadable(error, path);
  }
  throw new CafsError('MALFORMED', `The symlink ${path} leads to no index.`, {
    hint: 'Remove it if nothing of its namespaces is needed, or mount the disk that it leads to.',
  });
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (isMissing(error)) return [];
    throw explainUnreadable(error, dir);
  }
}
