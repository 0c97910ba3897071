import { NotFoundError } from '../errors.ts';
import { openRemote } from '../oci/open.ts';
import { formatRepository, parseTaggedReference } from '../oci/reference.ts';
import type { Remote } from '../oci/remote.ts';
import { Blobs } from '../store/blobs.ts';
import { defaultCacheDir } from '../sync/open.ts';
import { type Snapshot, readSnapshot } from '../sync/snapshot.ts';

/** A snapshot that a command names. */
export interface Named {
  readonly remote: Remote;
  readonly tag: string;
}

/** What every command takes. */
export interface RemoteOptions {
  /** Talks to the registry over http, wherever it is. */
  readonly plainHttp?: boolean | undefined;
}

/**
 * Opens the remote of `REMOTE:TAG`; the tag is `latest` where none is given. Credentials are those of
 * `CAFS_USERNAME` and `CAFS_PASSWORD`, else Docker's.
 */
export function openNamed(text: string, { plainHttp }: RemoteOptions): Named {
  const { repository, tag = 'latest' } = parseTaggedReference(text);
  const { CAFS_USERNAME: username = '', CAFS_PASSWORD: password = '' } = process.env;
  const isGiven = username !== '' && password !== '';
  const credentials = isGiven ? () => ({ username, password }) : undefined;
  return {
    remote: openRemote(formatRepository(repository), {
      cwd: process.cwd(),
      credentials,
      plainHttp,
    }),
    tag,
  };
}

/** Reads the snapshot that a command names. */
export async function readNamed({ remote, tag }: Named): Promise<Snapshot> {
  const snapshot = await readSnapshot(remote, tag, { blobs: Blobs.open(defaultCacheDir()) });
  if (snapshot !== undefined) return snapshot;
  throw new NotFoundError(`There is no tag ${tag} in ${remote.name}.`, {
    hint: 'Push one first.',
  });
}
