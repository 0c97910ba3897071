import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';

import { CafsError } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';
import { readPieces, readWhole } from './pieces.ts';

// Windows has no such flag. A pipe must not keep us waiting for somebody who writes to it.
const { O_RDONLY, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** A user's file whose content is to be kept: as it was at one moment, or not at all. */
export class SourceFile implements Disposable {
  readonly size: number;
  readonly #path: string;
  readonly #fd: number;
  readonly #before: BigIntStats;

  /** @throws CafsError `INVALID_INPUT` where there is no such file, or something else, or no permission */
  constructor(path: string) {
    this.#path = path;
    this.#fd = open(path);
    try {
      this.#before = fstatSync(this.#fd, { bigint: true });
      if (!this.#before.isFile()) throw notAFile(path);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
    this.size = Number(this.#before.size);
  }

  /** @throws CafsError `CHANGED` where the file was written to in the meantime */
  whole(): Buffer {
    const bytes = readWhole(this.#fd, this.size + 1);
    this.#assertUnchanged(bytes.length);
    return bytes;
  }

  /** @throws CafsError `CHANGED` where the file was written to in the meantime: at the end */
  async *pieces(signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    let size = 0;
    for await (const piece of readPieces(this.#fd, signal)) {
      size += piece.length;
      yield piece;
    }
    this.#assertUnchanged(size);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #assertUnchanged(size: number): void {
    const after = fstatSync(this.#fd, { bigint: true });
    const { mtimeNs } = this.#before;
    if (size === this.size && Number(after.size) === size && after.mtimeNs === mtimeNs) return;
    throw new CafsError('CHANGED', `The file ${this.#path} changed while it was being read.`, {
      hint: 'Put it again once nothing writes to it.',
    });
  }
}

function open(path: string): number {
  try {
    return openSync(path, (O_RDONLY ?? 0) | O_NONBLOCK);
  } catch (error) {
    if (!isMissing(error)) throw explainUnreadable(error, path);
    throw new CafsError('INVALID_INPUT', `There is no file ${JSON.stringify(path)}.`, {
      cause: error,
    });
  }
}

function notAFile(path: string): CafsError {
  return new CafsError('INVALID_INPUT', `${JSON.stringify(path)} is no regular file.`, {
    hint: 'Give the path of a file; of folders, the files in them.',
  });
}
