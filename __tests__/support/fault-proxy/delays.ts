import { createHash } from 'node:crypto';

import type { Exchange } from './exchange.ts';

/**
 * A delay for each request, for a proxy's `delay`: whole milliseconds from 0 to the most, evenly spread.
 * The same for the same seed and the how-manieth request it is, whatever came before.
 *
 * @param seed any text
 * @param mostMs the longest
 */
export function randomDelays(
  seed: string,
  mostMs: number,
): (exchange: Pick<Exchange, 'index'>) => number {
  return ({ index }) => {
    const hash = createHash('sha256')
      .update(`${seed} ${String(index)}`)
      .digest();
    return Math.floor((hash.readUInt32LE(0) / 2 ** 32) * (mostMs + 1));
  };
}
