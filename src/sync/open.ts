import { homedir } from 'node:os';
import { join } from 'node:path';

import * as v from 'valibot';

import { environment } from '../environment.ts';
import { CafsError } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { type Authenticator, CREDENTIALS } from '../oci/credentials.ts';
import { hubHint } from '../oci/implied-hub.ts';
import { openRemote } from '../oci/open.ts';
import { formatRepository, parseTaggedReference } from '../oci/reference.ts';
import { SIGNAL, checkOptions } from '../options.ts';
import { Blobs } from '../store/blobs.ts';
import { IndexFile } from '../store/index-file.ts';
import { parseNamespace } from '../store/namespace.ts';
import { Store } from '../store/store.ts';
import { TagUpstream } from './upstream.ts';

/** When opening a store pulls from its remote. */
export const AutoPull = {
  /** Not at all. */
  Never: 'never',
  /** Every time. */
  Always: 'always',
  /** Only where this disk has no index for the namespace yet. */
  Missing: 'missing',
} as const;
export type AutoPull = (typeof AutoPull)[keyof typeof AutoPull];

/** How {@link open} opens a store. */
export interface OpenOptions {
  /**
   * The folder for blobs and indexes, which many namespaces and processes may share. Default:
   * `CAFS_CACHE_DIR`, else `$XDG_DATA_HOME/cafs`, else `~/.local/share/cafs`.
   */
  readonly cacheDir?: string | undefined;
  /**
   * Where to push to and pull from: `host/name`, `oci:DIR` for an image layout in a folder, either
   * with `:tag`. The tag is the namespace's where none is given.
   */
  readonly remote?: string | undefined;
  /**
   * Gives the remote's credentials when it asks for some. Default: what `docker login` or
   * `podman login` has left on this machine, see {@link dockerCredentials}.
   *
   * @example
   * auth: (host) => ({ username: 'me', password: secrets[host] })
   */
  readonly auth?: Authenticator | undefined;
  /**
   * Talks to the registry over http instead of TLS: whoever is on the way sees and may change
   * everything, credentials included. A registry on this machine (`localhost`, `127.0.0.1`) is talked
   * to in the clear in any case. Default `false`.
   */
  readonly plainHttp?: boolean | undefined;
  /** Default `never`. A tag that does not exist yet is an empty store, and no error. */
  readonly autoPull?: AutoPull | undefined;
  /** Requests at the same time. Default 4 for downloads, 3 for uploads. */
  readonly concurrency?: number | undefined;
  /** Stops whatever the store is doing, and all that it is asked to do later. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of progress, and of requests that are made again. */
  readonly observer?: Observer | undefined;
}

/**
 * Opens a store.
 *
 * @param namespace `"name"` or `"name:tag"`; the tag is `latest` where none is given. A name may hold
 *   `/`, but neither `..` nor an empty part; a tag holds no `/`.
 * @example
 * await using store = await open('myproject:main', {
 *   remote: 'ghcr.io/myorg/cache',
 *   autoPull: AutoPull.Missing,
 * });
 * @throws CafsError `INVALID_NAMESPACE`, `INVALID_REFERENCE`; `INVALID_INPUT` for an option, and for a
 *   folder that is not empty and no cache folder; `UNWRITABLE` where the
 *   cache folder cannot be made; `UNSUPPORTED_VERSION` and `MALFORMED` for what is in it; the
 *   remote's own errors where it is pulled from
 */
export async function open(namespace: string, options: OpenOptions = {}): Promise<Store> {
  checkOptions(options, OPTIONS);
  checkAutoPull(options);
  options.signal?.throwIfAborted();
  const { tag } = parseNamespace(namespace);
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const { signal } = options;
  const upstream = openUpstream(tag, cacheDir, options);
  try {
    const isNew = !IndexFile.of(namespace, cacheDir).exists();
    const store = Store.open(namespace, { cacheDir, upstream, signal });
    if (upstream !== undefined && mustPull(options.autoPull, isNew))
      await store.pull({ ifExists: true });
    return store;
  } catch (error) {
    await upstream?.close();
    throw error;
  }
}

const text = v.optional(v.pipe(v.string(), v.nonEmpty('it must not be empty')));

const OPTIONS = {
  name: 'open',
  entries: {
    cacheDir: text,
    remote: text,
    auth: CREDENTIALS,
    plainHttp: v.optional(v.boolean()),
    autoPull: v.optional(v.picklist(Object.values(AutoPull))),
    concurrency: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256))),
    signal: SIGNAL,
    observer: v.optional(v.function()),
  },
  otherNames: { credentials: 'auth', username: 'auth', password: 'auth', token: 'auth' },
};

function checkAutoPull({ remote, autoPull = AutoPull.Never }: OpenOptions): void {
  if (remote !== undefined || autoPull === AutoPull.Never) return;
  throw new CafsError('INVALID_INPUT', 'The option "autoPull" needs a "remote" to pull from.');
}

/** The cache folder of who names none. */
export function defaultCacheDir(env: Readonly<NodeJS.ProcessEnv> = environment()): string {
  const { CAFS_CACHE_DIR, XDG_DATA_HOME } = env;
  if (CAFS_CACHE_DIR !== undefined && CAFS_CACHE_DIR !== '') return CAFS_CACHE_DIR;
  const data = XDG_DATA_HOME === undefined || XDG_DATA_HOME === '' ? undefined : XDG_DATA_HOME;
  return join(data ?? join(homedir(), '.local', 'share'), 'cafs');
}

function openUpstream(
  namespaceTag: string,
  cacheDir: string,
  { remote: name, auth, plainHttp, concurrency, signal, observer }: OpenOptions,
): TagUpstream | undefined {
  if (name === undefined) return undefined;
  const { repository, tag = namespaceTag } = parseTaggedReference(name);
  const remote = openRemote(formatRepository(repository), {
    cwd: '.',
    plainHttp,
    observer,
    ...(auth === undefined ? {} : { credentials: auth }),
    ...(signal === undefined ? {} : { signal }),
  });
  const blobs = Blobs.open(cacheDir);
  return new TagUpstream(remote, tag, { blobs, concurrency, observer, hint: hubHint(name) });
}

function mustPull(autoPull: AutoPull = AutoPull.Never, isNew: boolean): boolean {
  return autoPull === AutoPull.Always || (autoPull === AutoPull.Missing && isNew);
}
