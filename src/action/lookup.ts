import { isDeepStrictEqual } from 'node:util';

import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import { Index } from '../store/entry-index.ts';
import type { SnapshotSubtree } from '../sync/config.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { entriesByOwner } from './ownership.ts';
import { type Session, openIndex, readTag } from './session.ts';
import type { Subtree } from './subtrees.ts';
import type { Scope } from './tags.ts';
import { isUnusable } from '../sync/unusable.ts';

/** A snapshot that a tag of the read chain, or of a fingerprint, points to. */
export interface Tagged {
  readonly tag: string;
  readonly scope: Scope;
  readonly snapshot: Snapshot;
  /** The whole key that it was saved under, where it was found by one. */
  readonly key?: string;
}

/** What a person would call it: its key, or its tag. */
export function nameOf({ key, tag }: Tagged): string {
  return key ?? tag;
}

/** Fingerprints that are looked up though no branch has a snapshot. */
const FEW = 16;

/** Where a subtree's outputs come from. */
export interface Match {
  readonly source: Tagged;
  readonly entries: readonly (readonly [string, Entry])[];
}

/**
 * Reads the snapshots of the read chain, in its order; scopes without one are left out.
 *
 * A tag that points to something else, or to a damaged or newer snapshot, is as good as none: it
 * is a warning, and the next in the chain serves.
 */
export async function readChain(session: Session): Promise<Tagged[]> {
  const chain = await Promise.all(
    session.access.reads.map(async (scope) =>
      readTagged(session, session.tags.ofScope(scope), scope),
    ),
  );
  return chain.filter((tagged) => tagged !== undefined);
}

/** Finds for each subtree the snapshot that serves it; those that none serves are not in the map. */
export async function findMatches(
  session: Session,
  chain: readonly Tagged[],
  fingerprints: ReadonlyMap<string, Digest>,
): Promise<Map<string, Match>> {
  const sources = new Map<Subtree, Tagged>();
  const missing: { subtree: Subtree; fingerprint: Digest }[] = [];
  for (const subtree of session.plan.subtrees) {
    const fingerprint = fingerprints.get(subtree.name);
    if (subtree.hasInputs && fingerprint === undefined) continue;
    const source = chain.find((tagged) => describes(tagged, subtree, fingerprint) !== undefined);
    if (source !== undefined) sources.set(subtree, source);
    else if (fingerprint !== undefined) missing.push({ subtree, fingerprint });
  }
  // Whoever wrote a fingerprint's tag wrote that of its branch too, as a rule: where no branch has
  // one, a few are asked for, not hundreds.
  if (chain.length === 0) missing.splice(FEW);
  const found = await pMap(
    missing,
    async ({ subtree, fingerprint }) =>
      [subtree, await findByFingerprint(session, subtree, fingerprint)] as const,
    { concurrency: session.concurrency },
  );
  for (const [subtree, source] of found) if (source !== undefined) sources.set(subtree, source);
  return openMatches(session, sources, fingerprints);
}

/**
 * What a snapshot says of a subtree with this fingerprint; undefined where it has another, or none. What is under a
 * key is not replaced, so it must be what is asked for to begin with: a path with other excludes is another one.
 */
export function describes(
  { snapshot, key }: Tagged,
  subtree: Subtree,
  fingerprint?: Digest,
): SnapshotSubtree | undefined {
  return snapshot.config.subtrees.find(
    (known) =>
      known.name === subtree.name &&
      known.fingerprint === (fingerprint ?? null) &&
      (key === undefined || isSamePlace(known, subtree)),
  );
}

/** Whether two subtrees select the same files. */
export function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.root === other.root &&
    one.folder === other.folder &&
    isDeepStrictEqual(one.outputs, other.outputs)
  );
}

/** What a subtree selects, as the workflow or a snapshot says it. */
export type Place = Pick<Subtree, 'name' | 'root' | 'folder' | 'outputs'>;

async function findByFingerprint(
  session: Session,
  subtree: Subtree,
  fingerprint: Digest,
): Promise<Tagged | undefined> {
  for (const scope of session.access.reads) {
    const tagged = await readTagged(session, session.tags.ofFingerprint(fingerprint, scope), scope);
    if (tagged !== undefined && describes(tagged, subtree, fingerprint) !== undefined)
      return tagged;
  }
  return undefined;
}

async function openMatches(
  session: Session,
  sources: ReadonlyMap<Subtree, Tagged>,
  fingerprints: ReadonlyMap<string, Digest>,
): Promise<Map<string, Match>> {
  const owned = new Map<Digest, ReturnType<typeof entriesByOwner>>();
  const used = new Map(
    [...sources.values()].map(({ snapshot }) => [snapshot.descriptor.digest, snapshot]),
  );
  await pMap(
    used.values(),
    async (snapshot) => {
      const entries = await tryRead(session, `Snapshot ${snapshot.descriptor.digest}`, async () => {
        const store = await openIndex(session, snapshot);
        return entriesByOwner(store.list(), snapshot.config, session.environment.roots);
      });
      if (entries !== undefined) owned.set(snapshot.descriptor.digest, entries);
    },
    { concurrency: session.concurrency },
  );
  const matches = new Map<string, Match>();
  for (const [subtree, source] of sources) {
    const { descriptor } = source.snapshot;
    const entries = owned.get(descriptor.digest)?.get(subtree.name);
    if (entries === undefined) continue;
    // What the snapshot was said to hold when it was written: a subtree that lost an entry since,
    // by whatever fault, is a miss and never a hit.
    const expected = describes(source, subtree, fingerprints.get(subtree.name))?.digest;
    if (new Index(entries).hash('') === expected) {
      matches.set(subtree.name, { source, entries });
    } else {
      const message = `${source.tag} does not hold all of ${subtree.name}; it counts as changed.`;
      session.observer({ kind: 'warning', message });
    }
  }
  return matches;
}

/** What a tag points to; what cannot be used is a warning, and as good as nothing. */
export function readTagged(
  session: Session,
  tag: string,
  scope: Scope,
): Promise<Tagged | undefined> {
  return tryRead(session, `The tag ${tag}`, async () => {
    const snapshot = await readTag(session, tag);
    return snapshot === undefined ? undefined : { tag, scope, snapshot };
  });
}

/** Reads something that may be damaged or of another kind; then it counts as not there. */
async function tryRead<T>(
  session: Session,
  what: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isUnusable(error)) throw error;
    session.observer({ kind: 'warning', message: `${what} is not used: ${describeError(error)}` });
    return undefined;
  }
}
