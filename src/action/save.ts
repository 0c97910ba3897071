import { describeError, hasCode } from '../errors.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { type Selected, selectForSaving } from './candidates.ts';
import { type Job, contribute } from './contribute.ts';
import { commitTags, pointFirst, publishMerged } from './publish.ts';
import { RemoteView } from './remote-view.ts';
import { lookAtKey, onlySubtrees, saveKey } from './save-key.ts';
import { type SaveResult, describeAll, nothing } from './saved.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';

/**
 * Saves what changed: uploads new contents, then points the tags of the fingerprints, of the
 * branch or pull request, and of the commit at snapshots that hold them.
 *
 * @param state what the main step found; undefined: there was none, and whatever lies in the
 * outputs is saved
 */
export async function save(session: Session, state: State | undefined): Promise<SaveResult> {
  const { writes, readOnlyBecause } = session.access;
  if (writes === undefined)
    return nothing(`Not saved: ${readOnlyBecause ?? 'this job may not write'}.`);
  if (session.inputs.save === 'never') return nothing('Not saved: the input "save" is "never".');
  // A save of its own is a step whose own condition says when.
  if (
    state !== undefined &&
    session.inputs.save === 'on-success' &&
    session.environment.variable(SAVE_VARIABLE) === 'always'
  ) {
    return nothing(
      'Not saved: another step of this job has "save: always", so it is not known whether the job succeeded.',
    );
  }
  if (state?.isComplete === false) {
    return nothing(
      'Not saved: the main step did not finish, so it is not known what was built from what.',
    );
  }
  const suspects = state?.suspects ?? [];
  const keyed = session.inputs.key === '' ? undefined : await lookAtKey(session, writes, state);
  const found = await selectForSaving(session, state);
  const selected = keyed?.stays === undefined ? found : onlySubtrees(found);
  if (keyed?.stays !== undefined && selected.candidates.length === 0)
    return nothing(keyed.stays, selected.skipped);
  const tag = keyed?.tag ?? session.tags.ofScope(writes);
  // Of paths too: what they were restored from holds most of what is in them now.
  const served = state?.subtrees.flatMap(({ servedBy }) => servedBy ?? []) ?? [];
  const job = { session, selected, tag, scope: writes };
  const saveOntoTag = async (asks: boolean): Promise<SaveResult> => {
    const looked = performance.now();
    if (keyed !== undefined) {
      const view = await RemoteView.read(session, undefined, { served, suspects, asks });
      return saveKey(job, view, keyed);
    }
    const own = await session.remote.resolve(tag);
    const view = await RemoteView.read(session, own?.digest, { served, suspects, asks });
    return saveOnto(job, view, looked);
  };
  try {
    return await saveOntoTag(suspects.length > 0);
  } catch (error) {
    if (!hasCode(error, 'NOT_FOUND')) throw error;
    // The remote has lost something that was to be built on. What is on this disk heals it.
    const message = `What the remote has lost is uploaded anew: ${describeError(error)}`;
    session.observer({ kind: 'warning', message });
    return saveOntoTag(true);
  }
}

/** Tells the condition of the post step when to save. */
export const SAVE_VARIABLE = 'CAFS_SAVE';

/** @param looked when the remote was seen like that, in milliseconds of `performance.now()` */
async function saveOnto(job: Job, view: RemoteView, looked: number): Promise<SaveResult> {
  const { session, selected, tag } = job;
  const { skipped } = selected;
  const { kept, built, fresh } = await contribute(job, view);
  const whole = view.ownDigest === undefined ? onlySource(view, selected) : undefined;
  const published =
    (whole && (await pointFirst(session, whole, tag, looked))) ??
    (await publishMerged(session, tag, view, { kept, built }));
  if (published === undefined) return nothing('Not saved: there is nothing to save.', skipped);
  const { digest: snapshot } = published.snapshot;
  const saved = published.isNew;
  const subtrees = describeAll({ kept, built, fresh: saved ? fresh : [] });
  const savedKey =
    saved && fresh.some(({ description }) => description.fingerprint === null) ? tag : undefined;
  const message = saved
    ? `Saved ${[tag, ...commitTags(session)].join(', ')}.`
    : 'Nothing changed: no content was uploaded.';
  return { saved, snapshot, subtrees, skipped, savedKey, message };
}

/** The one snapshot that holds all there is to hold, where there is one. */
function onlySource(view: RemoteView, { served, candidates }: Selected): Snapshot | undefined {
  const [digest, ...others] = new Set(served.map(({ snapshot }) => snapshot));
  if (digest === undefined || others.length > 0 || candidates.length > 0) return undefined;
  return view.snapshot(digest);
}
