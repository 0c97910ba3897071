import { Readable } from 'node:stream';

import type { Digest } from '../digest.ts';
import { NotFoundError } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import type { Source } from '../store/upstream.ts';
import { type Area, placeOf } from '../tree/area.ts';
import { readContent } from '../tree/content.ts';

/** The contents of a folder's files, for entries that were made from it. */
export class FolderSource implements Source {
  readonly #area: Area;
  /** By digest: one of the entries with this content. */
  readonly #entries = new Map<Digest, readonly [string, Entry]>();

  /** @param entries what lies in the area */
  constructor(area: Area, entries: Iterable<readonly [string, Entry]>) {
    this.#area = area;
    for (const own of entries) this.#entries.set(own[1].digest, own);
  }

  has({ digest }: Entry): boolean {
    return this.#entries.has(digest);
  }

  /** There is nothing to bring: all of it is here. */
  fetch(): Promise<void> {
    return Promise.resolve();
  }

  /** @throws CafsError `CHANGED` where the file is not what it was when it was hashed */
  read({ digest }: Entry): AsyncIterable<Uint8Array> {
    const own = this.#entries.get(digest);
    if (own === undefined) throw new NotFoundError(`${digest} is the content of no file here.`);
    const [key, entry] = own;
    const { path, meta } = placeOf(key, entry);
    return Readable.from(readContent(`${this.#area.base}/${path}`, { ...entry, meta }));
  }
}
