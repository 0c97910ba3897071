import { createHash } from 'node:crypto';

import type { Digest } from '../digest.ts';
import { compareBytes } from '../order.ts';
import type { Entry } from './entry.ts';
import { normalisePrefix } from './keys.ts';

/**
 * All entries of a store, in memory.
 *
 * Keys are sorted when an order is asked for, so that a prefix is one contiguous range and
 * hashing many folders is not quadratic.
 */
export class Index {
  readonly #entries: Map<string, Entry>;
  #sorted: string[] | undefined;

  constructor(entries: Iterable<readonly [string, Entry]> = []) {
    this.#entries = new Map(entries);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set(key: string, entry: Entry): void {
    if (!this.#entries.has(key)) this.#sorted = undefined;
    this.#entries.set(key, entry);
  }

  delete(key: string): boolean {
    const existed = this.#entries.delete(key);
    if (existed) this.#sorted = undefined;
    return existed;
  }

  clear(): void {
    this.#entries.clear();
    this.#sorted = undefined;
  }

  /** Keys and entries below a prefix, sorted by the bytes of the keys. */
  *range(prefix: string): Generator<[string, Entry]> {
    const start = normalisePrefix(prefix);
    const keys = this.#keys();
    for (let at = lowerBound(keys, start); at < keys.length; at += 1) {
      const key = keys[at];
      if (!key?.startsWith(start)) return;
      const entry = this.#entries.get(key);
      if (entry !== undefined) yield [key, entry];
    }
  }

  /**
   * The digest of a prefix: SHA-256 over a line per key below it (`rel NUL digest NUL size`),
   * sorted by bytes and joined by line feeds; `''` where there is no key.
   */
  hash(prefix: string): Digest | '' {
    const start = normalisePrefix(prefix);
    const hash = createHash('sha256');
    let separator = '';
    // Lines sort as their keys do: a key is followed by NUL, which no key holds and which sorts
    // before every other byte.
    for (const [key, { digest, size }] of this.range(start)) {
      hash.update(`${separator}${key.slice(start.length)}\0${digest}\0${String(size)}`);
      separator = '\n';
    }
    return separator === '' ? '' : `sha256:${hash.digest('hex')}`;
  }

  #keys(): readonly string[] {
    this.#sorted ??= [...this.#entries.keys()].sort(compareBytes);
    return this.#sorted;
  }
}

/** The first position whose key is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
