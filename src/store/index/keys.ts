/** Keys as UTF-8, sorted by their bytes, each once. */
export interface Keys {
  /** One after another. */
  readonly keys: Buffer;
  /** Where each ends in `keys`. */
  readonly keyEnds: Uint32Array;
}

/** No keys at all. */
export const NO_KEYS: Keys = { keys: Buffer.alloc(0), keyEnds: new Uint32Array() };

/** The bytes of a key, as they lie in memory. */
export function keyAt({ keys, keyEnds }: Keys, number: number): Buffer {
  return keys.subarray(number === 0 ? 0 : keyEnds[number - 1], keyEnds[number]);
}

/** Keys that are known in their order, in one buffer. */
export function joinKeys(keys: readonly string[]): Keys {
  let end = 0;
  const keyEnds = Uint32Array.from(keys, (key) => (end += Buffer.byteLength(key)));
  return { keys: Buffer.from(keys.join('')), keyEnds };
}
