import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { setSecret } from '@actions/core';

import type { Digest } from '../digest.ts';
import { describeError, hasCode } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { openRemote } from '../oci/open.ts';
import type { Remote } from '../oci/remote.ts';
import { Blobs } from '../store/blobs.ts';
import type { Store } from '../store/store.ts';
import { openSnapshot } from '../sync/open-snapshot.ts';
import { type Snapshot, readSnapshot } from '../sync/snapshot.ts';
import type { Environment } from './environment.ts';
import { type Access, classify } from './event.ts';
import { type Inputs, type Problem, concurrencyOf, parseInputs, platformOf } from './inputs.ts';
import { type Plan, makePlan } from './plan.ts';
import { credentialsFor, remoteOf } from './remote.ts';
import { StatCaches } from './stat-caches.ts';
import type { State } from './state.ts';
import { Tags } from './tags.ts';

/** Everything that a step works with. */
export interface Session {
  readonly environment: Environment;
  readonly inputs: Inputs;
  readonly plan: Plan;
  readonly access: Access;
  readonly tags: Tags;
  readonly platform: string;
  readonly remote: Remote;
  readonly blobs: Blobs;
  readonly cacheDir: string;
  readonly statCaches: StatCaches;
  /** Indexes of snapshots that were opened, by the snapshots' digests. */
  readonly indexes: Map<Digest, Promise<Store>>;
  readonly concurrency: number;
  readonly observer: Observer;
}

/** A session, or all that is wrong with the inputs. */
export type Opened =
  | { readonly session: Session; readonly state: State | undefined; readonly problems?: undefined }
  | {
      readonly session?: undefined;
      readonly state?: undefined;
      readonly problems: readonly Problem[];
    };

/**
 * Reads the inputs and opens the remote; nothing is touched yet, and no request is made.
 *
 * @param read gives an input's text
 * @param loadState gives what the main step found, in a post step
 */
export function openSession(
  read: (name: string) => string,
  environment: Environment,
  observer: Observer,
  loadState: (blobs: () => Blobs) => State | undefined = () => undefined,
): Opened {
  const { inputs: parsed, problems } = parseInputs(read);
  let cache: Cache | undefined;
  // Not opened before all problems are known: nothing is touched then.
  const openCache = (): Cache =>
    (cache ??= openCacheDir(parsed['cache-dir'] || environment.cacheDir, observer));
  const state = loadState(() => openCache().blobs);
  const known = state?.subtrees
    .filter(({ fingerprint }) => fingerprint !== null)
    .map(({ name }) => name);
  // Expressions such as hashFiles are evaluated anew for a post step: what counts is what the main step saw.
  const inputs = state?.isComplete === true ? { ...parsed, key: state.key } : parsed;
  const plan = makePlan(inputs, environment.roots, known);
  const all = [
    ...problems.filter(({ input }) => state === undefined || !KEY_INPUTS.has(input)),
    ...plan.problems,
  ];
  const remote = tryRemote(inputs, read, environment, observer, all);
  if (all.length > 0 || remote === undefined) return { problems: all };
  const event = limit(classify(environment.event), environment.cacheMode, observer);
  const access = inputs.key === '' ? event : { ...event, sha: undefined };
  const platform = platformOf(inputs, environment.os, environment.arch);
  const { cacheDir, blobs } = openCache();
  return {
    state,
    session: {
      environment,
      inputs,
      plan,
      access,
      platform,
      remote,
      cacheDir,
      statCaches: new StatCaches(cacheDir, observer),
      observer,
      tags: new Tags(platform, access.defaultBranch),
      blobs,
      indexes: new Map(),
      concurrency: concurrencyOf(inputs),
    },
  };
}

/** Of which the main step has decided. */
const KEY_INPUTS: ReadonlySet<string> = new Set(['key', 'restore-keys']);

/** Reads what a tag or a digest points to. */
export function readTag(session: Session, reference: string): Promise<Snapshot | undefined> {
  return readSnapshot(session.remote, reference, { blobs: session.blobs });
}

/**
 * Opens a snapshot's index, once in a step; it is fetched when it is not on this runner yet. A step
 * only reads it.
 */
export function openIndex(session: Session, snapshot: Snapshot): Promise<Store> {
  const { indexes, remote, cacheDir } = session;
  const { digest } = snapshot.descriptor;
  const known = indexes.get(digest);
  if (known !== undefined) return known;
  const opened = openSnapshot(remote, snapshot, { cacheDir });
  indexes.set(digest, opened);
  return opened;
}

interface Cache {
  readonly cacheDir: string;
  readonly blobs: Blobs;
}

/** A folder that cannot be used is no reason to go without the cache: another one does. */
function openCacheDir(wanted: string, observer: Observer): Cache {
  try {
    return { cacheDir: wanted, blobs: Blobs.open(wanted) };
  } catch (error) {
    const cacheDir = mkdtempSync(join(tmpdir(), 'cafs-'));
    const message = `The cache folder ${wanted} cannot be used, ${cacheDir} is: ${describeError(error)}`;
    observer({ kind: 'warning', message });
    return { cacheDir, blobs: Blobs.open(cacheDir) };
  }
}

function tryRemote(
  inputs: Inputs,
  read: (name: string) => string,
  environment: Environment,
  observer: Observer,
  problems: Problem[],
): Remote | undefined {
  const name = remoteOf(inputs.remote, environment.event.repository);
  if (name === undefined) {
    problems.push({
      input: 'remote',
      value: '',
      expected: 'set: there is no GITHUB_REPOSITORY to take it from',
    });
    return undefined;
  }
  try {
    const credentials = credentialsFor(name, {
      inputs,
      actor: environment.event.actor,
      token: read('github-token'),
      onSecret: setSecret,
    });
    return openRemote(name, { credentials, observer, cwd: environment.roots.ws });
  } catch (error) {
    if (!hasCode(error, 'INVALID_REFERENCE') && !hasCode(error, 'INVALID_INPUT')) throw error;
    problems.push({
      input: 'remote',
      value: name,
      expected: `an OCI repository without a tag (ghcr.io/owner/name), or oci:DIR. ${describeError(error)}`,
    });
    return undefined;
  }
}

/** Narrows what a job may do to what the runner allows. */
function limit(access: Access, mode: string, observer: Observer): Access {
  const readOnlyBecause = `ACTIONS_CACHE_MODE is ${mode}`;
  const none = { ...access, reads: [], writes: undefined, sha: undefined, readOnlyBecause };
  switch (mode) {
    case '':
    case 'write':
      return access;
    case 'read':
      return { ...access, writes: undefined, sha: undefined, readOnlyBecause };
    case 'write-only':
      return { ...access, reads: [] };
    case 'none':
      return none;
    default:
      // The runner sets it, and may know more than this version does.
      observer({
        kind: 'warning',
        message: `ACTIONS_CACHE_MODE is ${JSON.stringify(mode)}, which is not known here: nothing is read nor saved. Known are read, write, write-only and none.`,
      });
      return none;
  }
}
