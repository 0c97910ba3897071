import { formatBytes, formatCount } from '../format.ts';
import { makeFolder } from '../make-folder.ts';
import { Blobs } from '../store/blobs.ts';
import { downloadsFrom } from '../sync/download.ts';
import { defaultCacheDir } from '../sync/open.ts';
import { restoreAreas } from '../sync/restore-areas.ts';
import { readIndex } from '../sync/snapshot.ts';
import { entriesByPath } from '../tree/area.ts';
import { assertApart, assertFolderPossible } from './folders.ts';
import { assertNothingElse } from './keys.ts';
import { terminalObserver } from './progress.ts';
import { type RemoteOptions, openNamed, readNamed } from './remote.ts';
import { wholeFolder } from './whole-folder.ts';

/** `cafs pull REMOTE:TAG FOLDER` */
export async function pull(
  name: string,
  folder: string,
  options: RemoteOptions & { readonly delete?: boolean },
): Promise<void> {
  assertFolderPossible(folder);
  const named = openNamed(name, options);
  const { remote, repository } = named;
  try {
    assertApart(repository, folder);
    const snapshot = await readNamed(named);
    const blobs = Blobs.open(defaultCacheDir());
    const index = await readIndex(remote, snapshot, { blobs });
    const entries = [...index.entries.range('ws/')];
    if (entries.length === 0) assertNothingElse(index.entries, `${remote.name}:${named.tag}`);
    makeFolder(folder);
    const area = wholeFolder(folder);
    const request = {
      area,
      wanted: () => entriesByPath(area, entries),
      removes: () => options.delete === true,
    };
    const observer = terminalObserver();
    const [restored] = await restoreAreas(downloadsFrom(remote), [request], { observer });
    if (restored === undefined || restored.error !== undefined) throw restored?.error;
    const { files, written, bytes, removed } = restored;
    process.stdout.write(
      `${formatCount(files, 'entry', 'entries')} in ${folder}: ${String(written)} written (${formatBytes(bytes)}), ` +
        `${String(removed)} removed; ${formatBytes(remote.stats.downloadedBytes)} downloaded\n`,
    );
  } finally {
    await remote.close();
  }
}
