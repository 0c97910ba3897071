import { malformed } from './malformed.ts';

/** Reads a stream of bytes in pieces of the sizes that its reader wants. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();
  #position = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes that have been read. */
  get position(): number {
    return this.#position;
  }

  /** Whether there are no bytes left. */
  async isAtEnd(): Promise<boolean> {
    while (this.#held.byteLength === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return true;
      this.#held = next.value;
    }
    return false;
  }

  /**
   * A number of bytes, which the caller has bounded, in memory.
   *
   * @throws CafsError `MALFORMED` where there are fewer
   */
  async read(length: number): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(this.take(length)), length);
  }

  /**
   * A number of bytes, piece by piece.
   *
   * @throws CafsError `MALFORMED` where there are fewer
   */
  async *take(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    const end = this.#position + length;
    while (this.#position < end) {
      if (await this.isAtEnd()) throw malformed('a layer ends in the middle of a content');
      const piece = this.#held.subarray(0, end - this.#position);
      this.#held = this.#held.subarray(piece.byteLength);
      this.#position += piece.byteLength;
      yield piece;
    }
  }

  /** Passes over bytes. */
  async skip(length: number): Promise<void> {
    const pieces = this.take(length);
    let next = await pieces.next();
    while (next.done !== true) next = await pieces.next();
  }

  /** Gives up the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
