/**
 * Orders strings by their UTF-8 bytes, as Go does.
 *
 * JavaScript's own order goes by UTF-16 units, which puts characters beyond the BMP (surrogate
 * pairs, from 0xD800) before U+E000 to U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other units; the order among themselves is right already. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
