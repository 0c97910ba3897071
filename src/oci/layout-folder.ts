import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { type Digest, hexOf } from '../digest.ts';
import { explainDisk, makeOurFolder } from '../disk-error.ts';
import { CafsError, systemCode } from '../errors.ts';
import { withFileLock } from '../lock.ts';
import { BrokenLayoutError, MARKER_TEXT } from './broken-layout.ts';
import { sweepAbandoned, writeDurably } from './durable-file.ts';
import { explainRead, readSmallFile } from './regular-file.ts';
import { MEDIA_TYPE_INDEX } from './types.ts';

const VERSION = '1.0.0';
const MARKER = 'oci-layout';
const INDEX = 'index.json';
const PRIVATE = '.cafs';

/** Nothing else is in it, and nothing is lost with it. */
const MARKER_HINT = `The file ${MARKER} is to hold ${MARKER_TEXT}, and nothing else.`;

const EMPTY_INDEX = JSON.stringify({
  schemaVersion: 2,
  mediaType: MEDIA_TYPE_INDEX,
  manifests: [],
});

/** A marker has some 30 bytes, and is read before anything says that the folder is ours. */
const MAX_MARKER_BYTES = 4096;

/**
 * The one place that knows where things lie in an image layout.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class LayoutFolder {
  readonly path: string;
  #isLayout = false;
  #prepared: Promise<void> | undefined;

  /** @param path absolute */
  constructor(path: string) {
    this.path = path;
  }

  get index(): string {
    return join(this.path, INDEX);
  }

  /** Where files are written before they are moved in place, and where the lock of the index is. */
  get tempDir(): string {
    return join(this.path, PRIVATE);
  }

  get #lock(): string {
    return join(this.tempDir, 'index.lock');
  }

  blob(digest: Digest): string {
    return join(this.path, 'blobs', 'sha256', hexOf(digest));
  }

  /**
   * Whether there is a layout; `false` where there is nothing yet.
   *
   * @throws CafsError `INVALID_REFERENCE` where the folder holds something else,
   *   `UNSUPPORTED_VERSION`, `MALFORMED`
   */
  async exists(): Promise<boolean> {
    this.#isLayout ||= await this.#inspect();
    return this.#isLayout;
  }

  /**
   * Makes a layout where there is none, so that blobs and tags can be written.
   *
   * @throws CafsError as {@link LayoutFolder.exists} does; `NO_SPACE`, `UNWRITABLE`
   */
  async prepare(): Promise<void> {
    this.#prepared ??= this.#create().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    await this.#prepared;
  }

  async #create(): Promise<void> {
    const exists = await this.exists();
    await this.writing(() => this.#make(exists));
    this.#isLayout = true;
  }

  /**
   * Does work that writes to the layout.
   *
   * @param path what it writes, for errors. Default: the layout
   * @throws CafsError `NO_SPACE`, `UNWRITABLE`; the work's own errors
   */
  async writing<T>(work: () => Promise<T>, path = this.path): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainDisk(error, path, 'image layout');
    }
  }

  /**
   * Does work on the index while nobody else does, in this process or in another one.
   *
   * @throws CafsError `TIMEOUT` where others do all the time; `NO_SPACE`, `UNWRITABLE`; the signal's
   *   reason; the work's own errors
   */
  async alone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.prepare();
    return this.writing(() => withFileLock(this.#lock, work, { signal }));
  }

  async #make(exists: boolean): Promise<void> {
    makeOurFolder(this.tempDir, 'image layout');
    await this.#assertOurs();
    await sweepAbandoned(this.tempDir, Date.now());
    if (!exists) {
      await writeDurably(join(this.path, MARKER), this.tempDir, Buffer.from(MARKER_TEXT));
    }
    makeOurFolder(join(this.path, 'blobs', 'sha256'), 'image layout');
    // Without one it is no layout for others, though only blobs were stored yet.
    if (!exists) await withFileLock(this.#lock, () => this.#addIndex());
  }

  async #addIndex(): Promise<void> {
    if ((await lstat(this.index).catch(() => undefined)) !== undefined) return;
    await writeDurably(this.index, this.tempDir, Buffer.from(EMPTY_INDEX));
  }

  /** A layout may come from anywhere: what is removed and locked here must not lie elsewhere. */
  async #assertOurs(): Promise<void> {
    if (!(await lstat(this.tempDir)).isDirectory()) throw inTheWay(this.tempDir);
    const lock = await lstat(this.#lock).catch(() => undefined);
    if (lock?.isFile() === false) throw inTheWay(this.#lock);
  }

  async #inspect(): Promise<boolean> {
    if (await this.#hasMarker()) return true;
    const names = await this.#list();
    if (names.every((name) => name === PRIVATE)) return false;
    // Another process may have made it between the two looks.
    if (names.includes(MARKER) && (await this.#hasMarker())) return true;
    throw new CafsError(
      'INVALID_REFERENCE',
      `The folder ${this.path} exists, is not empty, and is no OCI image layout: it has no file "${MARKER}".`,
      {
        hint: names.includes(INDEX)
          ? `Where it was one: ${MARKER_HINT}`
          : 'Name another folder; one that does not exist yet is made.',
      },
    );
  }

  async #hasMarker(): Promise<boolean> {
    const path = join(this.path, MARKER);
    const text = await readSmallFile(path, MAX_MARKER_BYTES, MARKER_HINT).catch(
      (error: unknown) => {
        throw systemCode(error) === 'ENOTDIR' ? notAFolder(this.path, error) : error;
      },
    );
    if (text === undefined) return false;
    const found = versionIn(text, path);
    if (found === VERSION) return true;
    throw new CafsError(
      'UNSUPPORTED_VERSION',
      `The image layout ${this.path} has version ${JSON.stringify(found).slice(0, 40)}; this software knows ${VERSION}.`,
    );
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      if (systemCode(error) === 'ENOTDIR') throw notAFolder(this.path, error);
      throw explainRead(error, this.path);
    }
  }
}

function versionIn(text: string, path: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'imageLayoutVersion' in body) {
      return body.imageLayoutVersion;
    }
  } catch {
    // Said below.
  }
  throw new BrokenLayoutError(`The file ${path} is not what an image layout has there.`, {
    hint: MARKER_HINT,
  });
}

function notAFolder(path: string, cause: unknown): CafsError {
  return new CafsError('INVALID_REFERENCE', `${path} is a file, not a folder.`, { cause });
}

function inTheWay(path: string): CafsError {
  return new CafsError('UNWRITABLE', `${path} is a link, or something else that is not ours.`, {
    hint: 'Remove it, or name another folder for the image layout.',
  });
}
