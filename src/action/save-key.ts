import { describeError } from '../errors.ts';
import { isDamaged, isUnusable } from '../sync/unusable.ts';
import type { Selected } from './candidates.ts';
import { type Job, contribute } from './contribute.ts';
import { keyOf } from './keyed.ts';
import { publishKey } from './publish.ts';
import type { RemoteView } from './remote-view.ts';
import { type SaveResult, describeAll, nothing } from './saved.ts';
import { type Session, readTag } from './session.ts';
import type { State } from './state.ts';
import type { Scope } from './tags.ts';

/** Where a job with the input `key` saves. */
export interface KeyedTag {
  readonly tag: string;
  /** Why nothing is saved under the key, as a line for the log; undefined: it is. */
  readonly stays: string | undefined;
  /** Whether what is there is damaged, or not wanted. */
  readonly replaces: boolean;
}

/** Looks whether there is something to save: a key is written once. */
export async function lookAtKey(
  session: Session,
  scope: Scope,
  state: State | undefined,
): Promise<KeyedTag> {
  const { inputs, tags, remote } = session;
  const tag = tags.ofKey(inputs.key, scope);
  const replaces = inputs.force || (state?.suspects ?? []).length > 0;
  if (replaces) return { tag, stays: undefined, replaces };
  if (state?.isExactKey === true) {
    const stays = `Cache hit occurred on the primary key ${inputs.key}, not saving cache.`;
    return { tag, stays, replaces };
  }
  if ((await remote.resolve(tag)) === undefined) return { tag, stays: undefined, replaces };
  try {
    const found = await readTag(session, tag);
    const isOther = found !== undefined && keyOf(found.manifest) !== inputs.key;
    const stays = isOther
      ? `Not saved: the tag ${tag} holds something else than the key ${inputs.key}.`
      : isThereAlready(inputs.key);
    return { tag, stays, replaces };
  } catch (error) {
    if (!isUnusable(error)) throw error;
    if (isDamaged(error)) return { tag, stays: undefined, replaces: true };
    return { tag, stays: `Not saved: ${describeError(error)}`, replaces };
  }
}

function isThereAlready(key: string): string {
  return `Not saved: there is a snapshot with the key ${key} already, and a key is written once.`;
}

/** Saves under the input `key`. */
export async function saveKey(job: Job, view: RemoteView, keyed: KeyedTag): Promise<SaveResult> {
  const { session, selected, tag } = job;
  const { key } = session.inputs;
  const { skipped } = selected;
  const { kept, built, fresh } = await contribute(job, view);
  if (keyed.stays !== undefined) {
    const subtrees = describeAll({ kept, built, fresh });
    return { ...nothing(keyed.stays, skipped), saved: fresh.length > 0, subtrees };
  }
  const published = await publishKey(session, tag, view, { kept, built, ...keyed });
  if (published === undefined) return nothing('Not saved: there is nothing to save.', skipped);
  const { digest: snapshot } = published.snapshot;
  const saved = published.isNew;
  return {
    saved,
    snapshot,
    subtrees: describeAll({ kept, built, fresh: saved ? fresh : [] }),
    skipped,
    savedKey: saved ? key : undefined,
    message: saved ? `Saved ${tag}.` : isThereAlready(key),
  };
}

/** Without paths: what has a fingerprint is kept by that, too. */
export function onlySubtrees({ candidates, ...selected }: Selected): Selected {
  return { ...selected, candidates: candidates.filter(({ subtree }) => subtree.hasInputs) };
}
