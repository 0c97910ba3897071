import { statSync } from 'node:fs';

import type { Digest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { Location } from '../location.ts';
import type { Remote } from '../oci/remote.ts';
import { Blobs } from '../store/blobs.ts';
import { Index } from '../store/entry-index.ts';
import { defaultCacheDir } from '../sync/open.ts';
import { publish } from '../sync/publish.ts';
import { type Known, saveAreas } from '../sync/save-areas.ts';
import { readIndex, readSnapshot, type Snapshot } from '../sync/snapshot.ts';
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
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CafsError('INVALID_INPUT', `${JSON.stringify(folder)} is no folder.`);
  }
  const { remote, tag } = openNamed(name, options);
  try {
    const before = await readSnapshot(remote, tag, { blobs: Blobs.open(defaultCacheDir()) });
    const known = await readKnown(remote, before);
    const observer = terminalObserver();
    const { entries } = await saveAreas(remote, [wholeFolder(folder)], known, { level, observer });
    const [own = []] = entries;
    const subtree = {
      name: '.',
      root: 'ws' as const,
      folder: '',
      outputs: ['**'],
      fingerprint: null,
      digest: new Index(own).hash(''),
    };
    const draft = { entries: own, subtrees: [subtree], prefixes: ['ws/'], annotations: {} };
    const expect = { tag, digest: before?.descriptor.digest };
    const done = await publish(remote, draft, { tags: [tag], expect });
    if (done === undefined) {
      throw new CafsError('CHANGED', `Somebody else moved ${remote.name}:${tag} meanwhile.`, {
        hint: 'Push again.',
      });
    }
    const { uploadedBytes, requests } = remote.stats;
    process.stdout.write(
      `${formatCount(own.length, 'entry', 'entries')} in ${remote.name}:${tag} (${done.digest}); ` +
        `${formatBytes(uploadedBytes)} uploaded, ${formatCount(requests, 'request')}\n`,
    );
  } finally {
    await remote.close();
  }
}

/** Contents that the tag's snapshot has are not uploaded again. */
async function readKnown(remote: Remote, snapshot: Snapshot | undefined): Promise<Known> {
  const index = snapshot === undefined ? new Index() : await readIndex(remote, snapshot);
  const locations = new Map<Digest, Location>();
  for (const [, { digest, location }] of index.range('')) {
    if (location !== undefined) locations.set(digest, location);
  }
  return { entry: (key) => index.get(key), location: (digest) => locations.get(digest) };
}
