import type { Digest } from '../digest.ts';
import type { Entry } from './entry.ts';
import { Columns } from './index/columns.ts';
import { fold } from './index/fold.ts';
import { type Change, Overlay } from './index/overlay.ts';
import { PrefixHashes } from './index/prefix-hashes.ts';
import { Unsaved } from './index/unsaved.ts';
import { View } from './index/view.ts';
import { assertKey, normalisePrefix } from './keys.ts';
import { decodeColumns } from './segment/decode.ts';
import { encodeColumns } from './segment/encode.ts';

/** Changes that are kept on top of the columns whatever their size, before they become part of them. */
const MIN_FOLD = 16_384;

/** Of the columns' rows: more changes than this share become part of them. */
const FOLD_SHARE = 1 / 4;

/**
 * All entries of a store, in memory: columns that never change, with the changes since on top.
 *
 * Entries become objects when they are asked for. What `range`, `hashes` and `changes` give is the
 * state at the moment of the call: the index may be changed while one walks through it.
 */
export class Index {
  #columns = Columns.EMPTY;
  readonly #overlay = new Overlay();
  readonly #unsaved = new Unsaved();
  #size = 0;

  /**
   * @param entries in any order; the last one counts where a key comes twice. All of them are
   * unsaved.
   * @throws as {@link Index.set}
   */
  constructor(entries: Iterable<readonly [string, Entry]> = []) {
    for (const [key, entry] of entries) this.set(key, entry);
  }

  /**
   * Reads a segment; every field is checked. All of its entries are saved.
   *
   * @throws CafsError `MALFORMED`, or `UNSUPPORTED_VERSION` for a newer format
   */
  static decode(segment: Uint8Array): Index {
    const index = new Index();
    index.#columns = decodeColumns(segment);
    index.#size = index.#columns.size;
    return index;
  }

  /**
   * The index as a segment. Equal entries give equal bytes, however they came to be here.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  encode(): Buffer {
    this.#fold();
    return encodeColumns(this.#columns);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  get(key: string): Entry | undefined {
    if (this.#overlay.has(key)) return this.#overlay.get(key);
    const row = this.#columns.find(key);
    return row === -1 ? undefined : this.#columns.entry(row);
  }

  has(key: string): boolean {
    if (this.#overlay.has(key)) return this.#overlay.get(key) !== undefined;
    return this.#columns.find(key) !== -1;
  }

  /**
   * Puts an entry in the place of what is there. Do not change it afterwards.
   *
   * @throws CafsError `INVALID_KEY`, `RESERVED_KEY`
   */
  set(key: string, entry: Entry): void {
    assertKey(key);
    if (!this.has(key)) this.#size += 1;
    this.#change(key, entry);
  }

  /** Removes an entry; gives whether there was one. */
  delete(key: string): boolean {
    if (!this.has(key)) return false;
    this.#size -= 1;
    this.#change(key, undefined);
    return true;
  }

  /** Removes everything. */
  clear(): void {
    this.#columns = Columns.EMPTY;
    this.#overlay.clear();
    this.#unsaved.clear();
    this.#size = 0;
  }

  /** Keys and entries below a prefix, sorted by the bytes of the keys. */
  range(prefix: string): Generator<[string, Entry], void, undefined> {
    return this.#view(normalisePrefix(prefix)).entries();
  }

  /**
   * The digest of a prefix: SHA-256 over a line per key below it (`rel NUL digest NUL size`),
   * sorted by bytes and joined by line feeds; `''` where there is no key.
   */
  hash(prefix: string): Digest | '' {
    const start = normalisePrefix(prefix);
    const [found] = new PrefixHashes(false).digests(this.#view(start), start);
    return found?.[1] ?? '';
  }

  /**
   * The digests of a prefix and of all folders below it: of every beginning of a key that ends in
   * `/`. One pass, in memory that depends on the depth of the folders alone.
   *
   * @returns `[prefix, digest]`, as `hash` gives it, in order of the keys, and a folder behind all
   * that lies in it; the prefix itself is the last. Nothing where there is no key.
   * @example
   * for (const [folder, digest] of index.hashes('src')) console.log(folder, digest); // src/a/, src/
   */
  hashes(prefix = ''): Generator<[string, Digest], void, undefined> {
    const start = normalisePrefix(prefix);
    return new PrefixHashes(true).digests(this.#view(start), start);
  }

  /** Whether something was set or removed since the index was read or saved. */
  get hasChanges(): boolean {
    return this.#overlay.size > 0 || !this.#unsaved.isEmpty;
  }

  /** Whether everything was removed since, before all {@link Index.changes}. */
  get cleared(): boolean {
    return this.#unsaved.cleared;
  }

  /**
   * Every key that was set or removed since the index was read or saved, with the entry that it has
   * now; undefined: it is removed. Each key once, in no order. What is set to the entry that it had
   * counts.
   */
  changes(): Iterable<Change> {
    return this.#unsaved.changes(this.#view(''), (key) => this.#overlay.has(key));
  }

  /**
   * Makes the changes of another index here, as if they had been made to this one.
   *
   * @param cleared whether everything was removed before them
   */
  apply(changes: Iterable<Change>, cleared = false): void {
    if (cleared) this.clear();
    for (const [key, entry] of changes) {
      if (entry === undefined) this.delete(key);
      else this.set(key, entry);
    }
  }

  /** Says that everything is saved, as it is now. */
  markSaved(): void {
    this.#fold();
    this.#unsaved.reset();
  }

  #view(prefix: string): View {
    return new View(this.#columns, prefix, this.#overlay.below(prefix));
  }

  #change(key: string, entry: Entry | undefined): void {
    this.#overlay.set(key, entry);
    if (this.#overlay.size > Math.max(MIN_FOLD, this.#columns.size * FOLD_SHARE)) this.#fold();
  }

  #fold(): void {
    if (this.#overlay.size === 0) return;
    this.#columns = fold(this.#columns, this.#overlay, this.#size, this.#unsaved);
    this.#overlay.clear();
  }
}
