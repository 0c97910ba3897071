import { digestOf } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { Content } from '../pack/content.ts';
import type { Entry } from '../store/entry.ts';
import { type FingerprintRecord, encodeRecord } from '../subtree/record.ts';
import { saveAreas } from '../sync/save-areas.ts';
import type { Area } from '../tree/area.ts';
import type { Candidate } from './candidates.ts';
import type { Contribution } from './merge.ts';
import { describeSubtree, recordKey } from './ownership.ts';
import type { RemoteView } from './remote-view.ts';
import type { Session } from './session.ts';

/** Packs that are uploaded at the same time: each is 32 MiB in memory. */
export const MAX_UPLOADS = 3;

/** What was read of a subtree, and is in the remote now. */
export interface Uploaded extends Contribution {
  /** Time spent on reading and hashing its files, in milliseconds. */
  readonly milliseconds: number;
}

/** Reads the candidates' outputs and uploads the contents that the remote does not have. */
export async function upload(
  session: Session,
  candidates: readonly Candidate[],
  view: RemoteView,
): Promise<Uploaded[]> {
  const records = candidates.map(({ print }) => print && contentOf(print.record));
  const unread = new Set<Area>();
  const saved = await saveAreas(
    session.remote,
    candidates.map(({ subtree }) => subtree.area),
    view,
    {
      also: records
        .filter((record) => record !== undefined)
        .filter(({ digest }) => view.location(digest) === undefined),
      concurrency: Math.min(session.concurrency, MAX_UPLOADS),
      level: session.inputs['compression-level'],
      observer: session.observer,
      hashIn: (base) => session.statCaches.hashIn(base),
      onFailure: (area, error) => {
        unread.add(area);
        const name = candidates.find(({ subtree }) => subtree.area === area)?.subtree.name ?? '';
        const message = `${name} is not saved: ${describeError(error)}`;
        session.observer({ kind: 'warning', message });
      },
      onSkip: (path, why) => {
        session.observer({ kind: 'warning', message: `${path} is not saved: it is a ${why}.` });
      },
    },
  );
  return candidates.flatMap(({ subtree, print }, i): Uploaded[] => {
    if (unread.has(subtree.area)) return [];
    const entries = saved.entries[i] ?? [];
    const milliseconds = saved.milliseconds[i] ?? 0;
    // A path where nothing lies must not replace what others saved for it. Under a key nothing is replaced, and
    // a hit is one for all paths.
    if (entries.length === 0 && !subtree.hasInputs && session.inputs.key === '') return [];
    const description = describeSubtree(subtree, print?.fingerprint ?? null, entries);
    const record = records[i];
    if (record === undefined) return [{ description, entries, milliseconds }];
    const { digest, size } = record;
    const location = saved.uploaded.get(digest) ?? view.location(digest);
    const entry: Entry = { digest, size, ...(location === undefined ? {} : { location }) };
    const withRecord = [...entries, [recordKey(digest), entry] as const];
    return [{ description, entries: withRecord, milliseconds }];
  });
}

function contentOf(record: FingerprintRecord): Content {
  const bytes = encodeRecord(record);
  return { digest: digestOf(bytes), size: bytes.byteLength, read: () => [bytes] };
}
