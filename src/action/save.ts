import type { Digest } from '../digest.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { type Selected, type Served, selectForSaving } from './candidates.ts';
import { type Contribution, type Contributions, holds } from './merge.ts';
import { commitTags, pointAt, publishFingerprints, publishMerged } from './publish.ts';
import { RemoteView } from './remote-view.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';
import { upload } from './upload.ts';

/** What the save side did. */
export interface SaveResult {
  /** Whether something new was published. */
  readonly saved: boolean;
  /** The snapshot that the own tag points to now. */
  readonly snapshot: Digest | undefined;
  /** Names of the subtrees that were published anew. */
  readonly published: readonly string[];
  /** By name: why a subtree was left out. */
  readonly skipped: ReadonlyMap<string, string>;
  /** One line that says what happened. */
  readonly message: string;
}

const EMPTY: Contributions = new Map();

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
  const selected = await selectForSaving(session, state);
  const { skipped } = selected;
  const tag = session.tags.ofScope(writes);
  const view = await RemoteView.read(
    session,
    tag,
    selected.served.map(({ snapshot }) => snapshot),
  );
  const kept = selected.served.flatMap((served) => keptContribution(view, served));
  const built = await upload(session, selected.candidates, view);
  const fresh = built.filter((one) => !holds(view.own?.contributions ?? EMPTY, one));
  await publishFingerprints(session, fresh, writes);
  const whole = view.own === undefined ? onlySource(view, selected) : undefined;
  const published =
    whole === undefined
      ? await publishMerged(session, tag, view, [...kept, ...built])
      : await pointAt(session, whole, [tag, ...commitTags(session)]);
  if (published === undefined) return nothing('Not saved: there is nothing to save.', skipped);
  const { digest } = published.snapshot;
  if (!published.isNew) {
    return { ...nothing('Nothing changed: no content was uploaded.', skipped), snapshot: digest };
  }
  const names = fresh.map(({ description }) => description.name);
  const message = `Saved ${[tag, ...commitTags(session)].join(', ')}.`;
  return { saved: true, snapshot: digest, published: names, skipped, message };
}

function nothing(message: string, skipped: Selected['skipped'] = new Map()): SaveResult {
  return { saved: false, snapshot: undefined, published: [], skipped, message };
}

/** What a snapshot that served in the main step holds of a subtree. */
function keptContribution(view: RemoteView, { subtree, snapshot }: Served): Contribution[] {
  const contribution = view.contribution(snapshot, subtree.name);
  return contribution === undefined ? [] : [contribution];
}

/** The one snapshot that holds all there is to hold, where there is one. */
function onlySource(view: RemoteView, { served, candidates }: Selected): Snapshot | undefined {
  const [digest, ...others] = new Set(served.map(({ snapshot }) => snapshot));
  if (digest === undefined || others.length > 0 || candidates.length > 0) return undefined;
  return view.snapshot(digest);
}
