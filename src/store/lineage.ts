import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';

/** Snapshots that an index remembers as the newest ones that it was in step with. */
const MAX_KNOWN = 4;

/** Snapshots that a lineage names: more than that many writers do not move a tag at the same time. */
export const MAX_ANCESTORS = 128;

const digest = v.custom<Digest>(isDigest, 'no digest');

const KnownSchema = v.object({
  /** Of a snapshot's manifest. */
  snapshot: digest,
  /** Of the index as it was then: the digest of a base file's bytes. */
  base: digest,
});

/** What {@link Lineage} is in the header of an index file. */
export const LineageSchema = v.object({
  known: v.pipe(v.array(KnownSchema), v.maxLength(MAX_KNOWN)),
  seen: v.pipe(v.array(digest), v.maxLength(MAX_ANCESTORS)),
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
}

/** That of an index that never was in step with a snapshot. */
export const NO_LINEAGE: Lineage = { known: [], seen: [] };

/** An index came into step with a snapshot. */
export interface InStep {
  readonly snapshot: Digest;
  /** The snapshots that this one contains; the newest first. */
  readonly merged: readonly Digest[];
  /** Whether the index has everything that the snapshot holds. */
  readonly isWhole: boolean;
}

/** The lineage after an index, as it is in a base file, came into step with snapshots. */
export function advance(lineage: Lineage, base: Digest, steps: readonly InStep[]): Lineage {
  const reached = new Map(steps.map(({ snapshot }) => [snapshot, { snapshot, base }] as const));
  const older = lineage.known.filter(({ snapshot }) => !reached.has(snapshot));
  const whole = steps.filter(({ isWhole }) => isWhole);
  return {
    known: [...reached.values(), ...older].slice(0, MAX_KNOWN),
    seen: ancestors(
      whole.map(({ snapshot }) => snapshot),
      ...whole.map(({ merged }) => merged),
      lineage.seen,
    ),
  };
}

/** Lists of snapshots as one, each once, the first ones first. */
export function ancestors(...lists: readonly (readonly Digest[])[]): Digest[] {
  return [...new Set(lists.flat())].slice(0, MAX_ANCESTORS);
}
