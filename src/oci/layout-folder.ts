import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { type Digest, hexOf } from '../digest.ts';
import { explainDisk, makeOurFolder } from '../disk-error.ts';
import { CafsError, systemCode } from '../errors.ts';
import { sweepAbandoned, writeDurably } from './durable-file.ts';

const VERSION = '1.0.0';
const MARKER = 'oci-layout';
const PRIVATE = '.cafs';

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
    return join(this.path, 'index.json');
  }

  /** Where files are written before they are moved in place, and where the lock is. */
  get tempDir(): string {
    return join(this.path, PRIVATE);
  }

  get lock(): string {
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
   * @throws CafsError `NO_SPACE`, `UNWRITABLE`; the work's own errors
   */
  async writing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainDisk(error, this.path, 'image layout');
    }
  }

  async #make(exists: boolean): Promise<void> {
    makeOurFolder(this.tempDir, 'image layout');
    await sweepAbandoned(this.tempDir, Date.now());
    if (!exists) {
      const marker = JSON.stringify({ imageLayoutVersion: VERSION });
      await writeDurably(join(this.path, MARKER), this.tempDir, Buffer.from(marker));
    }
    makeOurFolder(join(this.path, 'blobs', 'sha256'), 'image layout');
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
      { hint: 'Name another folder; one that does not exist yet is made.' },
    );
  }

  async #hasMarker(): Promise<boolean> {
    const path = join(this.path, MARKER);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      if (systemCode(error) === 'ENOTDIR') throw notAFolder(this.path, error);
      throw error;
    }
    const found = versionIn(text, path);
    if (found === VERSION) return true;
    throw new CafsError(
      'UNSUPPORTED_VERSION',
      `The image layout ${this.path} has version ${JSON.stringify(found)}; this software knows ${VERSION}.`,
    );
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      if (systemCode(error) === 'ENOTDIR') throw notAFolder(this.path, error);
      throw error;
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
  throw new CafsError('MALFORMED', `The file ${path} is not what an image layout has there.`);
}

function notAFolder(path: string, cause: unknown): CafsError {
  return new CafsError('INVALID_REFERENCE', `${path} is a file, not a folder.`, { cause });
}
