import type { Digest } from '../digest.ts';
import { hexOf } from '../digest.ts';

const BYTES = 32;

/**
 * Digests without an order, in at most 66 to 132 bytes each; a `Set` of strings takes twice as much,
 * and a garbage collection may have millions to remember.
 */
export class DigestSet {
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
    let slot = bytes.readUInt32LE(0) & mask;
    while (this.#used[slot] === 1) {
      const at = slot * BYTES;
      if (bytes.compare(this.#slots, at, at + BYTES) === 0) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
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
