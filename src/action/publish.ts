import pMap from 'p-map';

import { CafsError } from '../errors.ts';
import { MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { publish } from '../sync/publish.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { type Contribution, draftOf, holds, merge } from './merge.ts';
import { provenance } from './provenance.ts';
import { RemoteView } from './remote-view.ts';
import type { Session } from './session.ts';
import type { Scope } from './tags.ts';

/** How often a snapshot is merged anew when other writers move the tag meanwhile. */
const ATTEMPTS = 6;

/** A snapshot that a tag points to now. */
export interface Published {
  readonly snapshot: Pick<Snapshot['descriptor'], 'digest'>;
  /** Whether it holds something that the tag did not point to before. */
  readonly isNew: boolean;
}

/**
 * A snapshot of its own for each fingerprint, so that a revert is a hit. Written once, unless what
 * is there may be damaged, or is not wanted (`force`).
 */
export async function publishFingerprints(
  session: Session,
  fresh: readonly Contribution[],
  scope: Scope,
  view: RemoteView,
): Promise<void> {
  const annotations = provenance(session, new Date());
  await pMap(
    fresh,
    async (contribution) => {
      const { fingerprint } = contribution.description;
      if (fingerprint === null) return;
      const tag = session.tags.ofFingerprint(fingerprint, scope);
      const isToBeReplaced = view.isDamaged || session.inputs.force;
      if (!isToBeReplaced && (await session.remote.resolve(tag)) !== undefined) return;
      await publish(session.remote, draftOf([contribution], annotations), { tags: [tag] });
    },
    { concurrency: session.concurrency },
  );
}

/**
 * Merges subtrees into what a tag points to, and moves the tag and that of the commit.
 *
 * @param first the remote as it was seen before; it is read anew where the tag moves meanwhile
 * @returns undefined where there is nothing to publish
 * @throws CafsError `REMOTE` where other writers are always faster
 */
export async function publishMerged(
  session: Session,
  tag: string,
  first: RemoteView,
  contributions: readonly Contribution[],
): Promise<Published | undefined> {
  const annotations = provenance(session, new Date());
  let view = first;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { held, own, ownDigest } = view;
    // Nothing is not put in the place of a damaged snapshot either: a job that builds will heal it.
    if (contributions.length === 0 && own === undefined) return undefined;
    if (own !== undefined && contributions.every((one) => holds(held, one))) {
      return pointAt(session, own, elsewhere(session, own));
    }
    const draft = draftOf(merge(held, contributions), annotations);
    const done = await publish(session.remote, draft, {
      tags: [tag, ...commitTags(session)],
      expect: { tag, digest: ownDigest },
    });
    if (done !== undefined) return { snapshot: done, isNew: true };
    view = await RemoteView.read(session, tag, { served: [], distrusted: first.distrusted });
  }
  const message = `Other jobs moved the tag ${tag} ${String(ATTEMPTS)} times while this one tried to save.`;
  throw new CafsError('REMOTE', message, {
    hint: 'What was built is kept under the tags of its fingerprints; the next run finds it there.',
  });
}

/** Points tags at a snapshot that is there already: no blob is uploaded. */
export async function pointAt(
  session: Session,
  { descriptor, bytes }: Snapshot,
  tags: readonly string[],
): Promise<Published> {
  if (tags.length > 0) await session.remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, tags);
  return { snapshot: descriptor, isNew: false };
}

/** The tag of the commit, unless the run that wrote the snapshot wrote that tag along with it. */
function elsewhere(session: Session, { manifest }: Snapshot): string[] {
  const isOfCommit =
    manifest.annotations?.['org.opencontainers.image.revision'] === session.access.sha;
  return isOfCommit ? [] : commitTags(session);
}

/** The tag of the commit, where this run may write one. */
export function commitTags({ access, tags }: Session): string[] {
  return access.sha === undefined ? [] : [tags.ofCommit(access.sha)];
}
