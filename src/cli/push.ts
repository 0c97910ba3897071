import type { Digest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { Location } from '../location.ts';
import type { Remote } from '../oci/remote.ts';
import { quoted } from '../quoted.ts';
import { Blobs } from '../store/blobs.ts';
import { Index } from '../store/entry-index.ts';
import { ancestors } from '../store/lineage.ts';
import { defaultCacheDir } from '../sync/open.ts';
import { type Propose, moveTag } from '../sync/move-tag.ts';
import type { Draft } from '../sync/publish.ts';
import { type Known, saveAreas } from '../sync/save-areas.ts';
import type { Carrier } from '../sync/segments.ts';
import { readIndex, readSnapshot } from '../sync/snapshot.ts';
import { assertApart, isFolder } from './folders.ts';
import { terminalObserver } from './progress.ts';
import { type RemoteOptions, openNamed } from './remote.ts';
import { wholeFolder } from './whole-folder.ts';

/** `cafs push FOLDER REMOTE:TAG` */
export async function push(
  folder: string,
  name: string,
  options: RemoteOptions & { readonly level: string },
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
    const before = await readCarrier(remote, tag, blobs);
    const observer = terminalObserver();
    const known = knownFrom(before?.index.entries ?? new Index());
    const { entries } = await saveAreas(remote, [wholeFolder(folder)], known, { level, observer });
    const [own = []] = entries;
    const draft = draftOf(new Index(own), before);
    const propose: Propose = (_, at) => {
      if (at !== before?.snapshot.descriptor.digest) throw movedMeanwhile(remote, tag);
      return Promise.resolve(draft);
    };
    // The tag is to hold this folder and nothing else: there is nothing to merge.
    const done = await moveTag(remote, tag, propose, { blobs, soleWriter: true });
    const { uploadedBytes, requests } = remote.stats;
    process.stdout.write(
      `${formatCount(own.length, 'entry', 'entries')} in ${remote.name}:${tag} (${done.snapshot ?? ''}); ` +
        `${formatBytes(uploadedBytes)} uploaded, ${formatCount(requests, 'request')}\n`,
    );
  } finally {
    await remote.close();
  }
}

async function readCarrier(
  remote: Remote,
  tag: string,
  blobs: Blobs,
): Promise<Carrier | undefined> {
  const snapshot = await readSnapshot(remote, tag, { blobs });
  return snapshot && { snapshot, index: await readIndex(remote, snapshot, { blobs }) };
}

/** Contents that the tag's snapshot has are not uploaded again. */
function knownFrom(index: Index): Known {
  const locations = new Map<Digest, Location>();
  for (const [, { digest, location }] of index.range('')) {
    if (location !== undefined) locations.set(digest, location);
  }
  return { entry: (key) => index.get(key), location: (digest) => locations.get(digest) };
}

/** The folder as a snapshot; undefined where the tag's snapshot is that already. */
function draftOf(entries: Index, before: Carrier | undefined): Draft | undefined {
  if (before?.index.entries.differences(entries).next().done === true) return undefined;
  const subtree = {
    name: '.',
    root: 'ws' as const,
    folder: '',
    outputs: ['**'],
    fingerprint: null,
    digest: entries.hash(''),
  };
  const merged =
    before === undefined
      ? []
      : ancestors([before.snapshot.descriptor.digest], before.snapshot.config.merged);
  const provenance = { prefixes: ['ws/'], annotations: {} };
  return { entries, subtrees: [subtree], ...provenance, carrier: before, merged };
}

function movedMeanwhile(remote: Remote, tag: string): CafsError {
  return new CafsError('CHANGED', `Somebody else moved ${remote.name}:${tag} meanwhile.`, {
    hint: 'Push again.',
  });
}
