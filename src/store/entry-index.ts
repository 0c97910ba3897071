import type { Digest } from '../digest.ts';
import type { Location, PackRef } from '../location.ts';
import { compareBytes } from '../order.ts';
import type { Entry } from './entry.ts';
import { Columns } from './index/columns.ts';
import {
  type Difference,
  type DifferenceOptions,
  entryDifferences,
} from './index/entry-differences.ts';
import { fold } from './index/fold.ts';
import { keepEntry, toEntry } from './index/kept-entry.ts';
import { areFramesApart } from './index/frames-apart.ts';
import { mergeRows } from './index/merge-rows.ts';
import { Overlay } from './index/overlay.ts';
import { firstOutside } from './index/outside.ts';
import { type PackUse, namedPacks, packUses } from './index/pack-use.ts';
import { PrefixHashes } from './index/prefix-hashes.ts';
import { locateRows, placeRows, unlocateRows } from './index/relocate.ts';
import { rowsOfContents, unlocatedRows } from './index/rows-of.ts';
import { haveSameRows } from './index/same-rows.ts';
import { type Span, spansOf } from './index/spans.ts';
import { topFolders } from './index/top-folders.ts';
import { type Totals, totalsOf } from './index/totals.ts';
import { Unsaved, type UnsavedChange } from './index/unsaved.ts';
import { View } from './index/view.ts';
import { assertKey, normalisePrefix } from './keys.ts';
import { applyChanges } from './segment/apply-changes.ts';
import { decodeBase, decodeChanges } from './segment/decode.ts';
import { encodeChanges } from './segment/encode-changes.ts';
import { encodeColumns } from './segment/encode.ts';
import { malformed } from './segment/format.ts';

/** Changes that are kept on top of the columns whatever their size, before they become part of them. */
const MIN_FOLD = 16_384;

/** Of the columns' rows: more changes than this share become part of them. */
const FOLD_SHARE = 1 / 4;

