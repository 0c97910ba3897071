import { isDeepStrictEqual } from 'node:util';

import type { Digest } from '../digest.ts';
import { describeError, hasCode } from '../errors.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { parseFileMeta } from '../tree/meta.ts';
import { type Selected, type Served, selectForSaving } from './candidates.ts';
import { fingerprintsOf } from './fingerprints.ts';
import type { Contribution } from './merge.ts';
import { isRecordKey } from './ownership.ts';
import { commitTags, pointFirst, publishFingerprints, publishMerged } from './publish.ts';
import { RemoteView } from './remote-view.ts';
import { type SaveRule, saveRule } from './save-rule.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';
import type { Scope } from './tags.ts';
import { tarballBytes } from './tarball.ts';
import { type Uploaded, upload } from './upload.ts';

/** A subtree that the snapshot holds after a save. */
export interface SavedSubtree {
  readonly name: string;
  /** Whether a line of `path:` made it. */
  readonly isPath: boolean;
  /** Whether it was published anew. */
  readonly isNew: boolean;
  /** Files and symlinks. */
  readonly files: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Bytes that a tarball of it has: see {@link tarballBytes}. */
  readonly tarballBytes: number;
  /** Time spent on reading its files; undefined: they were not read. */
  readonly milliseconds: number | undefined;
}

/** What the save side did. */
export interface SaveResult {
  /** Whether something new was published. */
  readonly saved: boolean;
  /** The snapshot that the own tag points to now. */
  readonly snapshot: Digest | undefined;
  /** The key under which something new was saved. */
  readonly savedKey?: string | undefined;
  /** The subtrees of this job that are in it. */
  readonly subtrees: readonly SavedSubtree[];
  /** By name: why a subtree was left out. */
  readonly skipped: ReadonlyMap<string, string>;
  /** One line that says what happened. */
  readonly message: string;
}

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
  if (
    // A save of its own runs where its workflow says.
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
  if (state?.isExactKey === true) {
    return nothing(`Cache hit occurred on the primary key ${state.key}, not saving cache.`);
  }
  const selected = await selectForSaving(session, state);
  const rule = saveRule(session, writes);
  // Of paths too: what they were restored from holds most of what is in them now.
  const served = state?.subtrees.flatMap(({ servedBy }) => servedBy ?? []) ?? [];
  const suspects = state?.suspects ?? [];
  const job = { session, selected, rule, scope: writes };
  const saveOntoTag = async (asks: boolean): Promise<SaveResult> => {
    const looked = performance.now();
    const own = await session.remote.resolve(rule.tag);
    const view = await RemoteView.read(session, own?.digest, {
      served,
      suspects,
      asks,
      accepts: (snapshot) => rule.accepts(snapshot),
    });
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

interface Job {
  readonly session: Session;
  readonly selected: Selected;
  readonly rule: SaveRule;
  readonly scope: Scope;
}

/** @param looked when the remote was seen like that, in milliseconds of `performance.now()` */
async function saveOnto(
  { session, selected, rule, scope }: Job,
  view: RemoteView,
  looked: number,
): Promise<SaveResult> {
  const { skipped } = selected;
  const { key } = session.inputs;
  // A fingerprint has a tag of its own, whatever the key holds.
  const candidates = selected.candidates.filter(
    ({ subtree, print }) => print !== undefined || !rule.isSettled(view, subtree),
  );
  const kept = selected.served.flatMap((one) => keptContribution(view, one));
  const again = selected.served.filter((one) => keptContribution(view, one).length === 0);
  const built = [
    ...(await upload(session, candidates, view)),
    ...(await uploadAgain(session, again, view)),
  ];
  const fresh = built.filter((one) => !view.holdsSound(one));
  const hasContent =
    key === '' ||
    kept.length + view.held.size > 0 ||
    built.some(({ entries }) => entries.length > 0);
  await publishFingerprints(session, fresh, scope, view);
  const whole = view.ownDigest === undefined && key === '' ? onlySource(view, selected) : undefined;
  const published =
    (whole && (await pointFirst(session, whole, rule.tag, looked))) ??
    (await publishMerged(session, rule, view, {
      kept,
      built: hasContent ? built : [],
      similar: key === '' ? undefined : view.onlyServed,
    }));
  if (published === undefined) return nothing('Not saved: there is nothing to save.', skipped);
  const { digest: snapshot } = published.snapshot;
  const saved = published.isNew ? fresh : fresh.filter(hasFingerprint);
  const subtrees = [
    ...built.map((one) => describeSaved(one, saved.includes(one), one.milliseconds)),
    ...kept.map((one) => describeSaved(one, false)),
  ];
  return {
    saved: published.isNew || saved.length > 0,
    snapshot,
    subtrees,
    skipped,
    savedKey: published.isNew && key !== '' ? key : undefined,
    message: published.isNew
      ? `Saved ${[rule.tag, ...commitTags(session)].join(', ')}.`
      : unchanged(key),
  };
}

function hasFingerprint({ description }: Contribution): boolean {
  return description.fingerprint !== null;
}

function unchanged(key: string): string {
  if (key === '') return 'Nothing changed: no content was uploaded.';
  return `Unable to reserve cache with key ${key}: it exists already, and what a key holds is not replaced.`;
}

function nothing(message: string, skipped: Selected['skipped'] = new Map()): SaveResult {
  return { saved: false, snapshot: undefined, subtrees: [], skipped, message };
}

function describeSaved(
  { description: { name, fingerprint }, entries }: Contribution,
  isNew: boolean,
  milliseconds?: number,
): SavedSubtree {
  const own = entries.filter(([key]) => !isRecordKey(key));
  const files = own.filter(([, { meta }]) => parseFileMeta(meta).kind !== 'folder').length;
  const bytes = own.reduce((sum, [, { size }]) => sum + size, 0);
  return {
    name,
    isPath: fingerprint === null,
    isNew,
    files,
    bytes,
    tarballBytes: tarballBytes(own),
    milliseconds,
  };
}

/** What a snapshot that served in the main step holds of a subtree, where it is all there. */
function keptContribution(view: RemoteView, { subtree, snapshot }: Served): Contribution[] {
  const kept = view.contribution(snapshot, subtree.name);
  return kept === undefined ? [] : [kept];
}

/**
 * Uploads outputs that were restored, and whose contents the remote has lost since. Only what is still as it was
 * restored is taken: the job may have written to it.
 */
async function uploadAgain(
  session: Session,
  served: readonly Served[],
  view: RemoteView,
): Promise<Uploaded[]> {
  if (served.length === 0) return [];
  const prints = await fingerprintsOf(
    session,
    served.map(({ subtree }) => subtree),
  );
  const same = served.flatMap(({ subtree, fingerprint, snapshot }) => {
    const print = prints.get(subtree.name);
    return print?.fingerprint === fingerprint ? [{ subtree, print, snapshot }] : [];
  });
  const contributions = await upload(session, same, view);
  return contributions.filter(({ description }) => {
    const source = same.find(({ subtree }) => subtree.name === description.name);
    const before = source && view.told(source.snapshot, description.name);
    return isDeepStrictEqual(before?.description, description);
  });
}

/** The one snapshot that holds all there is to hold, where there is one. */
function onlySource(view: RemoteView, { served, candidates }: Selected): Snapshot | undefined {
  const [digest, ...others] = new Set(served.map(({ snapshot }) => snapshot));
  if (digest === undefined || others.length > 0 || candidates.length > 0) return undefined;
  return view.snapshot(digest);
}
