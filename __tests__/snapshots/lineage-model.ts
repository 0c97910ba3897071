import { isDeepStrictEqual } from 'node:util';

import type { Kept, Plain } from './plain.ts';

/*
 * What pushes and pulls are to do, as docs/adr/0016-tags-that-many-write.md has it, with nothing but
 * Maps. Only the digests of snapshots are those of the remote: they say which of them are the same.
 */

/** States of a store that it remembers, each with the snapshots that it was in step with then. */
const MAX_BASES = 4;

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

interface Known {
  readonly snapshot: string;
  readonly base: Plain;
  /** Whether it is the last one at the tag that the store is pulled from. */
  readonly isOwn: boolean;
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
    const reached: ModelSnapshot[] = [];
    let own: string | undefined;
    for (const [name, digest] of digests) {
      const at = tags.get(name);
      if (at !== undefined && this.#isUnchangedSince(at)) continue;
      const next = digest === at?.digest ? at : this.#nextOf(at, mine, digest);
      tags.set(name, next);
      reached.push(next);
      if (name === this.#ownTag) own = next.digest;
    }
    this.#advance(reached, mine, own);
  }

  /** Brings what a tag points to into this store. */
  pull(at: ModelSnapshot): void {
    if (this.#seen.includes(at.digest)) return;
    const result = merge(this.#baseFor(at) ?? new Map<string, Kept>(), at.entries, this.entries);
    this.entries.clear();
    for (const [key, kept] of result) this.entries.set(key, kept);
    this.#advance([at], at.entries, at.digest);
  }

  #nextOf(at: ModelSnapshot | undefined, mine: Plain, digest: string): ModelSnapshot {
    if (at === undefined) return { digest, entries: mine, merged: this.#seen };
    const base = this.#seen.includes(at.digest) ? at.entries : this.#baseFor(at);
    return {
      digest,
      entries: merge(base ?? new Map<string, Kept>(), at.entries, mine),
      merged: first([at], this.#seen),
    };
  }

  #advance(reached: readonly ModelSnapshot[], base: Plain, own: string | undefined): void {
    const digests = new Set(reached.map(({ digest }) => digest));
    const older = this.#known.filter(({ snapshot }) => !digests.has(snapshot));
    const known = [
      ...[...digests].map((snapshot) => ({ snapshot, base, isOwn: snapshot === own })),
      ...older.map((one) => ({ ...one, isOwn: one.isOwn && own === undefined })),
    ];
    const bases = known.filter(({ isOwn }) => isOwn).map((one) => one.base);
    this.#known = known.filter(({ base: state }) => {
      if (bases.some((other) => isEqual(other, state))) return true;
      if (bases.length === MAX_BASES) return false;
      bases.push(state);
      return true;
    });
    const whole = reached.filter(({ entries }) => isEqual(entries, base));
    this.#seen = first(whole, this.#seen);
  }

  #isUnchangedSince(at: ModelSnapshot): boolean {
    const known = this.#known.find(({ snapshot }) => snapshot === at.digest);
    return known !== undefined && isEqual(known.base, this.entries);
  }

  /** What this store held when it was in step with what a snapshot goes on from. */
  #baseFor({ digest, merged }: ModelSnapshot): Plain | undefined {
    const isIn = (snapshot: string): boolean => snapshot === digest || merged.includes(snapshot);
    return this.#known.find(({ snapshot }) => isIn(snapshot))?.base;
  }
}

/** What was changed from `base` to `mine`, done to `theirs`. */
function merge(base: Plain, theirs: Plain, mine: Plain): Plain {
  const result = new Map(theirs);
  for (const key of new Set([...base.keys(), ...mine.keys()])) {
    const kept = mine.get(key);
    if (isDeepStrictEqual(kept, base.get(key))) continue;
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
