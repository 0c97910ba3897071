import { randomFillSync } from 'node:crypto';

import type { Digest } from '../digest.ts';
import { hexOf } from '../digest.ts';

const BYTES = 32;

/**
 * Digests without an order, in at most 66 to 132 bytes each; a `Set` of strings takes twice as much,
 * and a garbage collection may have millions to remember.
 *
 * An index names what digests it likes, so that their bytes are not random. Places are drawn from a
 * random table by each byte (tabulation hashing), with which linear probing takes constant time on
 * average, whatever the digests: https://doi.org/10.1145/1993636.1993638.
 */
export class DigestSet {
  readonly #table = randomFillSync(new Uint32Array(BYTES * 256));
  #capacity = 1024;
  #slots = Buffer.alloc(this.#capacity * BYTES);
  #used = new Uint8Array(this.#capacity);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(digest: Digest): void {
    const bytes = Buffer.from(hexOf(digest), 'hex');
    if (!this.#insert(bytes)) return;
    if (this.#size * 2 > this.#capacity) this.#grow();
  }

  has(digest: Digest): boolean {
    return this.#used[this.#find(Buffer.from(hexOf(digest), 'hex'))] === 1;
  }

  #insert(bytes: Buffer): boolean {
    const slot = this.#find(bytes);
    if (this.#used[slot] === 1) return false;
    this.#used[slot] = 1;
    bytes.copy(this.#slots, slot * BYTES);
    this.#size += 1;
    return true;
  }

  /** The slot that holds the bytes, or the one that is free for them. */
  #find(bytes: Buffer): number {
    const mask = this.#capacity - 1;
    let slot = this.#place(bytes) & mask;
    while (this.#used[slot] === 1) {
      const at = slot * BYTES;
      if (bytes.compare(this.#slots, at, at + BYTES) === 0) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #place(bytes: Buffer): number {
    const table = this.#table;
    let place = 0;
    for (let at = 0; at < BYTES; at += 1) place ^= table[(at << 8) | (bytes[at] ?? 0)] ?? 0;
    return place;
  }

  #grow(): void {
    const slots = this.#slots;
    const used = this.#used;
    this.#capacity *= 2;
    this.#slots = Buffer.alloc(this.#capacity * BYTES);
    this.#used = new Uint8Array(this.#capacity);
    this.#size = 0;
    for (const [slot, isUsed] of used.entries()) {
      if (isUsed === 1) this.#insert(slots.subarray(slot * BYTES, (slot + 1) * BYTES));
    }
  }
}
