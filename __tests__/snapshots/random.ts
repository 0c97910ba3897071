import { digestOf, hexOf } from '../../src/digest.ts';

/** Of all that is random in these tests; another one: `CAFS_TEST_SEED=7 npm test`. */
const SEED = process.env['CAFS_TEST_SEED'] ?? '1';

/**
 * Random choices that are the same for the same seed.
 *
 * @see https://pracrand.sourceforge.net/ for sfc32, which this is
 */
export class Random {
  readonly #seed: string;
  readonly #state: Uint32Array;

  /** @param name what the choices are for: others have other ones */
  constructor(name: string, seed = SEED) {
    this.#seed = `${seed} ${name}`;
    const hash = Buffer.from(hexOf(digestOf(this.#seed)), 'hex');
    this.#state = Uint32Array.from({ length: 4 }, (_, i) => hash.readUInt32LE(4 * i));
  }

  /** Choices that do not depend on how many were made before. */
  of(name: string | number): Random {
    return new Random(String(name), this.#seed);
  }

  /** 32 bits. */
  next(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, counter = 0] = state;
    const result = (a + b + counter) >>> 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + result;
    state[3] = counter + 1;
    return result;
  }

  /** From 0 on, below 1. */
  share(): number {
    return this.next() / 2 ** 32;
  }

  /** A whole number from 0 on, below `end`. */
  below(end: number): number {
    return Math.floor(this.share() * end);
  }

  /** Whether something happens that is so probable. */
  chance(share: number): boolean {
    return this.share() < share;
  }

  /** One of them. */
  pick<T>(all: readonly T[]): T {
    if (all.length === 0) throw new Error('There is nothing to choose from.');
    return all[this.below(all.length)] as T;
  }

  /** Some of them, in any order, each once. */
  some<T>(all: readonly T[], count: number): T[] {
    const rest = [...all];
    const chosen: T[] = [];
    while (chosen.length < count && rest.length > 0) {
      chosen.push(...rest.splice(this.below(rest.length), 1));
    }
    return chosen;
  }

  /** Bytes that no compressor makes smaller. */
  noise(length: number): Buffer {
    const words = new Uint32Array(Math.ceil(length / 4));
    for (let i = 0; i < words.length; i += 1) words[i] = this.next();
    return Buffer.from(words.buffer, 0, length);
  }
}
