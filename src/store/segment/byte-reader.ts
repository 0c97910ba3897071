import { malformed } from './format.ts';

/** Reads bytes from the start to the end; what is not there or not well-formed throws. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes that are still to be read. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw malformed('it ends too early');
    this.#at += 1;
    return byte;
  }

  /** The next bytes, as they lie in memory: copy what is to stay. */
  take(count: number): Buffer {
    if (count > this.remaining) throw malformed('it ends too early');
    const start = this.#at;
    this.#at += count;
    return this.#bytes.subarray(start, this.#at);
  }

  /** A whole number from 0 to 2^53 - 1, in as few bytes as it takes. */
  varint(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 0x80;
    do {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
      if (value > Number.MAX_SAFE_INTEGER || factor > 2 ** 56)
        throw malformed('a number is too large');
    } while (byte >= 0x80);
    if (byte === 0) throw malformed('a number takes more bytes than it needs');
    return value;
  }

  /** A whole number of either sign: 0, 1, 2, 3 are 0, -1, 1, -2. */
  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A number of things that take at least `each` of the bytes that remain. */
  count(each: number): number {
    const count = this.varint();
    if (count * each > this.remaining) throw malformed('it ends too early');
    return count;
  }
}
