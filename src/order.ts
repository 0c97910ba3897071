import { bytesOf } from './names.ts';

/**
 * Orders strings by their UTF-8 bytes, as Go does; and paths by their bytes, which need not be UTF-8
 * (see `names.ts`).
 *
 * JavaScript's own order goes by UTF-16 units, which puts characters beyond the BMP (surrogate
 * pairs, from 0xD800) before U+E000 to U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    if (!isSurrogate(x) && !isSurrogate(y)) return x - y;
    if (!a.isWellFormed() || !b.isWellFormed()) return bytesOf(a).compare(bytesOf(b));
    return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other units; the order among themselves is right already. */
function rank(unit: number): number {
  return isSurrogate(unit) ? unit + 0x10000 : unit;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
