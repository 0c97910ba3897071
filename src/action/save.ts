import pMap from 'p-map';

import { type Digest, digestOf } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import type { Content } from '../pack/content.ts';
import type { Entry } from '../store/entry.ts';
import { type FingerprintRecord, encodeRecord } from '../subtree/record.ts';
import { publish } from '../sync/publish.ts';
import { saveAreas } from '../sync/save-areas.ts';
import { type Candidate, type Selected, type Served, selectForSaving } from './candidates.ts';
import { recordKey } from './lookup.ts';
import { type Contribution, type Contributions, draftOf, holds, merge } from './merge.ts';
import { describeSubtree } from './ownership.ts';
import { provenance } from './provenance.ts';
import { RemoteView } from './remote-view.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';
import type { Scope } from './tags.ts';

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

/** How often a snapshot is merged anew when other writers move the tag meanwhile. */
const ATTEMPTS = 6;

/** Packs that are uploaded at the same time: each is 32 MiB in memory. */
const MAX_UPLOADS = 3;

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
    return notSaved(`Not saved: ${readOnlyBecause ?? 'this job may not write'}.`);
  if (session.inputs.save === 'never') return notSaved('Not saved: the input "save" is "never".');
  const selected = await selectForSaving(session, state);
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
  const whole =
    fresh.length === 0 && view.own === undefined ? onlySource(view, selected) : undefined;
  if (whole !== undefined)
    return pointAt(session, whole.bytes, [tag, ...commitTag(session)], selected);
  return publishMerged(session, tag, view, [...kept, ...built], fresh, selected);
}

function notSaved(message: string, skipped: Selected['skipped'] = new Map()): SaveResult {
  return { saved: false, snapshot: undefined, published: [], skipped, message };
}

/** What a snapshot that served in the main step holds of a subtree. */
function keptContribution(view: RemoteView, { subtree, snapshot }: Served): Contribution[] {
  const contribution = view.contribution(snapshot, subtree.name);
  return contribution === undefined ? [] : [contribution];
}

/** Reads the candidates' outputs and uploads the contents that the remote does not have. */
async function upload(
  session: Session,
  candidates: readonly Candidate[],
  view: RemoteView,
): Promise<Contribution[]> {
  const records = candidates.flatMap(({ print }) =>
    print === undefined ? [] : [contentOf(print.record)],
  );
  const saved = await saveAreas(
    session.remote,
    candidates.map(({ subtree }) => subtree.area),
    view,
    {
      also: records.filter(({ digest }) => view.location(digest) === undefined),
      concurrency: Math.min(session.concurrency, MAX_UPLOADS),
      level: session.inputs['compression-level'],
      observer: session.observer,
      onSkip: (path, why) => {
        session.observer({ kind: 'warning', message: `${path} is not saved: it is a ${why}.` });
      },
    },
  );
  return candidates.flatMap(({ subtree, print }, i): Contribution[] => {
    const entries = saved.entries[i] ?? [];
    // A path where nothing lies must not replace what others saved for it.
    if (entries.length === 0 && !subtree.hasInputs) return [];
    const description = describeSubtree(subtree, print?.fingerprint ?? null, entries);
    if (print === undefined) return [{ description, entries }];
    const { digest, size } = contentOf(print.record);
    const location = saved.uploaded.get(digest) ?? view.location(digest);
    const record: Entry = { digest, size, ...(location === undefined ? {} : { location }) };
    return [{ description, entries: [...entries, [recordKey(digest), record] as const] }];
  });
}

function contentOf(record: FingerprintRecord): Content {
  const bytes = encodeRecord(record);
  return { digest: digestOf(bytes), size: bytes.byteLength, read: () => [bytes] };
}

/** A snapshot of its own for each fingerprint, so that a revert is a hit. Written once. */
async function publishFingerprints(
  session: Session,
  fresh: readonly Contribution[],
  scope: Scope,
): Promise<void> {
  const annotations = provenance(session, new Date());
  await pMap(
    fresh,
    async (contribution) => {
      const { fingerprint } = contribution.description;
      if (fingerprint === null) return;
      const tag = session.tags.ofFingerprint(fingerprint, scope);
      if ((await session.remote.resolve(tag)) !== undefined) return;
      await publish(session.remote, draftOf([contribution], annotations), { tags: [tag] });
    },
    { concurrency: session.concurrency },
  );
}

/** The one snapshot that holds all there is to hold, where there is one. */
function onlySource(
  view: RemoteView,
  { served, candidates }: Selected,
): { readonly bytes: Uint8Array } | undefined {
  const [digest, ...others] = new Set(served.map(({ snapshot }) => snapshot));
  if (digest === undefined || others.length > 0 || candidates.length > 0) return undefined;
  return view.snapshot(digest);
}

/** Points tags at a snapshot that is there already: no blob is uploaded. */
async function pointAt(
  session: Session,
  manifest: Uint8Array,
  tags: readonly string[],
  { skipped }: Selected,
): Promise<SaveResult> {
  const { digest } =
    tags.length === 0
      ? { digest: digestOf(manifest) }
      : await session.remote.putManifest(manifest, MEDIA_TYPE_MANIFEST, tags);
  return {
    ...notSaved('Nothing changed: no content was uploaded.', skipped),
    snapshot: digest,
  };
}

function commitTag(session: Session): string[] {
  return session.access.sha === undefined ? [] : [session.tags.ofCommit(session.access.sha)];
}

async function publishMerged(
  session: Session,
  tag: string,
  first: RemoteView,
  contributions: readonly Contribution[],
  fresh: readonly Contribution[],
  selected: Selected,
): Promise<SaveResult> {
  const annotations = provenance(session, new Date());
  let view = first;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const held = view.own?.contributions ?? EMPTY;
    if (contributions.length === 0 && view.own === undefined) {
      return notSaved('Not saved: there is nothing to save.', selected.skipped);
    }
    if (view.own !== undefined && contributions.every((one) => holds(held, one))) {
      return pointAt(session, view.own.snapshot.bytes, commitTag(session), selected);
    }
    const target = {
      tags: [tag, ...commitTag(session)],
      expect: { tag, digest: view.own?.snapshot.descriptor.digest },
    };
    const done = await publish(
      session.remote,
      draftOf(merge(held, contributions), annotations),
      target,
    );
    if (done !== undefined) {
      return {
        saved: true,
        snapshot: done.digest,
        published: fresh.map(({ description }) => description.name),
        skipped: selected.skipped,
        message: `Saved ${target.tags.join(', ')}.`,
      };
    }
    view = await RemoteView.read(session, tag, []);
  }
  throw new CafsError(
    'REMOTE',
    `Other jobs moved the tag ${tag} ${String(ATTEMPTS)} times while this one tried to save.`,
    {
      hint: 'What was built is kept under the tags of its fingerprints; the next run finds it there.',
    },
  );
}
