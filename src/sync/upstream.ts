import type { Digest } from '../digest.ts';
import { CafsError, type ErrorCode, NotFoundError } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { parseTag } from '../oci/reference.ts';
import type { Remote } from '../oci/remote.ts';
import type { Blobs } from '../store/blobs.ts';
import type { DeliverOptions, Receiver } from '../store/deliver.ts';
import type { Entry } from '../store/entry.ts';
import type { Index } from '../store/entry-index.ts';
import type { Pulled, PushRequest, Upstream } from '../store/upstream.ts';
import { deliverAnew } from './deliver-anew.ts';
import { downloadsFrom } from './download.ts';
import { push } from './push.ts';
import { readIndex, readSnapshot } from './snapshot.ts';

/** How a store works with its remote. */
export interface UpstreamOptions {
  /** Keeps manifests, configs and segments, so that they are fetched once. */
  readonly blobs: Blobs;
  readonly concurrency?: number | undefined;
  readonly observer?: Observer | undefined;
  /** What is to be said of errors that the remote may be the wrong one for. */
  readonly hint?: string | undefined;
  /** See `MoveOptions`. */
  readonly windowMs?: number | undefined;
}

/** Codes of errors that a remote may be the wrong one for. */
const OF_REMOTES: readonly ErrorCode[] = [
  'UNREACHABLE',
  'UNAUTHORIZED',
  'DENIED',
  'NOT_FOUND',
  'NOT_A_SNAPSHOT',
  'REMOTE',
  'TIMEOUT',
];

/** Whether an error may come from a remote that is not the one that was meant. */
export function isOfRemote(error: unknown): error is CafsError {
  return error instanceof CafsError && OF_REMOTES.includes(error.code);
}

/** One tag of a remote, as a store pushes to it and pulls from it. */
export class TagUpstream implements Upstream {
  readonly #remote: Remote;
  readonly #tag: string;
  readonly #options: UpstreamOptions;

  constructor(remote: Remote, tag: string, options: UpstreamOptions) {
    this.#remote = remote;
    this.#tag = tag;
    this.#options = options;
  }

  get ref(): string {
    return `${this.#remote.name}:${this.#tag}`;
  }

  deliver(
    entries: Iterable<Entry>,
    receiver: Receiver,
    options: DeliverOptions = {},
  ): Promise<void> {
    const { concurrency, observer } = this.#options;
    const defaults = {
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(observer === undefined ? {} : { observer }),
    };
    const readIndex = (): Promise<Index | undefined> => this.#readIndex(options.signal);
    const download = downloadsFrom(this.#remote);
    return deliverAnew(download, entries, receiver, { ...defaults, ...options, readIndex });
  }

  async push(request: PushRequest): Promise<void> {
    const { tags } = request;
    const targets = tags.length === 0 ? [this.#tag] : [...new Set(tags.map(parseTag))];
    const context = { ...this.#options, remote: this.#remote, ownTag: this.#tag };
    await this.#hinting(() => push(context, request, targets));
  }

  pull(seen: readonly Digest[], signal?: AbortSignal): Promise<Pulled | 'absent' | 'seen'> {
    return this.#hinting(() => this.#pull(seen, signal));
  }

  async #pull(seen: readonly Digest[], signal?: AbortSignal): Promise<Pulled | 'absent' | 'seen'> {
    const { blobs } = this.#options;
    const at = await this.#remote.resolve(this.#tag, { signal });
    if (at === undefined) return 'absent';
    if (seen.includes(at.digest)) return 'seen';
    const options = { blobs, signal };
    const snapshot = await readSnapshot(this.#remote, this.#tag, { at: at.digest, ...options });
    if (snapshot === undefined) return 'absent';
    const { entries } = await readIndex(this.#remote, snapshot, options);
    const { merged, first } = snapshot.config;
    const { digest } = snapshot.descriptor;
    const how = { isWhole: true, isPulled: true, isPending: false };
    return { snapshot: digest, merged, first, ref: this.ref, ...how, entries };
  }

  async #hinting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { hint } = this.#options;
      if (hint === undefined || !isOfRemote(error)) throw error;
      const both = error.hint === undefined ? hint : `${error.hint} ${hint}`;
      const options = { hint: both, cause: error };
      if (error instanceof NotFoundError) throw new NotFoundError(error.message, options);
      throw new CafsError(error.code, error.message, options);
    }
  }

  async #readIndex(signal: AbortSignal | undefined): Promise<Index | undefined> {
    const options = { blobs: this.#options.blobs, signal };
    const snapshot = await readSnapshot(this.#remote, this.#tag, options);
    return snapshot && (await readIndex(this.#remote, snapshot, options)).entries;
  }

  close(): Promise<void> {
    return this.#remote.close();
  }
}
