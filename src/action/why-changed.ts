import { describeError } from '../errors.ts';
import type { Fingerprint } from '../subtree/fingerprint.ts';
import { NO_INPUTS } from './fingerprints.ts';
import type { Tagged } from './lookup.ts';
import type { Session } from './session.ts';
import type { Subtree } from './subtrees.ts';
import { type Scope, describeScope } from './tags.ts';

/** What reasons begin with that lie in the cache, and not in the subtree. */
export const CANNOT_BE_USED = 'the cache could not be used';

/** A subtree that nothing was restored of, and what is known of it. */
export interface Unserved {
  readonly subtree: Subtree;
  /** The snapshots of the read chain. */
  readonly chain: readonly Tagged[];
  readonly print: Fingerprint | undefined;
  /** Why it could not be restored. */
  readonly error: unknown;
  /** What differs from the inputs that a snapshot keeps. */
  readonly explained: readonly string[] | undefined;
  /** What failed of all that was done. */
  readonly failure: unknown;
}

/** Why a subtree counts as changed. What is known best comes first: what it suffers from itself, then what all do. */
export function whyChanged(
  session: Pick<Session, 'access' | 'inputs'>,
  unserved: Unserved,
): readonly string[] {
  const { print, error, explained = [], failure } = unserved;
  if (session.inputs.force) return ['"force" is set'];
  if (error !== undefined) return [`it could not be restored: ${describeError(error)}`];
  if (print?.record.files.length === 0) return [NO_INPUTS];
  if (explained.length > 0) return explained;
  if (failure !== undefined) return [`${CANNOT_BE_USED}: ${describeError(failure)}`];
  return [notFound(session, unserved)];
}

/** Where there is nothing to compare with, or nothing differs. */
function notFound(
  { access: { reads }, inputs }: Pick<Session, 'access' | 'inputs'>,
  { subtree, chain, print }: Unserved,
): string {
  if (reads.length === 0) return 'this job may read no snapshot';
  if (chain.length === 0) {
    const { key, 'restore-keys': others } = inputs;
    if (key === '') return `no snapshot of ${either(reads)}`;
    return `no snapshot has the key ${key}, or one that begins with ${[key, ...others].join(' or ')}`;
  }
  const known = chain.flatMap(({ scope, snapshot }) =>
    snapshot.config.subtrees
      .filter(({ name, fingerprint }) => name === subtree.name && isNeeded(subtree, fingerprint))
      .map(({ fingerprint }) => ({ of: describeScope(scope), fingerprint })),
  );
  const whole = known.find(({ fingerprint }) => fingerprint === (print?.fingerprint ?? null));
  if (whole !== undefined) return `the snapshot of ${whole.of} does not hold all of it`;
  const [first] = known;
  if (first !== undefined)
    return `its inputs changed; the snapshot of ${first.of} does not say how`;
  const scopes = chain.map(({ scope }) => scope);
  return `not in the ${scopes.length === 1 ? 'snapshot' : 'snapshots'} of ${either(scopes)}`;
}

/** A path is no subtree of the same name, and the other way round. */
function isNeeded({ hasInputs }: Subtree, fingerprint: string | null): boolean {
  return hasInputs === (fingerprint !== null);
}

/** `feature/x or of main`. */
function either(scopes: readonly Scope[]): string {
  const names = scopes.map((scope) => describeScope(scope));
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', of ')} or of ${last}`;
}
