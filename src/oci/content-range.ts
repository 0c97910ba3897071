/** Which bytes of the whole a partial answer holds. */
export interface ContentRange {
  /** Position of the first byte, from 0. */
  readonly start: number;
  /** Position of the last byte: `0-0` is one byte. */
  readonly end: number;
  /** Bytes of the whole; undefined where the server does not know (`*`). */
  readonly size: number | undefined;
}

/** Anchored at both ends and with a bound on every number: linear, whatever it is held against. */
const RANGE = /^\s*bytes\s+(\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)\s*$/i;

/**
 * Reads the `Content-Range` of a 206. Undefined where it is none that can be relied on: another
 * unit, an end before the start or beyond the whole, numbers that a double does not hold, and the
 * form of a 416, which tells the size of the whole and holds no bytes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4
 * @example
 * parseContentRange('bytes 0-9/100'); // { start: 0, end: 9, size: 100 }
 */
export function parseContentRange(text: string): ContentRange | undefined {
  const [, first, last, whole] = RANGE.exec(text) ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = Number(last);
  const size = whole === '*' ? undefined : Number(whole);
  if (![start, end, size ?? 0].every(Number.isSafeInteger)) return undefined;
  if (start > end || (size !== undefined && end >= size)) return undefined;
  return { start, end, size };
}
