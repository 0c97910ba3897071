import { CafsError } from '../errors.ts';
import { formatBytes, formatCount } from '../format.ts';
import { makeFolder } from '../make-folder.ts';
import { downloadsFrom } from '../sync/download.ts';
import { type Restored, restoreAreas } from '../sync/restore-areas.ts';
import type { Entry } from '../store/entry.ts';
import { entriesByPath } from '../tree/area.ts';
import { BLOCKED_HINT } from '../tree/parent-guard.ts';
import { withRemedy } from './advice.ts';
import { assertApart, assertFolderPossible } from './folders.ts';
import { assertNothingElse } from './keys.ts';
import { terminalObserver } from './progress.ts';
import { type Named, type RemoteOptions, openNamed, readNamedIndex } from './remote.ts';
import { wholeFolder } from './whole-folder.ts';

/** What the command takes beside its arguments. */
interface PullOptions extends RemoteOptions {
  readonly delete?: boolean;
}

/** `cafs pull REMOTE:TAG FOLDER` */
export async function pull(
  text: string,
  folder: string,
  options: PullOptions,
  signal?: AbortSignal,
): Promise<void> {
  assertFolderPossible(folder);
  const named = openNamed(text, options, signal);
  const { remote, repository, name } = named;
  try {
    assertApart(repository, folder);
    const index = await readNamedIndex(named);
    const entries = [...index.entries.range('ws/')];
    if (entries.length === 0) assertNothingElse(index.entries, name);
    makeFolder(folder);
    const { written, bytes, removed } = await withRemedy(name, 'contents', () =>
      restore(named, entries, folder, options, signal),
    );
    process.stdout.write(
      `${formatCount(entries.length, 'entry', 'entries')} in ${folder}: ${String(written)} written (${formatBytes(bytes)}), ` +
        `${String(removed)} removed; ${formatBytes(remote.stats.downloadedBytes)} downloaded\n`,
    );
  } finally {
    await remote.close();
  }
}

async function restore(
  { remote }: Named,
  entries: readonly (readonly [string, Entry])[],
  folder: string,
  options: PullOptions,
  signal: AbortSignal | undefined,
): Promise<Restored> {
  const area = wholeFolder(folder);
  const request = {
    area,
    wanted: () => entriesByPath(area, entries),
    removes: () => options.delete === true,
  };
  const observer = terminalObserver();
  const [restored] = await restoreAreas(downloadsFrom(remote), [request], { observer, signal });
  if (restored === undefined || restored.error !== undefined) {
    throw inOurWords(restored?.error, options);
  }
  return restored;
}

/** What stands in the way of an entry is here removed by an option: nobody names what is restored. */
function inOurWords(error: unknown, options: PullOptions): unknown {
  if (!(error instanceof CafsError) || error.hint !== BLOCKED_HINT) return error;
  const hint =
    options.delete === true
      ? 'Remove it.'
      : 'Remove it, or pull with --delete, which removes all that the snapshot does not hold.';
  return new CafsError(error.code, error.message, { hint, cause: error });
}
