import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';

/** States of an index, each a base file, that it was in when it was in step with snapshots. */
const MAX_BASES = 4;

/** Snapshots that an index remembers with such a state; one push to many tags makes many with the same. */
const MAX_KNOWN = 64;

/** Snapshots that a lineage names: more than that many writers do not move a tag at the same time. */
export const MAX_ANCESTORS = 128;

const digest = v.custom<Digest>(isDigest, 'no digest');

const KnownSchema = v.object({
  /** Of a snapshot's manifest. */
  snapshot: digest,
  /** Of the index as it was then: the digest of a base file's bytes. */
  base: digest,
  /** Repository and tag: of the last one at the tag that the index is pulled from. */
  ref: v.optional(v.string()),
});

/** What {@link Lineage} is in the header of an index file. */
export const LineageSchema = v.object({
  known: v.pipe(v.array(KnownSchema), v.maxLength(MAX_KNOWN)),
  seen: v.pipe(v.array(digest), v.maxLength(MAX_ANCESTORS)),
  discards: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** A snapshot that holds what an index held when they were in step. */
export type KnownSnapshot = Readonly<v.InferOutput<typeof KnownSchema>>;

/**
 * Where an index stands to the snapshots of remotes. It tells what was changed here from what was
 * changed there, so that a push brings changes and not a state, and a deletion is one.
 *
 * Snapshots are named by their digests: it does not matter which tags point to them.
 */
export interface Lineage {
  /** The newest first. Others may have added to these snapshots what the index does not hold. */
  readonly known: readonly KnownSnapshot[];
  /** Of these the index has had everything; the newest first. What it lacks of them was deleted here. */
  readonly seen: readonly Digest[];
  /** How often all of that was given up: who began before cannot go on from there. */
  readonly discards: number;
}

/** That of an index that never was in step with a snapshot. */
export const NO_LINEAGE: Lineage = { known: [], seen: [], discards: 0 };

/** A snapshot at a tag, with what it goes on from. */
export interface Descent {
  readonly snapshot: Digest;
  /** The snapshots that this one contains; the newest first, at most {@link MAX_ANCESTORS}. */
  readonly merged: readonly Digest[];
  /** Repository and tag, where the index is pulled from there; undefined: it is another tag. */
  readonly ref: string | undefined;
}

/** An index came into step with a snapshot. */
export interface InStep extends Descent {
  /** Whether the index has everything that the snapshot holds. */
  readonly isWhole: boolean;
}

/** Gives up what is known of snapshots. */
export function discarded({ discards }: Lineage): Lineage {
  return { ...NO_LINEAGE, discards: discards + 1 };
}

/**
 * The lineage after an index, as it is in a base file, came into step with snapshots.
 *
 * @param steps the newest first
 */
export function advance(lineage: Lineage, base: Digest, steps: readonly InStep[]): Lineage {
  const own = steps.find(({ ref }) => ref !== undefined);
  const reached = [...new Set(steps.map(({ snapshot }) => snapshot))];
  const older = lineage.known.filter(({ snapshot }) => !reached.includes(snapshot));
  const whole = steps.filter(({ isWhole }) => isWhole);
  return {
    known: remembered([
      ...reached.map((snapshot) => ({
        snapshot,
        base,
        ref: snapshot === own?.snapshot ? own.ref : undefined,
      })),
      ...older.map((one) => (own === undefined ? one : { ...one, ref: undefined })),
    ]),
    seen: ancestors(whole, lineage.seen),
    discards: lineage.discards,
  };
}

/** The newest of them, and the one of the own tag, however old it is. */
function remembered(known: readonly KnownSnapshot[]): KnownSnapshot[] {
  const own = known.filter(({ ref }) => ref !== undefined);
  const bases = new Set(own.map(({ base }) => base));
  let others = MAX_KNOWN - own.length;
  return known.filter(({ base, ref }) => {
    if (ref !== undefined) return true;
    if (others === 0 || (!bases.has(base) && bases.size === MAX_BASES)) return false;
    bases.add(base);
    others -= 1;
    return true;
  });
}

/**
 * The last snapshot with which an index was in step before it met another one that goes on from that.
 *
 * A snapshot names no more than {@link MAX_ANCESTORS}: one that names so many, at the tag that the index
 * is pulled from, is taken to go on from what the index last knew of that tag.
 *
 * @returns undefined: nothing is known of what they have in common
 */
export function lastInStep(
  { known }: Lineage,
  { snapshot, merged, ref }: Descent,
): KnownSnapshot | undefined {
  const mayNameNoMore = merged.length >= MAX_ANCESTORS;
  return known.find(
    (one) =>
      one.snapshot === snapshot ||
      merged.includes(one.snapshot) ||
      (mayNameNoMore && ref !== undefined && one.ref === ref),
  );
}

/**
 * What snapshots go on from, with these themselves; the newest first.
 *
 * @param older what is named as far as there is room: it is older than all of that
 */
export function ancestors(
  snapshots: readonly Pick<Descent, 'snapshot' | 'merged'>[],
  older: readonly Digest[] = [],
): Digest[] {
  const all = new Set(snapshots.map(({ snapshot }) => snapshot));
  const longest = Math.max(0, ...snapshots.map(({ merged }) => merged.length));
  for (let age = 0; age < longest; age += 1) {
    for (const { merged } of snapshots) {
      const one = merged[age];
      if (one !== undefined) all.add(one);
    }
  }
  return [...all, ...older.filter((one) => !all.has(one))].slice(0, MAX_ANCESTORS);
}
