import pMap from 'p-map';

import { hasCode } from '../errors.ts';
import { MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { Contents } from '../store/contents.ts';
import type { Index } from '../store/entry-index.ts';
import { downloadsFrom } from '../sync/download.ts';
import { type Propose, TAG_WINDOW_MS, moveTag } from '../sync/move-tag.ts';
import { type Placed, placeContents, relocate } from '../sync/place-contents.ts';
import { type Draft, prepare } from '../sync/publish.ts';
import { type Snapshot, goingOnFrom, readIndex } from '../sync/snapshot.ts';
import { describeLosses } from './losses.ts';
import { type Contribution, draftOf, merge } from './merge.ts';
import { provenance } from './provenance.ts';
import { RemoteView } from './remote-view.ts';
import type { SaveRule } from './save-rule.ts';
import type { Session } from './session.ts';
import type { Scope } from './tags.ts';
import { MAX_UPLOADS } from './upload.ts';
import { isDamaged } from '../sync/unusable.ts';

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

/** What a job adds to its tag. */
export interface Additions {
  /** A snapshot whose index this one's may say again by its name, where the tag points to none. */
  readonly similar?: Snapshot | undefined;
  /** What is in the remote already, and did not change. */
  readonly kept: readonly Contribution[];
  /** What was built here, or uploaded again. */
  readonly built: readonly Contribution[];
}

/**
 * Merges subtrees into what a tag points to, and moves the tag and that of the commit.
 *
 * @param first the remote as it was seen before; it is read anew where the tag moves meanwhile
 * @returns undefined where there is nothing to publish
 * @throws CafsError `REMOTE` where other writers are always faster; `NOT_FOUND` where the remote has lost
 *   something that the snapshot was to build on
 */
export async function publishMerged(
  session: Session,
  rule: SaveRule,
  first: RemoteView,
  { kept, built, similar }: Additions,
): Promise<Published | undefined> {
  const { remote, blobs } = session;
  const { tag } = rule;
  const annotations = { ...provenance(session, new Date()), ...rule.annotations };
  let contributions: readonly Contribution[] = [];
  let view = first;
  let placed: Placed | undefined;
  const propose: Propose = async (_, at) => {
    if (at !== view.ownDigest) {
      view = await RemoteView.read(session, at, { ...first.options, served: [] });
    }
    const isOpen = ({ description }: Contribution): boolean => !rule.isSettled(view, description);
    contributions = [...kept, ...built].filter(isOpen);
    // Nothing is not put in the place of a damaged snapshot either: a job that builds will heal it.
    if (contributions.length === 0 && !view.isOwnWhole) return undefined;
    const isThere =
      kept.filter(isOpen).every((one) => view.holds(one)) &&
      built.filter(isOpen).every((one) => view.holdsSound(one));
    if (view.isOwnWhole && isThere) return undefined;
    const draft = draftOf(merge(view.held, contributions), annotations, view.others);
    placed ??= await compact(session, draft.entries);
    const entries = relocate(draft.entries, placed);
    return { ...draft, entries, ...(await onto(session, view, contributions, similar)) };
  };
  const moved = await moveTag(remote, tag, propose, {
    blobs,
    first: { at: first.ownDigest, seen: first.own },
    replaces: isDamaged,
    onWritten: ({ tag: point }) => point(commitTags(session)),
  });
  if (moved.isNew && moved.snapshot !== undefined) {
    const message = describeLosses(lossesOf(view, contributions), tag);
    if (message !== undefined) session.observer({ kind: 'warning', message });
    return { snapshot: { digest: moved.snapshot }, isNew: true };
  }
  if (view.own === undefined || !view.isOwnWhole) return undefined;
  return pointAt(session, view.own, await elsewhere(session, view.own));
}

/** What is lost of a snapshot, but for what takes its place. */
function lossesOf(
  { losses }: RemoteView,
  contributions: readonly Contribution[],
): RemoteView['losses'] {
  const replaced = new Set(contributions.map(({ description }) => description.name));
  return { ...losses, subtrees: losses.subtrees.filter((name) => !replaced.has(name)) };
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

/**
 * A snapshot that goes on from another one need not say again what that says. Where the remote has lost
 * something, all is said anew; and where that is content that is nobody's here, the snapshot goes on from none:
 * whoever still has it must not take it for deleted.
 */
async function onto(
  { remote, blobs }: Session,
  view: RemoteView,
  contributions: readonly Contribution[],
  similar: Snapshot | undefined,
): Promise<Pick<Draft, 'carrier' | 'merged' | 'first'>> {
  const { own } = view;
  const carriedBy = async (snapshot: Snapshot): Promise<Pick<Draft, 'carrier'>> => ({
    carrier: { snapshot, index: await readIndex(remote, snapshot, { blobs }) },
  });
  if (own === undefined) return similar === undefined ? {} : carriedBy(similar);
  const { subtrees, keys } = lossesOf(view, contributions);
  if (subtrees.length > 0 || keys.length > 0) return {};
  const descent = goingOnFrom(own);
  if (!view.isOwnWhole) return descent;
  return { ...descent, ...(await carriedBy(own)) };
}

/**
 * Points a tag that pointed nowhere at a snapshot that is there already, and the tag of the commit too: no
 * blob is uploaded.
 *
 * @param looked when the tag pointed nowhere, in milliseconds of `performance.now()`
 * @returns undefined where that was too long ago, or somebody else was faster: what is there then is to be
 *   merged with
 */
export async function pointFirst(
  session: Session,
  snapshot: Snapshot,
  tag: string,
  looked: number,
): Promise<Published | undefined> {
  const { remote } = session;
  const how =
    remote.traits.swapsTags === true
      ? { expected: null, notAfter: Number.POSITIVE_INFINITY }
      : { notAfter: looked + TAG_WINDOW_MS };
  try {
    await remote.putManifest(snapshot.bytes, MEDIA_TYPE_MANIFEST, [tag], how);
  } catch (error) {
    if (hasCode(error, 'CHANGED') || hasCode(error, 'TIMEOUT')) return undefined;
    throw error;
  }
  return pointAt(session, snapshot, commitTags(session));
}

/** Points tags at a snapshot that is there already: no blob is uploaded. */
async function pointAt(
  session: Session,
  { descriptor, bytes }: Snapshot,
  tags: readonly string[],
): Promise<Published> {
  if (tags.length > 0) await session.remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, tags);
  return { snapshot: descriptor, isNew: false };
}

/** The tag of the commit, unless the run that wrote the snapshot wrote that tag along with it. */
async function elsewhere(session: Session, { manifest }: Snapshot): Promise<string[]> {
  const isOfCommit =
    manifest.annotations?.['org.opencontainers.image.revision'] === session.access.sha;
  const tags = commitTags(session);
  if (!isOfCommit) return tags;
  // It may have been killed in between.
  const found = await Promise.all(tags.map((tag) => session.remote.resolve(tag)));
  return tags.filter((_, i) => found[i] === undefined);
}

/** The tag of the commit, where this run may write one. */
export function commitTags({ access, tags }: Session): string[] {
  return access.sha === undefined ? [] : [tags.ofCommit(access.sha)];
}
