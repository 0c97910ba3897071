/** Keys as UTF-8, sorted by their bytes, each once. */
export interface Keys {
  /** One after another. */
  readonly keys: Buffer;
  /** Where each ends in `keys`. */
  readonly keyEnds: Uint32Array;
}

/** No keys at all. */
export const NO_KEYS: Keys = { keys: Buffer.alloc(0), keyEnds: new Uint32Array() };

/** Where a key starts in `keys`; of the one behind the last: where they end. */
export function keyStart({ keyEnds }: Keys, number: number): number {
  return number === 0 ? 0 : (keyEnds[number - 1] ?? 0);
}

/** The bytes of a key, as they lie in memory. */
export function keyAt(all: Keys, number: number): Buffer {
  return all.keys.subarray(keyStart(all, number), all.keyEnds[number]);
}

/** Whether a key has this number. */
export function isKeyAt(all: Keys, number: number, key: Uint8Array): boolean {
  const { keys, keyEnds } = all;
  if (number >= keyEnds.length) return false;
  return keys.compare(key, 0, key.length, keyStart(all, number), keyEnds[number]) === 0;
}

/**
 * The first key, from one number to before another, that is not before this one. Quick where it is
 * not far behind `from`.
 */
export function lowerBound(all: Keys, key: Uint8Array, from: number, to: number): number {
  const { keys, keyEnds } = all;
  let low = from;
  let high = to;
  // Bytes that the key shares with those on both sides, and so with all between them.
  let lowShared = 0;
  let highShared = 0;
  // Steps that double find the end of the search, where it does not begin at the start.
  let step = from === 0 ? 0 : 1;
  while (low < high) {
    const number = step > 0 ? Math.min(low + step - 1, high - 1) : (low + high) >>> 1;
    const start = keyStart(all, number);
    const most = Math.min((keyEnds[number] ?? 0) - start, key.length);
    let shared = Math.min(lowShared, highShared);
    while (shared < most && keys[start + shared] === key[shared]) shared += 1;
    const isBefore =
      shared < most ? (keys[start + shared] ?? 0) < (key[shared] ?? 0) : most < key.length;
    if (isBefore) {
      low = number + 1;
      lowShared = shared;
      step *= 2;
    } else {
      high = number;
      highShared = shared;
      step = 0;
    }
  }
  return low;
}

/** Which of two keys comes first: below 0 the one in `a`, above 0 the one in `b`; 0: they are equal. */
export function compareKeys(a: Keys, i: number, b: Keys, j: number): number {
  const start = keyStart(a, i);
  const other = keyStart(b, j);
  const longer = (a.keyEnds[i] ?? 0) - start - ((b.keyEnds[j] ?? 0) - other);
  const most = Math.min((a.keyEnds[i] ?? 0) - start, (b.keyEnds[j] ?? 0) - other);
  // For as few bytes as keys have, a call of `Buffer.compare` takes longer.
  for (let at = 0; at < most; at += 1) {
    const difference = (a.keys[start + at] ?? 0) - (b.keys[other + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return longer;
}

/** Some of the keys, in their order. */
export function selectKeys(source: Keys, numbers: readonly number[]): Keys {
  let end = 0;
  const keyEnds = Uint32Array.from(numbers, (number) => {
    end += (source.keyEnds[number] ?? 0) - keyStart(source, number);
    return end;
  });
  const selected = { keys: Buffer.allocUnsafe(end), keyEnds };
  for (const [i, number] of numbers.entries()) {
    selected.keys.set(keyAt(source, number), keyStart(selected, i));
  }
  return selected;
}
