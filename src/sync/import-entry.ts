import { type BigIntStats, lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { type Digest, Digester, digestOf } from '../digest.ts';
import { hasCode } from '../errors.ts';
import { encodePath, type FilePath } from '../names.ts';
import type { Entry } from '../store/entry.ts';
import type { Store } from '../store/store.ts';
import { type FileInfo, type FileMetaJson, fileMetaFrom, hasSameAttributes } from '../tree/meta.ts';
import type { KeyAndPath } from '../tree/paths.ts';
import { changed, readSameFile, readTarget } from '../tree/read.ts';
import type { StatCache } from '../tree/stat-cache.ts';
import type { Found } from '../tree/walk.ts';
import type { FileToStore } from '../worker/tasks.ts';

/** What became of something on disk. */
export interface ImportedEntry {
  /** Bytes of its content. */
  readonly size: number;
  /** Whether it is a file that had to be read. */
  readonly isRead: boolean;
  /** Whether its entry stayed as it was. */
  readonly isKept: boolean;
}

/** Files up to this size, in bytes, are read at once. */
const SMALL_BYTES = 1024 * 1024;

/** Brings single files, symlinks and folders into a store. */
export class EntryImporter {
  readonly #store: Store;
  readonly #base: string;
  readonly #cache: StatCache | undefined;
  readonly #signal: AbortSignal | undefined;

  /** @param base what the walk started from */
  constructor(
    store: Store,
    base: string,
    { cache, signal }: { cache: StatCache | undefined; signal: AbortSignal | undefined },
  ) {
    this.#store = store;
    this.#base = base;
    this.#cache = cache;
    this.#signal = signal;
  }

  /** What a walk found, and the entry that it becomes. */
  target(found: Found, { key, path }: KeyAndPath): Target {
    return new Target(found, key, path, this.#store.stat(key));
  }

  /**
   * Makes an entry of what need not be read, or leaves the one that there is.
   *
   * @returns undefined for a file that has to be read
   */
  async bringUnread(target: Target): Promise<ImportedEntry | undefined> {
    const { found, key } = target;
    if (found.kind !== 'file') {
      const bytes = found.kind === 'symlink' ? readTarget(this.#fileAt(found)) : new Uint8Array();
      const info = target.infoOf(digestOf(bytes), bytes.byteLength, found.stats);
      const isKept = this.#mayStay(target, info);
      if (!isKept) await this.#store.put(key, bytes, { meta: info.meta });
      return { size: info.size, isRead: false, isKept };
    }
    const digest = this.#cache?.find(found.path, found.stats);
    return digest === undefined ? undefined : this.#adopt(target, digest, false);
  }

  /**
   * Makes an entry of a file by reading it, or leaves the one that there is.
   *
   * @throws CafsError `CHANGED` where a file was written to while it was read, twice
   */
  async bring(target: Target): Promise<ImportedEntry> {
    const { found } = target;
    try {
      return await this.#read(found, target);
    } catch (error) {
      if (!hasCode(error, 'CHANGED')) throw error;
      return this.#read({ ...found, stats: this.#look(found) }, target);
    }
  }

  /** What a thread needs to know to read a file in our place. */
  fileToStore({ found, before }: Target): FileToStore {
    const { ino, size, mtimeNs, ctimeNs } = found.stats;
    return {
      file: `${this.#base}/${found.path}`,
      stamp: { ino, size, mtimeNs, ctimeNs },
      before: before?.size === Number(size) ? before.digest : undefined,
    };
  }

  /** The moment for {@link EntryImporter.bringStored}: ask for it before the file is read. */
  now(): bigint {
    return this.#cache?.now() ?? 0n;
  }

  /**
   * Makes an entry of a file whose content a thread has kept, or leaves the one that there is.
   *
   * @param since a moment before the file was read
   * @returns undefined where the content is not there (any more)
   */
  async bringStored(
    target: Target,
    digest: Digest,
    since: bigint,
  ): Promise<ImportedEntry | undefined> {
    const brought = await this.#adopt(target, digest, true);
    const { path, stats } = target.found;
    if (brought !== undefined) this.#cache?.remember(path, stats, digest, since);
    return brought;
  }

  async #adopt(
    target: Target,
    digest: Digest,
    isRead: boolean,
  ): Promise<ImportedEntry | undefined> {
    const { stats } = target.found;
    const info = target.infoOf(digest, Number(stats.size), stats);
    const isKept = this.#mayStay(target, info);
    if (!isKept && !(await this.#store.adopt(target.key, info))) return undefined;
    return { size: info.size, isRead, isKept };
  }

  async #read(found: Found, target: Target): Promise<ImportedEntry> {
    const since = this.#cache?.now() ?? 0n;
    const { path, stats } = found;
    const size = Number(stats.size);
    const isSmall = size <= SMALL_BYTES;
    const file = this.#fileAt(found);
    const { digest, isKept } = isSmall
      ? await this.#readWhole(file, stats, target)
      : await this.#readPieces(file, stats, target);
    this.#cache?.remember(path, stats, digest, since);
    return { size, isRead: true, isKept };
  }

  async #readWhole(file: FilePath, stats: BigIntStats, target: Target): Promise<Content> {
    const chunks = [...readSameFile(file, stats)];
    const [only, ...more] = chunks;
    const bytes = only !== undefined && more.length === 0 ? only : Buffer.concat(chunks);
    // What was as large before is hashed first: most often it is the same.
    if (target.before?.size === bytes.byteLength) {
      const info = target.infoOf(digestOf(bytes), bytes.byteLength, stats);
      if (this.#mayStay(target, info)) return { digest: info.digest, isKept: true };
    }
    const meta = target.metaOf(stats);
    const { digest } = await this.#store.put(target.key, bytes, { meta });
    return { digest, isKept: false };
  }

  async #readPieces(file: FilePath, stats: BigIntStats, target: Target): Promise<Content> {
    if (target.before?.size === Number(stats.size)) {
      const digester = new Digester();
      for await (const piece of piecesOf(file, stats)) {
        this.#signal?.throwIfAborted();
        digester.update(piece);
      }
      const info = target.infoOf(digester.digest(), digester.size, stats);
      if (this.#mayStay(target, info)) return { digest: info.digest, isKept: true };
    }
    const options = { meta: target.metaOf(stats), signal: this.#signal };
    const { digest } = await this.#store.put(target.key, piecesOf(file, stats), options);
    return { digest, isKept: false };
  }

  /** Whether an entry may stay as it is. One whose content is lost may not: it heals here. */
  #mayStay({ before }: Target, { digest, meta }: FileInfo): boolean {
    if (before?.digest !== digest || !hasSameAttributes(before.meta, meta)) return false;
    return before.location !== undefined || this.#hasContent(digest);
  }

  #hasContent(digest: Digest): boolean {
    try {
      this.#store.path(digest);
      return true;
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND')) return false;
      throw error;
    }
  }

  #look(found: Found): BigIntStats {
    const file = this.#fileAt(found);
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats?.isFile() === true) return stats;
    throw changed(file, 'it is no regular file any more');
  }

  #fileAt({ path }: Found): FilePath {
    return encodePath(`${this.#base}/${path}`);
  }
}

interface Content {
  readonly digest: Digest;
  readonly isKept: boolean;
}

/** What something on disk becomes in the store. */
export class Target {
  readonly found: Found;
  readonly key: string;
  /** What the store has there. */
  readonly before: Entry | undefined;
  readonly #path: { readonly path?: string };

  constructor(found: Found, key: string, path: string | undefined, before: Entry | undefined) {
    this.found = found;
    this.key = key;
    this.before = before;
    this.#path = path === undefined ? {} : { path };
  }

  metaOf(stats: BigIntStats): FileMetaJson {
    return { ...fileMetaFrom(stats), ...this.#path };
  }

  infoOf(digest: Digest, size: number, stats: BigIntStats): FileInfo {
    return { digest, size, meta: this.metaOf(stats) };
  }
}

/** A file's bytes, while others get their turn. */
async function* piecesOf(
  file: FilePath,
  stats: BigIntStats,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of readSameFile(file, stats)) {
    yield chunk;
    await setImmediate();
  }
}
