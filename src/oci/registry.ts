import { type Digest, digestOf, parseDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { type Partially, withDefaults } from '../options.ts';
import { quoted } from '../quoted.ts';
import { withAuth } from './auth.ts';
import type { Authenticator } from './credentials.ts';
import { checkedContent } from './blob-content.ts';
import { blobExists } from './blob-exists.ts';
import { streamBlob } from './blob-stream.ts';
import { withDeadlines } from './deadline.ts';
import { deleteManifest } from './delete-manifest.ts';
import { downloadBlob, downloadRange } from './download.ts';
import { type Endpoint, baseUrl } from './endpoint.ts';
import { assertManifest } from './manifest-input.ts';
import { fetchManifest, resolveManifest } from './manifests.ts';
import { Lifetime } from './lifetime.ts';
import { Meter, metered } from './meter.ts';
import { followingRedirects } from './redirect.ts';
import {
  type RegistryRepository,
  canonicalHost,
  formatRepository,
  isLocalhost,
  parseRepository,
  parseTag,
} from './reference.ts';
import type {
  BlobContent,
  ByteRange,
  CallOptions,
  FetchedManifest,
  HasBlobOptions,
  PutBlobOptions,
  PutManifestOptions,
  Remote,
  RemoteStats,
  RemoteTraits,
  TagOrDigest,
} from './remote.ts';
import { DEFAULT_POLICY, type RetryPolicy, withRetries } from './retry.ts';
import { storeManifest } from './store-manifest.ts';
import { fetchTags } from './tags.ts';
import type { BlobRef, Descriptor } from './types.ts';
import {
  type Connections,
  DEFAULT_TIMEOUTS,
  type Timeouts,
  openConnections,
} from './undici-transport.ts';
import { uploadBlob } from './upload.ts';

/** How a registry is reached. */
export interface RegistryOptions {
  /** Absent: anonymously. */
  readonly credentials?: Authenticator | undefined;
  /** Ends everything that the remote does. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Talks to the registry in the clear though it is not this machine: whoever is on the way sees and may
   * change everything, credentials included. Default `false`.
   */
  readonly plainHttp?: boolean | undefined;
  /** How often and how patiently something is tried. What is left out has its default. */
  readonly retry?: Partially<RetryPolicy> | undefined;
  /** Hears when a request is made again: a host that is silent is waited for long. */
  readonly observer?: Observer | undefined;
  /** How long silence is waited for, in milliseconds. What is left out has its default. */
  readonly timeouts?: Partially<Timeouts> | undefined;
}

/**
 * A repository in a registry, by the OCI distribution protocol.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class RegistryRemote implements Remote {
  readonly name: string;
  readonly traits: RemoteTraits = {};
  readonly #repository: RegistryRepository;
  readonly #meter = new Meter();
  readonly #connections: Connections;
  readonly #endpoint: Endpoint;
  readonly #lifetime: Lifetime;

  constructor(repository: RegistryRepository, options: RegistryOptions = {}) {
    const { credentials, retry = {}, timeouts = {}, observer } = options;
    const policy = { ...withDefaults(retry, DEFAULT_POLICY), observer };
    this.#lifetime = new Lifetime(options.signal);
    this.name = formatRepository(repository);
    this.#repository = repository;
    this.#connections = openConnections(withDefaults(timeouts, DEFAULT_TIMEOUTS));
    const base = baseUrl(repository, options.plainHttp);
    const counted = metered(this.#connections.transport, this.#meter);
    const inTime = withDeadlines(counted, policy.clock);
    const transport = withAuth(withRetries(followingRedirects(inTime), policy), {
      registry: base,
      host: repository.host,
      repository: repository.name,
      credentials,
      policy,
      signal: this.#lifetime.signal,
    });
    this.#endpoint = { name: this.name, base, transport, policy, sourceMs: timeouts.source };
  }

  get stats(): RemoteStats {
    return this.#meter;
  }

  async resolve(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<Descriptor | undefined> {
    return resolveManifest(this.#endpoint, reference, this.#lifetime.begin(options));
  }

  async getManifest(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<FetchedManifest | undefined> {
    return fetchManifest(this.#endpoint, reference, this.#lifetime.begin(options));
  }

  async putManifest(
    bytes: Uint8Array,
    mediaType: string,
    tags: readonly string[],
    { signal: given, notAfter, expected }: PutManifestOptions = {},
  ): Promise<Descriptor> {
    if (expected !== undefined) {
      throw new CafsError(
        'UNSUPPORTED',
        'A registry cannot compare a tag and move it in one step.',
      );
    }
    assertManifest(bytes, mediaType);
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    const references = tags.length === 0 ? [descriptor.digest] : tags.map(parseTag);
    const options = {
      signal: this.#lifetime.begin({ signal: given }),
      // By its digest alone it overwrites nothing.
      notAfter: tags.length === 0 ? Number.POSITIVE_INFINITY : notAfter,
    };
    for (const reference of references) {
      await storeManifest(this.#endpoint, reference, bytes, descriptor, options);
    }
    return descriptor;
  }

  async hasBlob(digest: Digest, options: HasBlobOptions = {}): Promise<boolean> {
    const { size } = options;
    const signal = this.#lifetime.begin(options);
    return blobExists(this.#endpoint, parseDigest(digest), { signal, size });
  }

  async getBlob(blob: BlobRef, options: CallOptions = {}): Promise<Uint8Array> {
    return downloadBlob(this.#endpoint, checked(blob), this.#lifetime.begin(options));
  }

  getBlobStream(blob: BlobRef, options: CallOptions = {}): AsyncIterable<Uint8Array> {
    const { endpoint, lifetime } = { endpoint: this.#endpoint, lifetime: this.#lifetime };
    // What is wrong with the arguments is thrown where the stream is read, like all else.
    return (async function* () {
      yield* streamBlob(endpoint, checked(blob), lifetime.begin(options));
    })();
  }

  async getBlobRange(
    blob: BlobRef,
    range: ByteRange,
    options: CallOptions = {},
  ): Promise<Uint8Array> {
    return downloadRange(this.#endpoint, checked(blob), range, this.#lifetime.begin(options));
  }

  async putBlob(digest: Digest, content: BlobContent, options: PutBlobOptions = {}): Promise<void> {
    const { mayExist, mountFrom } = options;
    await uploadBlob(this.#endpoint, parseDigest(digest), checkedContent(content), {
      mayExist,
      mountFrom: mountFrom === undefined ? undefined : siblingOf(this.#repository, mountFrom),
      signal: this.#lifetime.begin(options),
    });
  }

  async delete(reference: TagOrDigest, options: CallOptions = {}): Promise<boolean> {
    return deleteManifest(this.#endpoint, reference, this.#lifetime.begin(options));
  }

  async listTags(options: CallOptions = {}): Promise<readonly string[]> {
    return fetchTags(this.#endpoint, this.#lifetime.begin(options));
  }

  async close(): Promise<void> {
    // What waits to try again has no connection that could end it.
    this.#lifetime.end(this.name);
    await this.#connections.close();
  }
}

/**
 * The name of another repository in the same registry: it becomes part of an address and of a scope. A
 * first part with a dot may be a host or a part of the name, as where a registry keeps copies of others:
 * `docker.io/library/alpine`.
 *
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` where a host stands before it
 */
function siblingOf({ host }: RegistryRepository, name: string): string {
  const [first = '', ...rest] = name.split('/');
  const isHost = first.includes(':') || isLocalhost(first) || canonicalHost(first) === host;
  if (isHost && rest.length > 0) {
    throw new CafsError('INVALID_INPUT', `mountFrom names a host: ${quoted(name)}.`, {
      hint: `A registry takes blobs from its own repositories only. Give the path of one at ${host}, without a host: "owner/other".`,
    });
  }
  const sibling = parseRepository(`${host}/${name}`);
  return sibling.kind === 'registry' ? sibling.name : name;
}

/**
 * A digest becomes part of an address, and a descriptor has more fields than are wanted.
 *
 * @throws CafsError `INVALID_DIGEST`; `INVALID_INPUT` where the size is none
 */
function checked({ digest, size }: BlobRef): BlobRef {
  const parsed = parseDigest(digest);
  if (Number.isSafeInteger(size) && size >= 0) return { digest: parsed, size };
  throw new CafsError('INVALID_INPUT', `${String(size)} is no size of a blob (${parsed}).`);
}
