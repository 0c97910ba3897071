import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';

/** States of an index, each a base file, that it was in when it was in step with snapshots. */
const MAX_BASES = 8;

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
  /** Which version of the index was brought there, or came of what was pulled. */
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Repository and tag, of the last one that was met there. */
  ref: v.optional(v.string()),
  /** The snapshot with which its tag began. */
  first: v.optional(digest),
  /** It was pulled: what the index held as in its base, others have made. */
  pulled: v.optional(v.literal(true)),
  /** The tag was to be pointed at it: whether that came to be is not known. */
  pending: v.optional(v.literal(true)),
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
  /**
   * None in front of one that goes on from it; else the newest version of the index first, and of one version what was
   * met last. Others may have added to these snapshots what the index does not hold.
   */
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
  /**
   * With which its tag began: from there on, each one at that tag went on from the one before. Undefined: it is this
   * one.
   */
  readonly first?: Digest | undefined;
  /** Repository and tag. */
  readonly ref: string;
}

/** An index came into step with a snapshot. */
export interface InStep extends Descent {
  /** Whether the index has everything that the snapshot holds. */
  readonly isWhole: boolean;
  /** Whether it was pulled; else it was pushed. */
  readonly isPulled: boolean;
  /** Whether the tag does not point to it yet. */
  readonly isPending: boolean;
}

/** Gives up what is known of snapshots. */
export function discarded({ discards }: Lineage): Lineage {
  return { ...NO_LINEAGE, discards: discards + 1 };
}

/** An index as it was when it was in step with a snapshot; see {@link KnownSnapshot}. */
export type State = Pick<KnownSnapshot, 'base' | 'version'>;

/**
 * The lineage after an index came into step with snapshots.
 *
 * @param steps the newest first
 */
export function advance(
  lineage: Lineage,
  { base, version }: State,
  steps: readonly InStep[],
): Lineage {
  const added = steps.map(({ snapshot, ref, first, isPulled, isPending }) => ({
    ...{ snapshot, base, version, ref },
    ...(first === undefined ? {} : { first }),
    // What it was pulled as, it stays, though a push has found it to be right.
    ...(isPulled || wasPulled(lineage, snapshot, base) ? { pulled: true as const } : {}),
    ...(isPending ? { pending: true as const } : {}),
  }));
  const reached = new Set(steps.map(({ snapshot }) => snapshot));
  const refs = new Set<string | undefined>(steps.map(({ ref }) => ref));
  const older = withoutRef(
    lineage.known.filter(
      ({ snapshot, ref }) => !reached.has(snapshot) || (ref !== undefined && !refs.has(ref)),
    ),
    // Until it is known to be there, the one before may still be the last of its tag.
    ({ ref, pending }) =>
      steps.some((step) => step.ref === ref && (!step.isPending || pending === true)),
  );
  const whole = steps.filter(({ isWhole }) => isWhole);
  return {
    known: remembered(inserted(older, added, steps)),
    seen: ancestors(whole, lineage.seen),
    discards: lineage.discards,
  };
}

/**
 * Behind those with a newer version of the index: another push may have begun later, and met its snapshot before. But in front of
 * all that the snapshots go on from.
 */
function inserted(
  known: readonly KnownSnapshot[],
  added: readonly KnownSnapshot[],
  steps: readonly InStep[],
): KnownSnapshot[] {
  const version = Math.max(...added.map((one) => one.version));
  const merged = new Set(steps.flatMap((step) => step.merged));
  const at = known.findIndex((one) => one.version <= version || merged.has(one.snapshot));
  const place = at === -1 ? known.length : at;
  return [...known.slice(0, place), ...added, ...known.slice(place)];
}

function wasPulled({ known }: Lineage, snapshot: Digest, base: Digest): boolean {
  return known.some((one) => one.pulled === true && one.snapshot === snapshot && one.base === base);
}

/** The lineage once tags point to snapshots that were {@link InStep.isPending}. */
export function confirmed(
  lineage: Lineage,
  steps: readonly Pick<Descent, 'snapshot' | 'ref'>[],
): Lineage {
  const isConfirmed = ({ snapshot, ref, pending }: KnownSnapshot): boolean =>
    pending === true && steps.some((step) => step.snapshot === snapshot && step.ref === ref);
  if (!lineage.known.some(isConfirmed)) return lineage;
  const known = lineage.known.map((one): KnownSnapshot => {
    const { pending, ...rest } = one;
    return pending === undefined || !isConfirmed(one) ? one : rest;
  });
  const newest = new Set(steps.map(({ snapshot }) => snapshot));
  const isBefore = ({ snapshot, ref }: KnownSnapshot): boolean =>
    !newest.has(snapshot) && steps.some((step) => step.ref === ref);
  return { ...lineage, known: withoutRef(known, isBefore) };
}

function withoutRef(
  known: readonly KnownSnapshot[],
  isWithout: (one: KnownSnapshot) => boolean,
): KnownSnapshot[] {
  return known.map((one) => (isWithout(one) ? { ...one, ref: undefined } : one));
}

/**
 * As many as there is room for: first the last one that was pulled and the last one of each tag, since
 * nothing stands in for these, and then others; the newest go before.
 */
function remembered(known: readonly KnownSnapshot[]): KnownSnapshot[] {
  const pulled = known.find((one) => one.pulled === true);
  const isLast = (one: KnownSnapshot): boolean => one === pulled || one.ref !== undefined;
  const bases = new Set<Digest>();
  const kept = new Set<KnownSnapshot>();
  for (const one of [...known.filter(isLast), ...known.filter((other) => !isLast(other))]) {
    if (kept.size === MAX_KNOWN) break;
    if (!bases.has(one.base) && bases.size === MAX_BASES) continue;
    bases.add(one.base);
    kept.add(one);
  }
  return known.filter((one) => kept.has(one));
}

/**
 * The first of the known snapshots that another one goes on from.
 *
 * A snapshot names no more than {@link MAX_ANCESTORS}: one that names so many, and none that the index
 * knows, goes on from what the index last knew of its tag, if the tag has not begun anew since.
 *
 * @returns undefined: nothing is known of what they have in common
 */
export function lastInStep(
  { known }: Pick<Lineage, 'known'>,
  descent: Descent,
): KnownSnapshot | undefined {
  const { snapshot, merged, ref } = descent;
  const named = new Set([snapshot, ...merged]);
  const common = known.find((one) => named.has(one.snapshot));
  if (common !== undefined || merged.length < MAX_ANCESTORS) return common;
  const last = lastOf({ known }, ref);
  return last !== undefined && firstOf(last) === firstOf(descent) ? last : undefined;
}

/** The snapshot with which the tag of one began. */
function firstOf({ snapshot, first }: Pick<Descent, 'snapshot' | 'first'>): Digest {
  return first ?? snapshot;
}

/** The last snapshot of a tag with which an index was in step. */
export function lastOf({ known }: Pick<Lineage, 'known'>, ref: string): KnownSnapshot | undefined {
  return known.find((one) => one.ref === ref && one.pending !== true);
}

/** The state that was pulled last, later than another one: what an index holds as in there, others have made. */
export function pulledSince({ known }: Lineage, since: KnownSnapshot): KnownSnapshot | undefined {
  return known.slice(0, known.indexOf(since)).find(({ pulled }) => pulled === true);
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
