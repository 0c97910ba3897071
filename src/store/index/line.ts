import { MAX_KEY_BYTES } from '../keys.ts';
import type { Info } from '../entry.ts';
import type { Columns } from './columns.ts';
import { DIGEST_BYTES } from './limits.ts';

/** NUL, a digest, NUL, a size of at most 16 digits. */
const MAX_REST_BYTES = 1 + 'sha256:'.length + 2 * DIGEST_BYTES + 1 + 16;

/** The longest line. */
export const MAX_LINE_BYTES = MAX_KEY_BYTES + MAX_REST_BYTES;

const ALGORITHM = Buffer.from('sha256:');
const HEX_DIGITS = Buffer.from('0123456789abcdef');
const ZERO = '0'.charCodeAt(0);

/**
 * A line of what a prefix's digest is computed over: key, NUL, digest, NUL, size. Of a prefix's own
 * line the prefix is missing in front, so a line without its first bytes serves for all of them.
 */
export class Line {
  keyLength = 0;
  /** 0: nothing was written yet. */
  length = 0;
  /** What the line stands at the start of. */
  #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Goes on in a copy of its bytes. */
  moveTo(bytes: Buffer): void {
    this.#bytes = bytes;
  }

  /** How many bytes, up to a limit, the key in this line shares with another. */
  sharedWith(keys: Uint8Array, start: number, end: number, limit: number): number {
    const most = Math.min(this.keyLength, end - start, limit);
    let shared = 0;
    while (shared < most && this.#bytes[shared] === keys[start + shared]) shared += 1;
    return shared;
  }

  writeRow({ data }: Columns, row: number, start: number): void {
    this.#writeKey(data.keys, start, data.keyEnds[row] ?? 0);
    const bytes = this.#bytes;
    let at = this.#writeAlgorithm();
    const digest = row * DIGEST_BYTES;
    for (let i = digest; i < digest + DIGEST_BYTES; i += 1) {
      const byte = data.digests[i] ?? 0;
      bytes[at++] = HEX_DIGITS[byte >> 4] ?? 0;
      bytes[at++] = HEX_DIGITS[byte & 15] ?? 0;
    }
    this.#writeSize(at, data.sizes[row] ?? 0);
  }

  writeEntry(key: Uint8Array, { digest, size }: Pick<Info, 'digest' | 'size'>): void {
    this.#writeKey(key, 0, key.length);
    const at = this.#writeAlgorithm();
    this.#bytes.write(digest.slice(ALGORITHM.length), at, 'latin1');
    this.#writeSize(at + 2 * DIGEST_BYTES, size);
  }

  #writeKey(keys: Uint8Array, start: number, end: number): void {
    const bytes = this.#bytes;
    let at = 0;
    for (let i = start; i < end; i += 1) bytes[at++] = keys[i] ?? 0;
    this.keyLength = at;
  }

  #writeAlgorithm(): number {
    let at = this.keyLength;
    this.#bytes[at++] = 0;
    this.#bytes.set(ALGORITHM, at);
    return at + ALGORITHM.length;
  }

  #writeSize(start: number, size: number): void {
    const bytes = this.#bytes;
    bytes[start] = 0;
    let end = start + 2;
    for (let rest = size; rest >= 10; rest = Math.floor(rest / 10)) end += 1;
    this.length = end;
    let rest = size;
    do {
      bytes[--end] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    } while (rest > 0);
  }
}
