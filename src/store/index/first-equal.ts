import { randomInt } from 'node:crypto';

import { DIGEST_BYTES } from './limits.ts';

/** A field of things: a column with so many words for each of them. */
export interface Words {
  readonly words: Uint32Array;
  readonly width: number;
}

/** Digests, as they stand one after another. */
export function digestWords(column: Buffer): Words {
  const words = new Uint32Array(column.length / 4);
  new Uint8Array(words.buffer).set(column);
  return { words, width: DIGEST_BYTES / 4 };
}

/** Whole numbers. */
export function numberWords(column: Float64Array | Uint32Array | Uint8Array): Words {
  if (column instanceof Uint32Array) return { words: column, width: 1 };
  if (column instanceof Uint8Array) return { words: Uint32Array.from(column), width: 1 };
  return { words: new Uint32Array(column.slice().buffer), width: 2 };
}

/**
 * For each number of things the first number whose thing is the same in all fields. No object is made of
 * any of them: a table that somebody else has written may hold millions.
 *
 * @param count how many there are
 */
export function firstEqual(count: number, fields: readonly Words[]): Uint32Array {
  const firsts = new Uint32Array(count);
  const bits = Math.max(Math.ceil(Math.log2(count + 1)) + 1, 4);
  // One more than the number of a thing; 0: free.
  const slots = new Uint32Array(2 ** bits);
  const hashOf = hasher(fields);
  for (let number = 0; number < count; number += 1) {
    let slot = hashOf(number) >>> (32 - bits);
    let held = slots[slot] ?? 0;
    while (held > 0 && !isSame(fields, number, held - 1)) {
      slot = (slot + 1) % slots.length;
      held = slots[slot] ?? 0;
    }
    if (held === 0) slots[slot] = number + 1;
    firsts[number] = held === 0 ? number : held - 1;
  }
  return firsts;
}

/** Hashes with factors that nobody knows before: whoever wrote the table cannot make it slow. */
function hasher(fields: readonly Words[]): (number: number) => number {
  const width = fields.reduce((sum, field) => sum + field.width, 0);
  const factors = Uint32Array.from({ length: width + 1 }, () => 2 * randomInt(2 ** 31) + 1);
  return (number) => {
    let hash = 0;
    let at = 0;
    for (const { words, width: count } of fields) {
      for (let i = number * count; i < (number + 1) * count; i += 1) {
        hash = Math.imul(hash ^ (words[i] ?? 0), factors[at++] ?? 1);
        hash ^= hash >>> 16;
      }
    }
    return Math.imul(hash, factors[width] ?? 1);
  };
}

function isSame(fields: readonly Words[], one: number, two: number): boolean {
  for (const { words, width } of fields) {
    for (let i = 0; i < width; i += 1) {
      if (words[one * width + i] !== words[two * width + i]) return false;
    }
  }
  return true;
}
