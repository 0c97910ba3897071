import { isDeepStrictEqual } from 'node:util';

import type { Kept, Plain } from './plain.ts';

/*
 * What pushes and pulls are to do, as docs/adr/0016-tags-that-many-write.md has it, with nothing but
 * Maps. Only the digests of snapshots are those of the remote: they say which of them are the same.
 */

/** States of a store that it remembers, each with the snapshots that it was in step with then. */
const MAX_BASES = 8;

/** Snapshots that a store has had everything of, and that a snapshot goes on from. */
const MAX_ANCESTORS = 128;

/** What a tag points to. */
export interface ModelSnapshot {
  readonly digest: string;
  readonly entries: Plain;
  /** Those that it goes on from, the newest first. */
  readonly merged: readonly string[];
}

/** What a remote's tags point to. */
export type ModelTags = Map<string, ModelSnapshot>;

interface Reached extends ModelSnapshot {
  readonly tag: string;
}

interface Known {
  readonly snapshot: string;
  readonly base: Plain;
  /** The tag of which it is the last one. */
  readonly tag: string | undefined;
  readonly isPulled: boolean;
}

/** A store as its user sees it. */
export class ModelStore {
  readonly entries = new Map<string, Kept>();
  readonly #ownTag: string;
  #known: Known[] = [];
  #seen: readonly string[] = [];

  constructor(ownTag: string) {
    this.#ownTag = ownTag;
  }

  /**
   * Brings what was changed here to tags.
   *
   * @param digests what the remote's tags point to now
   */
  push(tags: ModelTags, digests: ReadonlyMap<string, string>): void {
    const mine = new Map(this.entries);
    const reached: Reached[] = [];
    for (const [name, digest] of digests) {
      const at = tags.get(name);
      if (at !== undefined && this.#isUnchangedSince(at)) continue;
      const next = digest === at?.digest ? at : this.#nextOf(at, mine, { digest, name });
      tags.set(name, next);
      // The last of them is the newest.
      reached.unshift({ ...next, tag: name });
    }
    this.#advance(reached, mine, false);
  }

  /** Brings what a tag points to into this store. */
  pull(at: ModelSnapshot): void {
    if (this.#seen.includes(at.digest)) return;
    const result = merge(at.entries, this.entries, this.#commonWith(at, this.#ownTag));
    this.entries.clear();
    for (const [key, kept] of result) this.entries.set(key, kept);
    this.#advance([{ ...at, tag: this.#ownTag }], at.entries, true);
  }

  #nextOf(
    at: ModelSnapshot | undefined,
    mine: Plain,
    { digest, name }: { readonly digest: string; readonly name: string },
  ): ModelSnapshot {
    if (at === undefined) return { digest, entries: mine, merged: this.#seen };
    const common = this.#seen.includes(at.digest)
      ? { base: at.entries, settled: undefined }
      : this.#commonWith(at, name);
    return { digest, entries: merge(at.entries, mine, common), merged: first([at], this.#seen) };
  }

  #advance(reached: readonly Reached[], base: Plain, isPulled: boolean): void {
    const digests = new Set(reached.map(({ digest }) => digest));
    const tags = new Set<string | undefined>(reached.map(({ tag }) => tag));
    const known: Known[] = [
      ...reached.map(({ digest, tag }) => ({ snapshot: digest, base, tag, isPulled })),
      ...this.#known
        .filter(
          ({ snapshot, tag }) => !digests.has(snapshot) || !(tag === undefined || tags.has(tag)),
        )
        .map((one) => (tags.has(one.tag) ? { ...one, tag: undefined } : one)),
    ];
    const pulled = known.find((one) => one.isPulled);
    const isLast = (one: Known): boolean => one === pulled || one.tag !== undefined;
    const bases: Plain[] = [];
    const kept = new Set<Known>();
    for (const one of [...known.filter(isLast), ...known.filter((other) => !isLast(other))]) {
      if (!bases.some((other) => isEqual(other, one.base))) {
        if (bases.length === MAX_BASES) continue;
        bases.push(one.base);
      }
      kept.add(one);
    }
    this.#known = known.filter((one) => kept.has(one));
    const whole = reached.filter(({ entries }) => isEqual(entries, base));
    this.#seen = first(whole, this.#seen);
  }

  #isUnchangedSince(at: ModelSnapshot): boolean {
    const known = this.#known.find(({ snapshot }) => snapshot === at.digest);
    return known !== undefined && isEqual(known.base, this.entries);
  }

  /** What this store has in common with a snapshot at a tag. */
  #commonWith({ digest, merged }: ModelSnapshot, tag: string): Common {
    const isIn = (snapshot: string): boolean => snapshot === digest || merged.includes(snapshot);
    const at = this.#known.findIndex(({ snapshot }) => isIn(snapshot));
    if (at === -1) {
      return { base: undefined, settled: this.#known.find((one) => one.tag === tag)?.base };
    }
    const since = this.#known.slice(0, at);
    return { base: this.#known[at]?.base, settled: since.find(({ isPulled }) => isPulled)?.base };
  }
}

/** What two states have in common. */
interface Common {
  /** What both go on from; undefined: that is not known. */
  readonly base: Plain | undefined;
  /** What was not made here, where both have changed a key. */
  readonly settled: Plain | undefined;
}

/**
 * What was changed from `base` to `mine`, done to `theirs`. Where `theirs` is another one as well, a key that is
 * as it was pulled was not changed here.
 */
function merge(theirs: Plain, mine: Plain, { base, settled: pulled }: Common): Plain {
  const result = new Map(theirs);
  for (const key of new Set([...(base?.keys() ?? []), ...mine.keys()])) {
    const [kept, before] = [mine.get(key), base?.get(key)];
    if (isDeepStrictEqual(kept, before)) continue;
    const isConflict = !isDeepStrictEqual(theirs.get(key), before);
    if (pulled !== undefined && isConflict) {
      if (isDeepStrictEqual(kept, pulled.get(key)) && (before !== undefined || theirs.has(key)))
        continue;
    }
    if (kept === undefined) result.delete(key);
    else result.set(key, kept);
  }
  return result;
}

function isEqual(a: Plain, b: Plain): boolean {
  return a.size === b.size && [...a].every(([key, kept]) => isDeepStrictEqual(kept, b.get(key)));
}

/** Snapshots and what they go on from, the newest first, and older ones while there is room. */
function first(snapshots: readonly ModelSnapshot[], older: readonly string[]): readonly string[] {
  const merged = snapshots.map((one) => one.merged);
  const longest = Math.max(0, ...merged.map(({ length }) => length));
  const byAge = Array.from({ length: longest }, (_, age) => merged.map((list) => list[age]));
  const known = byAge.flat().filter((one) => one !== undefined);
  const digests = snapshots.map(({ digest }) => digest);
  return [...new Set([...digests, ...known, ...older])].slice(0, MAX_ANCESTORS);
}
