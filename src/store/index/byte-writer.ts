import { CafsError } from '../../errors.ts';
import { MAX_FRAME_USES, MAX_SEGMENT_BYTES } from './limits.ts';

/** Bytes that grow at the end. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(expected = 256) {
    this.#bytes = Buffer.allocUnsafe(expected);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(data: Uint8Array): void {
    this.#reserve(data.length);
    this.#bytes.set(data, this.#length);
    this.#length += data.length;
  }

  /** Text as UTF-8; gives its number of bytes. */
  text(text: string): number {
    this.#reserve(text.length * 3);
    const written = this.#bytes.write(text, this.#length);
    this.#length += written;
    return written;
  }

  /** A whole number from 0 to 2^53 - 1 as LEB128: seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number of either sign, below 2^52: 0, -1, 1, -2 become 0, 1, 2, 3. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** What was written; the memory is this writer's own, so write no more. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    if (this.#length > MAX_SEGMENT_BYTES) throw tooLarge();
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** The error for an index that names more frames than a segment may. */
export function tooManyFrames(): CafsError {
  return new CafsError(
    'INVALID_INPUT',
    `The entries name more than ${String(MAX_FRAME_USES)} frames; those of a segment name no more.`,
    { hint: HINT },
  );
}

const HINT =
  'Delete entries, or put them again with less metadata; then try again. Spread what is left over several namespaces.';

/** The error for an index that no segment can hold. */
export function tooLarge(): CafsError {
  return new CafsError(
    'INVALID_INPUT',
    `The index takes more than ${String(MAX_SEGMENT_BYTES)} bytes; a segment holds no more.`,
    { hint: HINT },
  );
}
