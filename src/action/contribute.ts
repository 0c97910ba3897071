import { isDeepStrictEqual } from 'node:util';

import type { Selected, Served } from './candidates.ts';
import { fingerprintsOf } from './fingerprints.ts';
import type { Contribution } from './merge.ts';
import { type Additions, publishFingerprints } from './publish.ts';
import type { RemoteView } from './remote-view.ts';
import type { Session } from './session.ts';
import type { Scope } from './tags.ts';
import { type Uploaded, upload } from './upload.ts';

/** What one job saves, and where. */
export interface Job {
  readonly session: Session;
  readonly selected: Selected;
  readonly tag: string;
  readonly scope: Scope;
}

/** What is brought to a snapshot. */
export interface Built extends Additions {
  readonly built: readonly Uploaded[];
  /** Those that the own tag's snapshot does not hold. */
  readonly fresh: readonly Uploaded[];
}

/** Uploads what changed, and publishes it by its fingerprints. */
export async function contribute(
  { session, selected, scope }: Job,
  view: RemoteView,
): Promise<Built> {
  const kept = selected.served.flatMap((one) => keptContribution(view, one));
  const again = selected.served.filter((one) => keptContribution(view, one).length === 0);
  const built = [
    ...(await upload(session, selected.candidates, view)),
    ...(await uploadAgain(session, again, view)),
  ];
  const fresh = built.filter((one) => !view.holdsSound(one));
  await publishFingerprints(session, fresh, scope, view);
  return { kept, built, fresh };
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
