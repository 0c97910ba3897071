import type { Entry } from './entry.ts';
import { Index } from './entry-index.ts';

/** Encodes entries. */
export function encodeSegment(entries: Iterable<readonly [string, Entry]>): Buffer {
  return new Index(entries).encode();
}

/**
 * Decodes a segment; every field is checked.
 *
 * @throws CafsError `MALFORMED`, or `UNSUPPORTED_VERSION` for a newer format
 */
export function decodeSegment(bytes: Uint8Array): [string, Entry][] {
  return [...Index.decode(bytes).range('')];
}
