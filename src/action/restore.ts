import type { Digest } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { Observer, Progress } from '../observe.ts';
import type { Fingerprint } from '../subtree/fingerprint.ts';
import type { FingerprintRecord } from '../subtree/record.ts';
import { downloadsFrom } from '../sync/download.ts';
import { type Restored, type RestoreRequest, restoreAreas } from '../sync/restore-areas.ts';
import { type TreeEntry, entriesByPath, holdsEntry } from '../tree/area.ts';
import { digestsOf, fingerprintsOf } from './fingerprints.ts';
import { readKeyChain } from './key-chain.ts';
import { type Match, type Tagged, findMatches, readChain } from './lookup.ts';
import { outputsState } from './outputs-state.ts';
import { explainChanges } from './reasons.ts';
import { type GitRules, gitRules } from './git-rules.ts';
import type { Session } from './session.ts';
import { type State, UNREADABLE } from './state.ts';
import type { Subtree } from './subtrees.ts';
import { tarballBytes } from './tarball.ts';
import { CANNOT_BE_USED, whyChanged } from './why-changed.ts';
import { isLost } from '../sync/unusable.ts';

/** What became of a subtree in the main step. */
export interface SubtreeResult {
  readonly subtree: Subtree;
  readonly fingerprint: Digest | undefined;
  /** What the fingerprint covers. */
  readonly record: FingerprintRecord | undefined;
  /** Where it was restored from; undefined: it changed. */
  readonly source: Tagged | undefined;
  readonly restored: Restored | undefined;
  /** Bytes that a tarball of its outputs has, where they were restored: see {@link tarballBytes}. */
  readonly tarballBytes: number;
  /** Why it changed; empty where it did not. */
  readonly reasons: readonly string[];
}

/** What the main step found and did. */
export interface RestoreResult {
  readonly results: readonly SubtreeResult[];
  /** The snapshots of the read chain, first first. */
  readonly chain: readonly Tagged[];
  /** Keys, or else tags, that were looked for. */
  readonly lookedFor: readonly string[];
  /** Packs in which content lies that is lost or damaged. */
  readonly suspects: readonly Digest[];
  /** Why the cache could not be used, or not fully. */
  readonly failure: unknown;
}

/**
 * The main step's work: compares subtrees with what the remote knows, and restores those that did
 * not change. What cannot be read of the remote makes subtrees changed, and is reported.
 */
export async function restore(session: Session): Promise<RestoreResult> {
  // The remote is asked while the local files are being hashed.
  const [reading, hashing] = await Promise.allSettled([
    session.inputs.key === '' ? readChain(session) : readKeyChain(session),
    fingerprintsOf(session, session.plan.subtrees),
  ]);
  const prints = hashing.status === 'fulfilled' ? hashing.value : new Map<string, Fingerprint>();
  const chain = reading.status === 'fulfilled' ? reading.value : [];
  const failures: unknown[] = [reading, hashing].flatMap((settled) =>
    settled.status === 'rejected' ? [settled.reason as unknown] : [],
  );
  // Paths have no fingerprint: they are served though inputs could not be hashed.
  const usable = reading.status === 'fulfilled' && !session.inputs.force;
  const matches = usable
    ? await attempt(failures, new Map<string, Match>(), () =>
        findMatches(session, chain, digestsOf(prints)),
      )
    : new Map<string, Match>();
  const restored = session.inputs['lookup-only']
    ? new Map<string, Restored>()
    : await attempt(failures, new Map<string, Restored>(), () => restoreMatches(session, matches));
  failures.push(
    ...[...restored.values()].flatMap(({ error }) => (error === undefined ? [] : [error])),
  );
  const changed = session.plan.subtrees.filter(
    ({ name }) => !isServed(session, name, matches, restored),
  );
  const names = changed.map(({ name }) => name);
  const explained = usable
    ? await attempt(failures, new Map<string, readonly string[]>(), () =>
        explainChanges(session, chain, names, prints),
      )
    : new Map<string, readonly string[]>();
  const results = session.plan.subtrees.map((subtree): SubtreeResult => {
    const { name } = subtree;
    const served = !changed.includes(subtree);
    const [own, print, match] = [restored.get(name), prints.get(name), matches.get(name)];
    return {
      subtree,
      fingerprint: print?.fingerprint,
      record: print?.record,
      source: served ? match?.source : undefined,
      restored: served ? own : undefined,
      tarballBytes: served && own && match ? tarballBytes(match.entries) : 0,
      reasons: served
        ? []
        : whyChanged(session, {
            subtree,
            chain,
            print,
            error: own?.error,
            explained: explained.get(name),
            failure: failures[0],
          }),
    };
  });
  return {
    results,
    chain,
    lookedFor: lookedFor(session),
    suspects: suspectPacks(matches, restored),
    failure: failures[0],
  };
}

