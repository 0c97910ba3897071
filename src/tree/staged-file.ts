import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, openSync, rmSync } from 'node:fs';

import { Digester } from '../digest.ts';
import { type CafsError, IntegrityError } from '../errors.ts';
import { type FilePath, showPath } from '../names.ts';
import { writeFully } from '../store/atomic-file.ts';
import { CREATE } from './create.ts';
import type { WantedInfo } from './meta.ts';
import { setOpenFileTime } from './attributes.ts';

/**
 * A file that arrives piece by piece: it lies beside its place under another name until its digest
 * has been verified. End it with {@link StagedFile.commit} or {@link StagedFile.discard}.
 */
export class StagedFile {
  readonly #path: string;
  readonly #temp: FilePath;
  readonly #info: WantedInfo;
  readonly #place: (temp: FilePath) => void;
  readonly #digester = new Digester();
  readonly #descriptor: number;
  #open = true;

  /**
   * @param path for messages
   * @param temp absolute path that nothing stands at, in the folder of the file's place
   * @param place moves the verified file from `temp` to its place
   */
  constructor(path: string, temp: FilePath, info: WantedInfo, place: (temp: FilePath) => void) {
    this.#path = path;
    this.#temp = temp;
    this.#info = info;
    this.#place = place;
    this.#descriptor = openSync(temp, CREATE, 0o600);
  }

  /**
   * Adds a piece.
   *
   * @throws CafsError `INTEGRITY` when the pieces are more than the file's size
   */
  write(chunk: Uint8Array): void {
    if (this.#digester.size + chunk.byteLength > this.#info.size) {
      throw this.#mismatch(`more than ${String(this.#info.size)} bytes`);
    }
    this.#digester.update(chunk);
    writeFully(this.#descriptor, chunk);
  }

  /**
   * Verifies the file, gives it its mode and time, and puts it in its place.
   *
   * @throws CafsError `INTEGRITY` when size or digest are wrong: nothing stays on disk
   */
  commit(): void {
    try {
      const digest = this.#digester.digest();
      if (digest !== this.#info.digest) throw this.#mismatch(`the digest ${digest}`);
      fchmodSync(this.#descriptor, this.#info.meta.mode & 0o777);
      setOpenFileTime(this.#descriptor, this.#info.meta.mtimeMs);
      this.#close();
      this.#place(this.#temp);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Gives the file up. After {@link StagedFile.commit} it does nothing. */
  discard(): void {
    this.#close();
    rmSync(this.#temp, { force: true });
  }

  #close(): void {
    if (this.#open) closeSync(this.#descriptor);
    this.#open = false;
  }

  #mismatch(found: string): CafsError {
    return new IntegrityError(
      `The content that arrived for ${showPath(this.#path)} has ${found}; ` +
        `${this.#info.digest} of ${String(this.#info.size)} bytes was expected.`,
    );
  }
}

/** A name that no other writer uses. A file left over by a killed process is a stale one. */
export function temporaryName(): string {
  return `.cafs-${randomBytes(8).toString('hex')}.tmp`;
}
