import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';

import type { Digest } from '../digest.ts';
import { IntegrityError, hasCode, systemCode } from '../errors.ts';
import { isMissing, isRefused } from '../file-access.ts';
import { moveInPlace } from './atomic-file.ts';
import type { Layout } from './layout.ts';
import { holdsAt, readPieces, readWhole } from './pieces.ts';

// Windows has neither of the two, and gets 0. A pipe in a blob's place must not keep us waiting.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
const READ_FLAGS = (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK;

/** A blob's file that is open for reading. What it holds is not verified yet. */
export class BlobFile implements Disposable {
  readonly fd: number;
  readonly size: number;
  readonly #layout: Layout;
  readonly #digest: Digest;
  readonly #path: string;
  readonly #stats: BigIntStats;

  private constructor(layout: Layout, digest: Digest, path: string, fd: number) {
    this.#layout = layout;
    this.#digest = digest;
    this.#path = path;
    this.fd = fd;
    this.#stats = fstatSync(fd, { bigint: true });
    this.size = Number(this.#stats.size);
  }

  /**
   * Opens a blob's file, wherever garbage collection has it at the moment.
   *
   * @throws IntegrityError where something lies there that is no file: it was set aside; where this
   *   user may not read it: {@link isUnreadable}
   */
  static open(layout: Layout, digest: Digest): BlobFile | undefined {
    for (const path of placesOf(layout, digest)) {
      const fd = openIfThere(layout, digest, path);
      if (fd === undefined) continue;
      const file = new BlobFile(layout, digest, path, fd);
      if (file.#stats.isFile()) return file;
      file[Symbol.dispose]();
      throw noFile(layout, digest, path);
    }
    return undefined;
  }

  /**
   * Sets the file aside, so that the next `put` of the content heals it, and gives the error to
   * throw. The file must still be open: no other can have its identity then.
   *
   * @param found the digest of what the file holds
   */
  damaged(found: Digest): IntegrityError {
    const isAside = setAside(this.#layout, this.#digest, this.#path, this.#stats);
    return new IntegrityError(
      `The blob ${this.#digest} is damaged on disk: its bytes have the digest ${found}.`,
      { hint: hintOf(isAside) },
    );
  }

  /**
   * All bytes, not verified.
   *
   * @throws IntegrityError where the disk fails to give them: {@link isUnreadable}. The file was set
   *   aside then.
   */
  whole(): Buffer {
    try {
      return readWhole(this.fd, this.size);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /**
   * All bytes, piece by piece, not verified.
   *
   * @throws as {@link BlobFile.whole}; the signal's reason
   */
  async *pieces(signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* readPieces(this.fd, signal);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** Whether the file holds these bytes from a position on. What cannot be read does not. */
  holds(bytes: Uint8Array, position = 0): boolean {
    try {
      return holdsAt(this.fd, bytes, position);
    } catch (error) {
      if (systemCode(error) === 'EIO') return false;
      throw error;
    }
  }

  #explain(error: unknown): unknown {
    if (systemCode(error) !== 'EIO') return error;
    const isAside = setAside(this.#layout, this.#digest, this.#path, this.#stats);
    return new IntegrityError(
      `The blob ${this.#digest} cannot be read: the disk failed at ${this.#path} (EIO).`,
      { hint: hintOf(isAside), cause: error },
    );
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

/**
 * Where a blob may lie. Garbage collection moves it away, and back where it turns out to be needed:
 * who misses it in both places looks at the first once more.
 */
export function placesOf(layout: Layout, digest: Digest): readonly [string, string, string] {
  const path = layout.blob(digest);
  return [path, layout.trash(digest), path];
}

/**
 * Moves what lies in a blob's place out of the way. Gives false where the disk refuses.
 *
 * @param seen what was found to be wrong; another process may have put the right content there since
 */
export function setAside(
  layout: Layout,
  digest: Digest,
  path: string,
  seen: BigIntStats | undefined,
): boolean {
  const aside = layout.damaged(digest);
  try {
    try {
      moveInPlace(path, aside);
    } catch (error) {
      if (isMissing(error)) return true;
      // A file does not take the place of a folder, nor a folder that of a file.
      rmSync(aside, { recursive: true, force: true });
      moveInPlace(path, aside);
    }
    const moved = statsAt(aside);
    if (moved !== undefined && seen !== undefined && !isSame(moved, seen)) putBack(aside, path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives a file its place again, unless another one has it by now; either way it is gone from where
 * it was. Gives false where there was no such file.
 */
export function putBack(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    if (isMissing(error)) return false;
    // Some file systems have no hard links.
    if (systemCode(error) !== 'EEXIST' && !hasFile(to)) return tryRename(from, to);
  }
  rmSync(from, { force: true });
  return true;
}

/** Whether an error of reading a blob says that the disk, or its permissions, do not give the bytes. */
export function isUnreadable(error: unknown): boolean {
  if (!hasCode(error, 'INTEGRITY') || !(error instanceof Error)) return false;
  return systemCode(error.cause) === 'EIO' || isRefused(error.cause);
}

/** Whether a file lies at a path, rather than a folder, a symlink or nothing. */
export function hasFile(path: string): boolean {
  return statsAt(path)?.isFile() === true;
}

/** What lies at a path, symlinks as themselves; undefined: nothing. */
export function statsAt(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function openIfThere(layout: Layout, digest: Digest, path: string): number | undefined {
  try {
    return openSync(path, READ_FLAGS);
  } catch (error) {
    if (isMissing(error)) return undefined;
    const stats = statsAt(path);
    if (stats !== undefined && !stats.isFile()) throw noFile(layout, digest, path);
    if (!isRefused(error) && systemCode(error) !== 'EIO') throw error;
    throw unreadable(digest, path, error);
  }
}

function unreadable(digest: Digest, path: string, cause: unknown): IntegrityError {
  return new IntegrityError(
    `The blob ${digest} cannot be read: ${path} (${String(systemCode(cause))}).`,
    {
      hint: 'Make it readable for this user; or put the content again, or fetch it from the remote.',
      cause,
    },
  );
}

function noFile(layout: Layout, digest: Digest, path: string): IntegrityError {
  const isAside = setAside(layout, digest, path, statsAt(path));
  return new IntegrityError(`What lies at ${path} is no file, and so not the blob ${digest}.`, {
    hint: hintOf(isAside),
  });
}

function hintOf(isAside: boolean): string {
  return isAside
    ? 'It was set aside; put the content again, or fetch it from the remote.'
    : 'It could not be set aside: remove it, then put the content again or fetch it from the remote.';
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}
