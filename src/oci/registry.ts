import { type Digest, digestOf, parseDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { withAuth } from './auth.ts';
import type { Authenticator } from './credentials.ts';
import { checkedContent } from './blob-content.ts';
import { blobExists } from './blob-exists.ts';
import { streamBlob } from './blob-stream.ts';
import { withDeadlines } from './deadline.ts';
import { deleteManifest } from './delete-manifest.ts';
import { downloadBlob, downloadRange } from './download.ts';
import { type Endpoint, baseUrl } from './endpoint.ts';
import { fetchManifest, resolveManifest, storeManifest } from './manifests.ts';
import { Meter, metered } from './meter.ts';
import { followingRedirects } from './redirect.ts';
import {
  type RegistryRepository,
  formatRepository,
  parseRepository,
  parseTag,
} from './reference.ts';
import type {
  BlobContent,
  ByteRange,
  CallOptions,
  FetchedManifest,
  PutBlobOptions,
  PutManifestOptions,
  Remote,
  RemoteStats,
  RemoteTraits,
  TagOrDigest,
} from './remote.ts';
import { DEFAULT_POLICY, type RetryPolicy, withRetries } from './retry.ts';
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
  readonly retry?: RetryPolicy;
  readonly timeouts?: Timeouts;
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
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;

  constructor(repository: RegistryRepository, options: RegistryOptions = {}) {
    const { credentials, retry: policy = DEFAULT_POLICY } = options;
    const { signal: closing } = this.#closing;
    const signal =
      options.signal === undefined ? closing : AbortSignal.any([options.signal, closing]);
    this.name = formatRepository(repository);
    this.#repository = repository;
    this.#signal = signal;
    this.#connections = openConnections(options.timeouts ?? DEFAULT_TIMEOUTS);
    const base = baseUrl(repository, options.plainHttp);
    const counted = metered(this.#connections.transport, this.#meter);
    const inTime = withDeadlines(counted, policy.clock);
    const transport = withAuth(withRetries(followingRedirects(inTime), policy), {
      registry: base,
      host: repository.host,
      repository: repository.name,
      credentials,
      policy,
      signal,
    });
    const sourceMs = options.timeouts?.source;
    this.#endpoint = { name: this.name, base, transport, policy, sourceMs };
  }

  get stats(): RemoteStats {
    return this.#meter;
  }

  async resolve(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<Descriptor | undefined> {
    return resolveManifest(this.#endpoint, reference, this.#signalFor(options));
  }

  async getManifest(
    reference: TagOrDigest,
    options: CallOptions = {},
  ): Promise<FetchedManifest | undefined> {
    return fetchManifest(this.#endpoint, reference, this.#signalFor(options));
  }

  async putManifest(
    bytes: Uint8Array,
    mediaType: string,
    tags: readonly string[],
    { signal: given, notAfter }: PutManifestOptions = {},
  ): Promise<Descriptor> {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    const references = tags.length === 0 ? [descriptor.digest] : tags.map(parseTag);
    const options = { signal: this.#signalFor({ signal: given }), notAfter };
    for (const reference of references) {
      await storeManifest(this.#endpoint, reference, bytes, descriptor, options);
    }
    return descriptor;
  }

  async hasBlob(digest: Digest, options: CallOptions = {}): Promise<boolean> {
    const signal = this.#signalFor(options);
    return blobExists(this.#endpoint, parseDigest(digest), { signal });
  }

  async getBlob(blob: BlobRef, options: CallOptions = {}): Promise<Uint8Array> {
    return downloadBlob(this.#endpoint, checked(blob), this.#signalFor(options));
  }

  getBlobStream(blob: BlobRef, options: CallOptions = {}): AsyncIterable<Uint8Array> {
    const { endpoint, signal } = { endpoint: this.#endpoint, signal: this.#signalFor(options) };
    // What is wrong with the arguments is thrown where the stream is read, like all else.
    return (async function* () {
      yield* streamBlob(endpoint, checked(blob), signal);
    })();
  }

  async getBlobRange(
    blob: BlobRef,
    range: ByteRange,
    options: CallOptions = {},
  ): Promise<Uint8Array> {
    return downloadRange(this.#endpoint, checked(blob), range, this.#signalFor(options));
  }

  async putBlob(digest: Digest, content: BlobContent, options: PutBlobOptions = {}): Promise<void> {
    const { mayExist, mountFrom } = options;
    await uploadBlob(this.#endpoint, parseDigest(digest), checkedContent(content), {
      mayExist,
      mountFrom: mountFrom === undefined ? undefined : siblingOf(this.#repository, mountFrom),
      signal: this.#signalFor(options),
    });
  }

  async delete(reference: TagOrDigest, options: CallOptions = {}): Promise<boolean> {
    return deleteManifest(this.#endpoint, reference, this.#signalFor(options));
  }

  async listTags(options: CallOptions = {}): Promise<readonly string[]> {
    return fetchTags(this.#endpoint, this.#signalFor(options));
  }

  async close(): Promise<void> {
    // What waits to try again has no connection that could end it.
    this.#closing.abort(new CafsError('UNREACHABLE', `The remote ${this.name} has been closed.`));
    await this.#connections.close();
  }

  #signalFor({ signal }: CallOptions): AbortSignal {
    return signal === undefined ? this.#signal : AbortSignal.any([signal, this.#signal]);
  }
}

/**
 * The name of another repository in the same registry: it becomes part of an address and of a scope.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
function siblingOf({ host }: RegistryRepository, name: string): string {
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
