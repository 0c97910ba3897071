import { type Digest, EMPTY_DIGEST, digestOf } from '../../digest.ts';
import { hasCode } from '../../errors.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { GoRecord } from './records.ts';

/** Contents up to this size, in bytes, are held in memory. */
const SMALL_BYTES = 1024 * 1024;

/** Brings wanted contents to this disk, out of layers and from wherever else they can be had. */
export class Contents {
  readonly #blobs: Blobs;
  /** The sizes that the index gives, in bytes. */
  readonly #wanted: ReadonlyMap<Digest, number>;
  readonly #signal: AbortSignal | undefined;
  readonly #here = new Set<Digest>();
  readonly #damaged = new Map<Digest, string>();

  constructor(blobs: Blobs, wanted: ReadonlyMap<Digest, number>, signal?: AbortSignal) {
    this.#blobs = blobs;
    this.#wanted = wanted;
    this.#signal = signal;
  }

  /** Whether a content is on this disk, whole and verified. */
  has(digest: Digest): boolean {
    return this.#here.has(digest);
  }

  /** What is wrong with a content that a layer has; undefined for one that no layer has. */
  whyDamaged(digest: Digest): string | undefined {
    return this.#damaged.get(digest);
  }

  /**
   * Keeps a content of a layer, if it is wanted and what it is called. One that is not need be no
   * attack: the Go package pushes what its files hold by then, unread.
   */
  async take(record: GoRecord): Promise<void> {
    const { digest, size } = record;
    const wanted = this.#wanted.get(digest);
    if (wanted === undefined || this.#here.has(digest)) return;
    const damage = wanted === size ? await this.#keep(record) : sizes(size, wanted);
    if (damage === undefined) this.#here.add(digest);
    else this.#damaged.set(digest, damage);
  }

  /** Looks for what no layer has: the content without bytes, and what is on this disk already. */
  async lookElsewhere(): Promise<void> {
    if (this.#wanted.get(EMPTY_DIGEST) === 0) this.#here.add(this.#blobs.put(new Uint8Array()));
    for (const [digest, size] of this.#wanted) {
      this.#signal?.throwIfAborted();
      if (!this.#here.has(digest) && (await this.#isOnDisk(digest, size))) this.#here.add(digest);
    }
  }

  /** Gives what is wrong with it. */
  async #keep({ digest, size, ...record }: GoRecord): Promise<string | undefined> {
    let found: Digest;
    if (size <= SMALL_BYTES) {
      const bytes = await record.whole();
      found = digestOf(bytes);
      if (found === digest) this.#blobs.put(bytes);
    } else {
      found = (await this.#blobs.putStream(record.pieces(), { signal: this.#signal })).digest;
    }
    return found === digest ? undefined : `its bytes have the digest ${found}`;
  }

  async #isOnDisk(digest: Digest, size: number): Promise<boolean> {
    if (this.#blobs.sizeOf(digest) !== size) return false;
    try {
      let read = 0;
      for await (const piece of this.#blobs.stream(digest) ?? []) read += piece.byteLength;
      return read === size;
    } catch (error) {
      if (hasCode(error, 'INTEGRITY') || hasCode(error, 'NOT_FOUND')) return false;
      throw error;
    }
  }
}

function sizes(found: number, wanted: number): string {
  return `it has ${String(found)} bytes there, and ${String(wanted)} in the index`;
}
