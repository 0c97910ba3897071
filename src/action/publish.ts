import pMap from 'p-map';

import { MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { Contents } from '../store/contents.ts';
import type { Index } from '../store/entry-index.ts';
import { downloadsFrom } from '../sync/download.ts';
import { type Propose, moveTag } from '../sync/move-tag.ts';
import { type Placed, placeContents, relocate } from '../sync/place-contents.ts';
import { type Draft, prepare } from '../sync/publish.ts';
import { type Snapshot, ancestorsOf, readIndex } from '../sync/snapshot.ts';
import { type Contribution, draftOf, holds, merge } from './merge.ts';
import { provenance } from './provenance.ts';
import { RemoteView } from './remote-view.ts';
import type { Session } from './session.ts';
import type { Scope } from './tags.ts';
import { MAX_UPLOADS } from './upload.ts';
import { isForeign, isUnusable } from './unusable.ts';

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
      const { tag: point } = await prepare(session.remote, draftOf([contribution], annotations));
      await point([tag]);
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
  const { remote, blobs } = session;
  const annotations = provenance(session, new Date());
  let view = first;
  let placed: Placed | undefined;
  const propose: Propose = async (_, at) => {
    if (at !== view.ownDigest) {
      view = await RemoteView.read(session, at, { served: [], distrusted: first.distrusted });
    }
    const { held, own } = view;
    // Nothing is not put in the place of a damaged snapshot either: a job that builds will heal it.
    if (contributions.length === 0 && own === undefined) return undefined;
    if (own !== undefined && contributions.every((one) => holds(held, one))) return undefined;
    const draft = draftOf(merge(held, contributions), annotations, view.others);
    placed ??= await compact(session, draft.entries);
    const entries = relocate(draft.entries, placed);
    return { ...draft, entries, ...(own === undefined ? {} : await ontoOwn(session, own)) };
  };
  const moved = await moveTag(remote, tag, propose, {
    blobs,
    replaces: (error) => isUnusable(error) && !isForeign(error),
    onWritten: ({ tag: point }) => point(commitTags(session)),
  });
  if (moved.isNew && moved.snapshot !== undefined) {
    return { snapshot: { digest: moved.snapshot }, isNew: true };
  }
  return view.own && pointAt(session, view.own, elsewhere(session, view.own));
}

/**
 * Writes packs anew of which little is needed. Not for pull requests: they share the packs of their
 * base, whose jobs see to them.
 */
function compact(session: Session, entries: Index): Promise<Placed> {
  const { remote, blobs, concurrency, observer } = session;
  const source = new Contents(blobs, downloadsFrom(remote)).source();
  return placeContents(remote, entries, source, {
    compacts: session.access.writes?.kind === 'branch',
    concurrency: Math.min(concurrency, MAX_UPLOADS),
    level: session.inputs['compression-level'],
    observer,
  });
}

/** A snapshot that goes on from another one need not say again what that says. */
async function ontoOwn(
  { remote, blobs }: Session,
  snapshot: Snapshot,
): Promise<Pick<Draft, 'carrier' | 'merged'>> {
  const index = await readIndex(remote, snapshot, { blobs });
  const merged = ancestorsOf([snapshot]);
  return { carrier: { snapshot, index }, merged };
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