export type { Difference, DifferenceOptions, PackUse, Span, Totals };

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
  /** How many changes were there when they could not become part of the columns. */
  #unfoldable = 0;

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
   * @throws CafsError `MALFORMED`, also for a segment of changes that deletes something;
   *   `UNSUPPORTED_VERSION` for a newer format
   */
  static decode(segment: Uint8Array): Index {
    return Index.#of(decodeBase(segment));
  }

  /**
   * Reads a base and the changes that were made to it, one after another. All entries are saved.
   *
   * @throws as {@link Index.decode} and {@link Index.applySegment}; CafsError `MALFORMED` for no segment
   */
  static decodeAll(segments: readonly Uint8Array[]): Index {
    const [base, ...changes] = segments;
    if (base === undefined) throw malformed('there is none');
    const index = Index.decode(base);
    for (const segment of changes) index.applySegment(segment);
    return index;
  }

  /**
   * Brings what was changed here since a base together with what others made of it meanwhile: what
   * was set and deleted here counts, all else is as it is there. All entries are saved.
   *
   * A location is no change. An entry that is the same on both sides has the location that it has
   * there; one that was changed here has its own, or none.
   *
   * @param base what both sides had in common
   * @param theirs what others made of it
   * @param mine what was made of it here
   * @param settled gives what others had made of it, as it was brought here last: where both sides have
   *   changed a key and mine is as in there, that was no change of this side, and theirs counts
   * @throws CafsError `INVALID_INPUT` where one of them, or all together, is more than a segment can hold
   */
  static merge(base: Index, theirs: Index, mine: Index, settled?: () => Index | undefined): Index {
    for (const index of [base, theirs, mine]) index.#fold();
    return Index.#of(
      mergeRows(base.#columns, theirs.#columns, mine.#columns, () => {
        const index = settled?.();
        if (index === undefined) return undefined;
        index.#fold();
        return index.#columns;
      }),
    );
  }

  /**
   * The index as a segment. Equal entries give equal bytes, however they came to be here.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold: nothing has changed then,
   *   and after some entries were deleted it may be tried again
   */
  encode(): Buffer {
    this.#fold();
    return encodeColumns(this.#columns);
  }

  /**
   * What has changed since another state, as a segment: what leads from there to here, locations
   * included. Equal states give equal bytes.
   *
   * @throws CafsError `INVALID_INPUT` where either of them, or what has changed, is more than a
   *   segment can hold
   */
  encodeChanges(since: Index): Buffer {
    since.#fold();
    this.#fold();
    return encodeChanges(since.#columns, this.#columns);
  }

  /**
   * Makes the changes of a segment here, as {@link Index.encodeChanges} gives it. What it sets and
   * deletes counts as saved; what else is unsaved stays so. A deleted key need not be there.
   *
   * @throws as {@link Index.decode}; CafsError `MALFORMED` where the index becomes larger than one can
   *   be, `INVALID_INPUT` where it is that before. Nothing has changed then.
   */
  applySegment(segment: Uint8Array): void {
    const changes = decodeChanges(segment);
    this.#fold();
    this.#columns = applyChanges(this.#columns, changes, this.#unsaved);
    this.#size = this.#columns.size;
  }

  /**
   * The same entries, as they are now: later changes of either index do not reach the other one. All
   * of them are saved. The two share memory.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  copy(): Index {
    this.#fold();
    return Index.#of(this.#columns);
  }

  /**
   * What leads from here to another state, sorted by the bytes of the keys. Later changes of either
   * index do not reach it.
   *
   * @returns key, entry before, entry after; undefined: there is none
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  differences(to: Index, options: DifferenceOptions = {}): Generator<Difference, void, undefined> {
    this.#fold();
    to.#fold();
    return entryDifferences(this.#columns, to.#columns, options);
  }

  /**
   * The same entries with locations. All of them are saved.
   *
   * @param locate asked once for each entry that has content and no location; undefined: it stays so.
   *   Content of no bytes is in no frame: such an entry gets that as its location unasked.
   * @throws CafsError `INVALID_INPUT` for a location that cannot be the entry's, or more than a segment
   *   can hold
   */
  located(locate: (key: string, entry: Entry) => Location | undefined): Index {
    this.#fold();
    return Index.#of(locateRows(this.#columns, locate));
  }

  /**
   * The same entries; those without a location get that of their content. All of them are saved.
   * Quicker than {@link Index.located}, which makes an object of each entry.
   *
   * @param places where contents lie; the content of no bytes lies nowhere, and need not be there
   * @throws as {@link Index.located}
   */
  placed(places: ReadonlyMap<Digest, Location>): Index {
    this.#fold();
    return Index.#of(placeRows(this.#columns, places));
  }

  /**
   * The same entries without the locations that lie in a lost pack, wholly or in part. All of them
   * are saved.
   *
   * @param isLost asked once for each pack
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  withoutLocations(isLost: (pack: PackRef) => boolean): Index {
    this.#fold();
    return Index.#of(unlocateRows(this.#columns, isLost));
  }

  /**
   * The packs that entries lie in, in the order in which entries first name them.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  packs(): PackUse[] {
    this.#fold();
    return packUses(this.#columns);
  }

  /**
   * The packs of {@link Index.packs} alone, without what is needed of them: that is quicker.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  packRefs(): PackRef[] {
    this.#fold();
    return namedPacks(this.#columns);
  }

  /**
   * The contents that lie in several packs, each once, in the order of the keys.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  spans(): Span[] {
    this.#fold();
    return spansOf(this.#columns);
  }

  /**
   * The first key whose content does not lie in packs of some kind, all of it; undefined: there is none.
   *
   * @param isIn asked once for each pack that entries name, until one is not
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  keyOutside(isIn: (pack: PackRef) => boolean): string | undefined {
    this.#fold();
    const row = firstOutside(this.#columns, isIn);
    return row === undefined ? undefined : this.#columns.key(row);
  }

  /**
   * Whether the frames that entries name share no bytes, unless they are the very same ones.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  hasFramesApart(): boolean {
    this.#fold();
    return areFramesApart(this.#columns);
  }

  /**
   * Whether another index has the same keys with the same entries. Quicker than to look for a
   * difference.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  hasSameEntries(other: Index, { ignoreLocations = false }: DifferenceOptions = {}): boolean {
    if (this.size !== other.size) return false;
    this.#fold();
    other.#fold();
    return haveSameRows(this.#columns, other.#columns, ignoreLocations);
  }

  /**
   * How many bytes the contents have.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  totals(): Totals {
    this.#fold();
    return totalsOf(this.#columns);
  }

  /**
   * The entries that have no location, sorted by the bytes of their keys, as they are now.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  unlocated(): Generator<[string, Entry], void, undefined> {
    this.#fold();
    return this.#columns.entries(unlocatedRows(this.#columns));
  }

  /**
   * The entries whose contents have one of these digests, sorted by the bytes of their keys, as they
   * are now.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  withContents(digests: ReadonlySet<Digest>): Generator<[string, Entry], void, undefined> {
    this.#fold();
    return this.#columns.entries(rowsOfContents(this.#columns, digests));
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  get(key: string): Entry | undefined {
    const kept = this.#overlay.get(key);
    if (kept !== undefined) return toEntry(kept);
    if (this.#overlay.has(key)) return undefined;
    const row = this.#columns.find(key);
    return row === -1 ? undefined : this.#columns.entry(row);
  }

  has(key: string): boolean {
    if (this.#overlay.has(key)) return this.#overlay.get(key) !== undefined;
    return this.#columns.find(key) !== -1;
  }

  /**
   * Puts an entry in the place of what is there. What is kept is a copy of it, but for the location,
   * which is frozen.
   *
   * @throws CafsError `INVALID_KEY`, `RESERVED_KEY`; `INVALID_INPUT` for an entry that no segment can
   *   hold, or where all that was set before is more than one can. Nothing has changed then.
   */
  set(key: string, entry: Entry): void {
    assertKey(key);
    const kept = keepEntry(key, entry);
    if (this.#overlay.size >= this.#foldSize) this.#fold();
    if (!this.has(key)) this.#size += 1;
    this.#overlay.set(key, kept);
  }

  /** Removes an entry; gives whether there was one. */
  delete(key: string): boolean {
    if (!this.has(key)) return false;
    this.#foldForDelete();
    this.#size -= 1;
    this.#overlay.set(key, undefined);
    return true;
  }

  /** Removes everything: every key that there is now. */
  clear(): void {
    this.#unsaved.clear(this.#columns, this.#overlay.keys());
    this.#columns = Columns.EMPTY;
    this.#overlay.clear();
    this.#size = 0;
    this.#unfoldable = 0;
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
    if (start === '' && this.#overlay.size === 0) return this.#root();
    const [found] = new PrefixHashes(false).digests(this.#view(start), start);
    return found?.[1] ?? '';
  }

  /**
   * The digests of some prefixes and of everything, in one pass.
   *
   * @returns by prefix, with a `/` at its end, in the order of the bytes; nothing for a prefix without a
   *   key. What has the prefix `''` is everything.
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  hashesOf(prefixes: Iterable<string>): Map<string, Digest> {
    this.#fold();
    const wanted = new Set(['']);
    for (const prefix of prefixes) wanted.add(normalisePrefix(prefix));
    const sorted = [...wanted].sort(compareBytes);
    const found = new Map(new PrefixHashes(false).digestsOf(this.#columns, sorted));
    this.#columns.root = found.get('') ?? '';
    return new Map(
      sorted.flatMap((prefix) => {
        const digest = found.get(prefix);
        return digest === undefined ? [] : [[prefix, digest] as const];
      }),
    );
  }

  /**
   * The folders at the top, as prefixes: the first part of each key that has several. Sorted by
   * their bytes, as they are now.
   *
   * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
   */
  topFolders(): Generator<string, void, undefined> {
    this.#fold();
    return topFolders(this.#columns);
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

  /**
   * Every key that was set or removed since the index was read or saved, with the entry that it has
   * now; undefined: it is removed. Each key once, in no order. What is set to the entry that it had
   * counts.
   */
  changes(): Iterable<UnsavedChange> {
    const changes = this.#overlay.below('');
    return this.#unsaved.changes(this.#columns, changes, (key) => this.#overlay.has(key));
  }

  /**
   * Makes the changes of another index here, as if they had been made to this one.
   *
   * @throws as {@link Index.set}
   */
  apply(changes: Iterable<UnsavedChange>): void {
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

  static #of(columns: Columns): Index {
    const index = new Index();
    index.#columns = columns;
    index.#size = columns.size;
    return index;
  }

  /** The digest of the columns, which do not change. */
  #root(): Digest | '' {
    const columns = this.#columns;
    if (columns.root === undefined) {
      const [found] = new PrefixHashes(false).digestsOf(columns, ['']);
      columns.root = found?.[1] ?? '';
    }
    return columns.root;
  }

  #view(prefix: string): View {
    return new View(this.#columns, prefix, this.#overlay.below(prefix));
  }

  /** With so many changes on top, they become part of the columns before there are more. */
  get #foldSize(): number {
    return Math.max(MIN_FOLD, this.#columns.size * FOLD_SHARE);
  }

  /** Deleting is the way out of an index that is too large: that it is must not keep from it. */
  #foldForDelete(): void {
    // What has failed is not worth trying again for each key.
    if (this.#overlay.size < Math.max(this.#foldSize, 2 * this.#unfoldable)) return;
    try {
      this.#fold();
    } catch {
      this.#unfoldable = this.#overlay.size;
    }
  }

  #fold(): void {
    if (this.#overlay.size === 0) return;
    this.#columns = fold(this.#columns, this.#overlay, this.#size, this.#unsaved);
    this.#overlay.clear();
    this.#unfoldable = 0;
  }
}
