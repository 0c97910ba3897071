import type { Digest } from '../digest.ts';
import type { Remote } from '../oci/remote.ts';
import type { Carrier } from './segments.ts';
import {
  type ReadOptions,
  type Snapshot,
  readIndex,
  readSnapshot,
  segmentsOf,
} from './snapshot.ts';
import { isUnusable } from './unusable.ts';

/** Snapshots of a remote, each with its index, which is read once. */
export class OpenedSnapshots {
  readonly #remote: Remote;
  readonly #options: ReadOptions;
  readonly #all = new Map<Digest, Carrier>();

  constructor(remote: Remote, options: ReadOptions) {
    this.#remote = remote;
    this.#options = options;
  }

  /** In the order in which they were opened. */
  get all(): readonly Carrier[] {
    return [...this.#all.values()];
  }

  /** @throws as `readIndex` */
  async open(snapshot: Snapshot): Promise<Carrier> {
    const { digest } = snapshot.descriptor;
    const known = this.#all.get(digest);
    if (known !== undefined) return known;
    const carrier = await this.#read(snapshot);
    this.#all.set(digest, carrier);
    return carrier;
  }

  /** Opens what a tag points to if that can be used: it would spare work, and is not needed. */
  async tryTag(tag: string): Promise<void> {
    await unlessUnusable(async () => {
      const snapshot = await readSnapshot(this.#remote, tag, this.#options);
      return snapshot && (await this.open(snapshot));
    });
  }

  /**
   * Reads a snapshot that need not be there any more, nor at any tag, if its index can be built on. It
   * is none of {@link OpenedSnapshots.all}: its packs may be gone.
   */
  async tryCarrier(reference: Digest): Promise<Carrier | undefined> {
    return unlessUnusable(async () => {
      const snapshot = await readSnapshot(this.#remote, reference, this.#options);
      return snapshot && (await this.hasIndex(snapshot)) ? this.#read(snapshot) : undefined;
    });
  }

  /** Whether the remote has what tells of a snapshot's entries, and not this disk alone. */
  async hasIndex({ manifest }: Snapshot): Promise<boolean> {
    const { signal } = this.#options;
    const blobs = [manifest.config, ...segmentsOf({ manifest })];
    const found = await Promise.all(
      blobs.map(({ digest, size }) => this.#remote.hasBlob(digest, { size, signal })),
    );
    return !found.includes(false);
  }

  async #read(snapshot: Snapshot): Promise<Carrier> {
    return { snapshot, index: await readIndex(this.#remote, snapshot, this.#options) };
  }
}

async function unlessUnusable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isUnusable(error)) return undefined;
    throw error;
  }
}