/** What is said where nothing could be compared: all is changed, and has to be built. */
export function everythingChanged(session: Session, failure: unknown): RestoreResult {
  const reasons = [`${CANNOT_BE_USED}: ${describeError(failure)}`];
  const results = session.plan.subtrees.map((subtree) => ({
    subtree,
    fingerprint: undefined,
    record: undefined,
    source: undefined,
    restored: undefined,
    tarballBytes: 0,
    reasons,
  }));
  return { results, chain: [], lookedFor: lookedFor(session), suspects: [], failure };
}

/** What the post step has to know. */
export function stateOf({ results, suspects }: RestoreResult, key: string): State {
  return {
    version: 1,
    isComplete: true,
    key,
    isExactKey: key !== '' && results.every(({ source }) => source?.key === key),
    subtrees: results.map(({ subtree, fingerprint, source }) => ({
      name: subtree.name,
      fingerprint: fingerprint ?? null,
      servedBy: source?.snapshot.descriptor.digest ?? null,
      outputsBefore: subtree.hasInputs && source === undefined ? stateBefore(subtree) : null,
    })),
    suspects: [...suspects],
  };
}

/** What cannot be read now cannot be compared with later: it is not saved. */
function stateBefore({ area }: Subtree): string | null {
  try {
    return outputsState(area);
  } catch {
    return UNREADABLE;
  }
}

/** The packs of subtrees whose contents could not be had: in which of them the damage lies is not known. */
function suspectPacks(
  matches: ReadonlyMap<string, Match>,
  restored: ReadonlyMap<string, Restored>,
): Digest[] {
  const packs = new Set<Digest>();
  for (const [name, { error }] of restored) {
    if (!isLost(error)) continue;
    for (const [, { location }] of matches.get(name)?.entries ?? [])
      for (const { pack } of location?.frames ?? []) packs.add(pack.digest);
  }
  return [...packs];
}

/** Does a part of the work; where it fails, the rest goes on without it. */
async function attempt<T>(failures: unknown[], otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    failures.push(error);
    return otherwise;
  }
}

async function restoreMatches(
  session: Session,
  matches: ReadonlyMap<string, Match>,
): Promise<Map<string, Restored>> {
  const served = session.plan.subtrees.flatMap((subtree) => {
    const match = matches.get(subtree.name);
    return match === undefined ? [] : [{ subtree, match }];
  });
  const rules = await gitRules(
    session.environment.roots.ws,
    served.map(({ subtree }) => subtree),
  );
  const { concurrency, observer, statCaches } = session;
  const compared = counter(observer, 'hash');
  const wrote = counter(observer, 'restore');
  const requests = served.map(({ subtree, match: { entries } }): RestoreRequest => ({
    area: subtree.area,
    wanted: () => wantedIn(subtree, entries, rules),
    removes: (path) => rules.removes(subtree, path),
    hash: (...file) => {
      const hashed = statCaches.hashIn(subtree.area.base)(...file);
      compared(hashed.size);
      return hashed;
    },
    wrote: (path, entry) => {
      wrote(entry.size);
      statCaches.wrote(subtree.area.base, path, entry);
    },
  }));
  const restored = await restoreAreas(downloadsFrom(session.remote), requests, {
    concurrency,
    observer,
  });
  return new Map(
    served.flatMap(({ subtree }, i): [string, Restored][] => {
      const one = restored[i];
      return one === undefined ? [] : [[subtree.name, one]];
    }),
  );
}

/** What a subtree is to hold, by path. */
function wantedIn(
  subtree: Subtree,
  entries: Match['entries'],
  rules: GitRules,
): Map<string, TreeEntry> {
  const { area } = subtree;
  // Its fingerprint covers its globs, and an entry outside of them is a lie.
  if (subtree.hasInputs) return entriesByPath(area, entries);
  // A path may name less than it did when it was saved.
  const wanted = entriesByPath(
    area,
    entries.filter((entry) => holdsEntry(area, entry)),
  );
  for (const path of wanted.keys()) if (rules.keeps(subtree, path)) wanted.delete(path);
  return wanted;
}

/** Tells of files one by one. */
function counter(observer: Observer, kind: Progress['kind']): (bytes: number) => void {
  let [done, bytes] = [0, 0];
  return (more) => {
    done += 1;
    bytes += more;
    observer({ kind, done, bytes });
  };
}

function isServed(
  session: Session,
  name: string,
  matches: ReadonlyMap<string, Match>,
  restored: ReadonlyMap<string, Restored>,
): boolean {
  if (session.inputs['lookup-only']) return matches.has(name);
  const own = restored.get(name);
  return own !== undefined && own.error === undefined;
}

/** The keys, or the tags of the read chain. */
function lookedFor({ access, inputs, tags }: Session): string[] {
  if (inputs.key !== '') return [inputs.key, ...inputs['restore-keys']];
  return access.reads.map((scope) => tags.ofScope(scope));
}
