import { compareBytes } from '../../order.ts';
import type { KeptEntry } from './kept-entry.ts';

/** A key with its new entry; undefined: it is deleted. */
export type Change = readonly [key: string, entry: KeptEntry | undefined];

const SURROGATE_OR_BEYOND = /[\ud800-\uffff]/;

/** Changes on top of columns: few enough to be sorted when an order is asked for. */
export class Overlay {
  readonly #changes = new Map<string, KeptEntry | undefined>();
  /** All of them, in order; undefined: something changed since. */
  #sorted: readonly Change[] | undefined;
  /** Whether a part was asked for since the last change. */
  #wasRead = false;

  get size(): number {
    return this.#changes.size;
  }

  has(key: string): boolean {
    return this.#changes.has(key);
  }

  get(key: string): KeptEntry | undefined {
    return this.#changes.get(key);
  }

  set(key: string, entry: KeptEntry | undefined): void {
    this.#changes.set(key, entry);
    this.#touch();
  }

  /** The keys that were set or deleted, in no order. */
  keys(): Iterable<string> {
    return this.#changes.keys();
  }

  clear(): void {
    this.#changes.clear();
    this.#touch();
  }

  /** The changes below a prefix, sorted by the bytes of their keys. Later changes leave it alone. */
  below(prefix: string): readonly Change[] {
    // One look after each change, at a small part, must not cost sorting all of them.
    if (this.#sorted === undefined && prefix !== '' && !this.#wasRead) {
      this.#wasRead = true;
      return sort([...this.#changes].filter(([key]) => key.startsWith(prefix)));
    }
    this.#sorted ??= sort([...this.#changes]);
    if (prefix === '') return this.#sorted;
    const from = lowerBound(this.#sorted, prefix);
    let to = from;
    while (this.#sorted[to]?.[0].startsWith(prefix) === true) to += 1;
    return this.#sorted.slice(from, to);
  }

  #touch(): void {
    this.#sorted = undefined;
    this.#wasRead = false;
  }
}

function sort(changes: Change[]): Change[] {
  // Without these units the order of UTF-16, which is built in, is that of the bytes.
  const isPlain = changes.every(([key]) => !SURROGATE_OR_BEYOND.test(key));
  return changes.sort(isPlain ? compareUnits : (a, b) => compareBytes(a[0], b[0]));
}

function compareUnits(a: Change, b: Change): number {
  if (a[0] === b[0]) return 0;
  return a[0] < b[0] ? -1 : 1;
}

/** The first position whose key is not before `key`. */
function lowerBound(changes: readonly Change[], key: string): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(changes[middle]?.[0] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
