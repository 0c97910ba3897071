import type { Digest } from '../digest.ts';
import { CafsError, hasCode } from '../errors.ts';
import { formatBytes, formatCount } from '../format.ts';
import { parseTag } from '../oci/reference.ts';
import type { Remote } from '../oci/remote.ts';
import { quoted } from '../quoted.ts';
import { Blobs } from '../store/blobs.ts';
import { Index } from '../store/entry-index.ts';
import { type Propose, moveTag } from '../sync/move-tag.ts';
import { defaultCacheDir } from '../sync/open.ts';
import { type Placed, placeContents, relocate } from '../sync/place-contents.ts';
import type { Draft } from '../sync/publish.ts';
import { hashAreas } from '../sync/save-areas.ts';
import { goingOnFrom } from '../sync/snapshot.ts';
import { isDamaged } from '../sync/unusable.ts';
import { type Before, type Target, carriersOf, findLost, knownFrom, look } from './before.ts';
import { FolderSource } from './folder-source.ts';
import { assertApart, isFolder } from './folders.ts';
import type { Stop } from './interrupt.ts';
import { terminalObserver } from './progress.ts';
import { type RemoteOptions, openNamed } from './remote.ts';
import { Skipped } from './skipped.ts';
import { assertMended } from './verify.ts';
import { wholeFolder } from './whole-folder.ts';

/** What the command takes beside its arguments. */
export interface PushOptions extends RemoteOptions {
  /** zstd's. */
  readonly level: string;
  readonly repair?: boolean;
  /** Further tags of the repository whose contents are not uploaded again. */
  readonly from?: readonly string[];
}

const NOTHING: ReadonlySet<Digest> = new Set();

/** `cafs push FOLDER REMOTE:TAG` */
export async function push(
  folder: string,
  text: string,
  options: PushOptions,
  stop?: Stop,
): Promise<void> {
  const level = Number(options.level);
  if (!Number.isInteger(level) || level < 1 || level > 19) {
    throw new CafsError(
      'INVALID_INPUT',
      `The level is ${JSON.stringify(options.level)}; it must be 1 to 19.`,
    );
  }
  if (!isFolder(folder)) {
    throw new CafsError('INVALID_INPUT', `${quoted(folder)} is no folder.`, {
      hint: 'The folder comes first, the snapshot behind it: cafs push FOLDER REMOTE:TAG',
    });
  }
  const others = (options.from ?? []).map(parseTag);
  const named = openNamed(text, options, stop?.signal);
  const { remote, repository, tag, name } = named;
  try {
    assertApart(repository, folder);
    const blobs = Blobs.open(defaultCacheDir());
    const target = { remote, tag, blobs, level, repairs: options.repair === true };
    const observer = terminalObserver();
    const before = await look(target, others, (message) => {
      observer({ kind: 'warning', message });
    });
    const lost = target.repairs ? await findLost(remote, before) : NOTHING;
    const done = await replace(target, folder, before, { lost, stop }).catch(
      async (error: unknown) => {
        const found = hasCode(error, 'NOT_FOUND') ? await findLost(remote, before) : NOTHING;
        if (found.size === 0) throw error;
        return replace(target, folder, before, { lost: found, stop });
      },
    );
    if (before.at !== undefined && before.held === undefined) {
      await assertMended(named, stop?.signal);
    }
    const { uploadedBytes, requests } = remote.stats;
    process.stdout.write(
      `${formatCount(done.entries, 'entry', 'entries')} in ${name} (${done.snapshot ?? ''}); ` +
        `${formatBytes(uploadedBytes)} uploaded, ${formatCount(requests, 'request')}\n`,
    );
    const skipped = done.skipped.describe();
    if (skipped !== undefined) process.stdout.write(`${skipped}\n`);
  } finally {
    await remote.close();
  }
}

/** What a push has come to. */
interface Replaced {
  readonly entries: number;
  readonly snapshot: Digest | undefined;
  readonly skipped: Skipped;
}

/**
 * Puts a folder in the place of what the tag holds.
 *
 * @param how.lost blobs that the remote had, and does not have any more
 */
async function replace(
  { remote, tag, blobs, level, repairs }: Target,
  folder: string,
  before: Before,
  { lost, stop }: { readonly lost: ReadonlySet<Digest>; readonly stop: Stop | undefined },
): Promise<Replaced> {
  const { at: expected, held } = before;
  const skipped = new Skipped();
  const area = wholeFolder(folder, skipped.add);
  const observer = terminalObserver();
  const signal = stop?.signal;
  const known = knownFrom(before, lost);
  const hash = () => hashAreas([area], known, { observer, onSkip: skipped.add });
  const [own = []] = stop === undefined ? hash() : stop.during(hash);
  const entries = new Index(own);
  let placed: Placed | undefined;
  const propose: Propose = async (_, at) => {
    if (at !== expected) throw movedMeanwhile(remote, tag);
    if (lost.size === 0 && held?.index.entries.hasSameEntries(entries) === true) return;
    placed ??= await placeContents(remote, entries, new FolderSource(area, own), {
      compacts: true,
      level,
      observer,
      signal,
    });
    return draftOf(relocate(entries, placed), before, lost.size === 0);
  };
  // The tag is to hold this folder and nothing else: there is nothing to merge.
  const { snapshot } = await moveTag(remote, tag, propose, {
    blobs,
    soleWriter: true,
    first: { at: expected, seen: held?.snapshot },
    signal,
    ...(repairs ? { replaces: isDamaged } : {}),
  });
  return { entries: own.length, snapshot, skipped };
}

/** The folder as a snapshot. */
function draftOf(entries: Index, before: Before, carries: boolean): Draft {
  const subtree = {
    name: '.',
    root: 'ws' as const,
    folder: '',
    outputs: ['**'],
    fingerprint: null,
    digest: entries.hash(''),
  };
  const descent = before.held === undefined ? {} : goingOnFrom(before.held.snapshot);
  const provenance = { prefixes: ['ws/'], annotations: {} };
  return {
    entries,
    subtrees: [subtree],
    ...provenance,
    carrier: carries ? carriersOf(before)[0] : undefined,
    ...descent,
  };
}

function movedMeanwhile(remote: Remote, tag: string): CafsError {
  return new CafsError('CHANGED', `Somebody else moved ${remote.name}:${tag} meanwhile.`, {
    hint: 'Push again.',
  });
}
