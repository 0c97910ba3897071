import type { Digest } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { SnapshotSubtree } from '../sync/config.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { isUnusable } from '../sync/unusable.ts';
import { type Session, readTag } from './session.ts';
import type { Subtree } from './subtrees.ts';
import type { Scope } from './tags.ts';

/** A snapshot that a tag of the read chain, or of a fingerprint, points to. */
export interface Tagged {
  readonly tag: string;
  /** The key that it was saved under, where a key is looked for. */
  readonly key?: string;
  readonly scope: Scope;
  readonly snapshot: Snapshot;
}

/** What people call it: the key, or the tag. */
export function nameOf({ key, tag }: Tagged): string {
  return key ?? tag;
}

/** What a snapshot says of a subtree with this fingerprint; undefined where it has another, or none. */
export function describes(
  snapshot: Snapshot,
  subtree: Subtree,
  fingerprint: Digest | undefined,
): SnapshotSubtree | undefined {
  return snapshot.config.subtrees.find(
    (known) => known.name === subtree.name && known.fingerprint === (fingerprint ?? null),
  );
}

/**
 * Reads what a tag points to. A tag that points to something else, or to a damaged or newer snapshot, is as
 * good as none: it is a warning.
 */
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
export async function tryRead<T>(
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
