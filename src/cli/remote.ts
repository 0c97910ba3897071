import { CafsError, NotFoundError } from '../errors.ts';
import type { UsernamePassword } from '../oci/credentials.ts';
import { openRemote } from '../oci/open.ts';
import { type Repository, formatRepository, parseTaggedReference } from '../oci/reference.ts';
import type { Remote } from '../oci/remote.ts';
import { Blobs } from '../store/blobs.ts';
import { defaultCacheDir } from '../sync/open.ts';
import { type Snapshot, type SnapshotIndex, readIndex, readSnapshot } from '../sync/snapshot.ts';
import { withRemedy } from './advice.ts';
import { refuseLibrary } from './hub.ts';
import { terminalObserver } from './progress.ts';

/** A snapshot that a command names. */
export interface Named {
  readonly remote: Remote;
  readonly repository: Repository;
  readonly tag: string;
  /** `REMOTE:TAG` */
  readonly name: string;
}

/** What every command takes. */
export interface RemoteOptions {
  /** Talks to the registry over http, wherever it is. */
  readonly plainHttp?: boolean | undefined;
}

/**
 * Opens the remote of `REMOTE:TAG`; the tag is `latest` where none is given. Credentials are those of
 * `CAFS_USERNAME` and `CAFS_PASSWORD`, else Docker's.
 *
 * @param signal stops all that the remote does
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` where there is only one of these variables
 */
export function openNamed(text: string, { plainHttp }: RemoteOptions, signal?: AbortSignal): Named {
  const { repository, tag = 'latest' } = parseTaggedReference(text);
  refuseLibrary(text);
  const given = repository.kind === 'registry' ? credentialsIn(process.env) : undefined;
  const remote = openRemote(formatRepository(repository), {
    cwd: process.cwd(),
    credentials: given && (() => given),
    plainHttp,
    observer: terminalObserver(),
    signal,
  });
  return { remote, repository, tag, name: `${remote.name}:${tag}` };
}

function credentialsIn(env: Readonly<NodeJS.ProcessEnv>): UsernamePassword | undefined {
  const { CAFS_USERNAME: username = '', CAFS_PASSWORD: password = '' } = env;
  if (username === '' && password === '') return undefined;
  if (username !== '' && password !== '') return { username, password };
  const [has, lacks] =
    password === '' ? ['CAFS_USERNAME', 'CAFS_PASSWORD'] : ['CAFS_PASSWORD', 'CAFS_USERNAME'];
  throw new CafsError('INVALID_INPUT', `${has} is set, but ${lacks} is not, or is empty.`, {
    hint: `Set ${lacks} as well, or unset ${has} to use what "docker login" or "podman login" has left.`,
  });
}

/** Reads the snapshot that a command names. */
export async function readNamed({ remote, tag, name }: Named): Promise<Snapshot> {
  const blobs = Blobs.open(defaultCacheDir());
  const snapshot = await withRemedy(name, 'snapshot', () => readSnapshot(remote, tag, { blobs }));
  if (snapshot !== undefined) return snapshot;
  throw noSuchTag(remote, tag);
}

/** The error for a tag that does not exist. */
export function noSuchTag(remote: Remote, tag: string): NotFoundError {
  return new NotFoundError(`There is no tag ${tag} in ${remote.name}.`, {
    hint: 'Push one first.',
  });
}

/** Reads the snapshot that a command names, and its index. */
export async function readNamedIndex(named: Named): Promise<SnapshotIndex> {
  const snapshot = await readNamed(named);
  const blobs = Blobs.open(defaultCacheDir());
  const { name, remote } = named;
  return withRemedy(name, 'snapshot', () => readIndex(remote, snapshot, { blobs }));
}
