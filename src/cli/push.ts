import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { CafsError, hasCode } from '../errors.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { Location } from '../location.ts';
import type { Remote } from '../oci/remote.ts';
import { quoted } from '../quoted.ts';
import { Blobs } from '../store/blobs.ts';
import { Index } from '../store/entry-index.ts';
import { defaultCacheDir } from '../sync/open.ts';
import { type Propose, moveTag } from '../sync/move-tag.ts';
import { type Placed, placeContents, relocate } from '../sync/place-contents.ts';
import type { Draft } from '../sync/publish.ts';
import { type Known, hashAreas } from '../sync/save-areas.ts';
import type { Carrier } from '../sync/segments.ts';
import { ancestorsOf, readIndex, readSnapshot } from '../sync/snapshot.ts';
import { isDamaged } from '../sync/unusable.ts';
import { FolderSource } from './folder-source.ts';
import { assertApart, isFolder } from './folders.ts';
import { terminalObserver } from './progress.ts';
import { type RemoteOptions, openNamed } from './remote.ts';
import { wholeFolder } from './whole-folder.ts';

/** `cafs push FOLDER REMOTE:TAG` */
export async function push(
  folder: string,
  name: string,
  options: RemoteOptions & { readonly level: string; readonly repair?: boolean },
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
  const { remote, repository, tag } = openNamed(name, options);
  try {
    assertApart(repository, folder);
    const blobs = Blobs.open(defaultCacheDir());
    const target = { remote, tag, blobs, level, repairs: options.repair === true };
    const before = await look(target);
    const sound = target.repairs ? await withoutLost(remote, before) : undefined;
    const done = await replace(target, folder, before, sound).catch(async (error: unknown) => {
      const left = hasCode(error, 'NOT_FOUND') ? await withoutLost(remote, before) : undefined;
      if (left === undefined) throw error;
      return replace(target, folder, before, left);
    });
    const { uploadedBytes, requests } = remote.stats;
    process.stdout.write(
      `${formatCount(done.entries, 'entry', 'entries')} in ${remote.name}:${tag} (${done.snapshot ?? ''}); ` +
        `${formatBytes(uploadedBytes)} uploaded, ${formatCount(requests, 'request')}\n`,
    );
  } finally {
    await remote.close();
  }
}

/** Where a folder is pushed to. */
interface Target {
  readonly remote: Remote;
  readonly tag: string;
  readonly blobs: Blobs;
  /** zstd's. */
  readonly level: number;
  /** Whether it is looked for what the remote has lost, and a snapshot replaced that cannot be read. */
  readonly repairs: boolean;
}

/** What a tag pointed to before. */
interface Before {
  readonly at: Digest | undefined;
  /** Undefined: nothing is there, or nothing that can be read. */
  readonly held: Carrier | undefined;
}

/**
 * Puts a folder in the place of what the tag holds.
 *
 * @param sound what the remote still has of that, where it has lost something. Default: all of it
 */
async function replace(
  { remote, tag, blobs, level, repairs }: Target,
  folder: string,
  { at: expected, held }: Before,
  sound?: Index,
): Promise<{ readonly entries: number; readonly snapshot: Digest | undefined }> {
  const area = wholeFolder(folder);
  const observer = terminalObserver();
  const known = knownFrom(sound ?? held?.index.entries ?? new Index());
  const [own = []] = hashAreas([area], known, { observer });
  const entries = new Index(own);
  let placed: Placed | undefined;
  const propose: Propose = async (_, at) => {
    if (at !== expected) throw movedMeanwhile(remote, tag);
    if (sound === undefined && held?.index.entries.hasSameEntries(entries) === true) return;
    placed ??= await placeContents(remote, entries, new FolderSource(area, own), {
      compacts: true,
      level,
      observer,
    });
    return draftOf(relocate(entries, placed), held, sound === undefined);
  };
  // The tag is to hold this folder and nothing else: there is nothing to merge.
  const { snapshot } = await moveTag(remote, tag, propose, {
    blobs,
    soleWriter: true,
    first: { at: expected, seen: held?.snapshot },
    ...(repairs ? { replaces: isDamaged } : {}),
  });
  return { entries: own.length, snapshot };
}

async function look({ remote, tag, blobs, repairs }: Target): Promise<Before> {
  const at = (await remote.resolve(tag))?.digest;
  if (at === undefined) return { at, held: undefined };
  try {
    // A remote may have lost the manifest as well, which this disk may still have.
    const snapshot = await readSnapshot(remote, tag, { blobs, ...(repairs ? {} : { at }) });
    if (snapshot === undefined) return { at: undefined, held: undefined };
    const index = await readIndex(remote, snapshot, { blobs });
    return { at: snapshot.descriptor.digest, held: { snapshot, index } };
  } catch (error) {
    if (!(error instanceof CafsError) || !isDamaged(error)) throw error;
    if (repairs) return { at, held: undefined };
    const name = `${remote.name}:${tag}`;
    throw new CafsError(error.code, `What ${name} points to cannot be read: ${error.message}`, {
      hint: 'With --repair the folder takes its place.',
      cause: error,
    });
  }
}

/** Requests at the same time that ask whether a blob is there. */
const LOOKS = 8;

/** The entries of a snapshot, those without locations whose packs the remote has lost; undefined: it has all. */
async function withoutLost(remote: Remote, { held }: Before): Promise<Index | undefined> {
  if (held === undefined) return undefined;
  const { manifest } = held.snapshot;
  const lost = new Set<Digest>();
  await pMap(
    [manifest.config, ...manifest.layers],
    async ({ digest }) => {
      if (!(await remote.hasBlob(digest))) lost.add(digest);
    },
    { concurrency: LOOKS },
  );
  if (lost.size === 0) return undefined;
  return held.index.entries.withoutLocations(({ digest }) => lost.has(digest));
}

/** Contents that the tag's snapshot has are not uploaded again. */
function knownFrom(index: Index): Known {
  const locations = new Map<Digest, Location>();
  for (const [, { digest, location }] of index.range('')) {
    if (location !== undefined) locations.set(digest, location);
  }
  return { entry: (key) => index.get(key), location: (digest) => locations.get(digest) };
}

/** The folder as a snapshot. */
function draftOf(entries: Index, before: Carrier | undefined, carries: boolean): Draft {
  const subtree = {
    name: '.',
    root: 'ws' as const,
    folder: '',
    outputs: ['**'],
    fingerprint: null,
    digest: entries.hash(''),
  };
  const merged = before === undefined ? [] : ancestorsOf([before.snapshot]);
  const provenance = { prefixes: ['ws/'], annotations: {} };
  return {
    entries,
    subtrees: [subtree],
    ...provenance,
    carrier: carries ? before : undefined,
    merged,
  };
}

function movedMeanwhile(remote: Remote, tag: string): CafsError {
  return new CafsError('CHANGED', `Somebody else moved ${remote.name}:${tag} meanwhile.`, {
    hint: 'Push again.',
  });
}
