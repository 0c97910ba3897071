import type { Digest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import type { Content } from './content.ts';

/** Where a content lies in a frame that is being made. */
export interface FramePart {
  readonly digest: Digest;
  /** Where the content starts in this frame's raw bytes; 0 in every frame of a large one. */
  readonly offset: number;
  /** Whether the content ends with this frame. */
  readonly last: boolean;
}

/** A frame before it is compressed. */
export interface RawFrame {
  readonly bytes: Uint8Array;
  readonly parts: readonly FramePart[];
}

/**
 * Cuts contents into frames: small ones are joined until a frame is full, one that fills a frame
 * by itself has frames of its own.
 *
 * @param frameSize raw bytes that a frame should have
 */
export async function* cutFrames(
  contents: AsyncIterable<Content> | Iterable<Content>,
  frameSize: number,
): AsyncGenerator<RawFrame> {
  let open = new OpenFrame(frameSize);
  for await (const content of contents) {
    if (content.size >= frameSize) {
      yield* cutLarge(content, frameSize);
      continue;
    }
    if (!open.fits(content.size)) {
      yield open.close();
      open = new OpenFrame(frameSize);
    }
    await open.add(content);
  }
  if (!open.empty) yield open.close();
}

class OpenFrame {
  readonly #buffer: Buffer;
  readonly #parts: FramePart[] = [];
  #length = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get empty(): boolean {
    return this.#parts.length === 0;
  }

  fits(size: number): boolean {
    return this.#length + size <= this.#buffer.length;
  }

  async add(content: Content): Promise<void> {
    const offset = this.#length;
    const end = offset + content.size;
    for await (const chunk of content.read()) {
      if (this.#length + chunk.byteLength > end) throw grew(content);
      this.#buffer.set(chunk, this.#length);
      this.#length += chunk.byteLength;
    }
    if (this.#length !== end) throw grew(content);
    this.#parts.push({ digest: content.digest, offset, last: true });
  }

  close(): RawFrame {
    return { bytes: this.#buffer.subarray(0, this.#length), parts: this.#parts };
  }
}

async function* cutLarge(content: Content, frameSize: number): AsyncGenerator<RawFrame> {
  let left = content.size;
  let buffer = Buffer.allocUnsafe(Math.min(frameSize, left));
  let filled = 0;
  for await (const chunk of content.read()) {
    let at = 0;
    while (at < chunk.byteLength) {
      if (left === 0) throw grew(content);
      const take = Math.min(chunk.byteLength - at, buffer.length - filled);
      buffer.set(chunk.subarray(at, at + take), filled);
      filled += take;
      at += take;
      if (filled < buffer.length) continue;
      left -= filled;
      yield { bytes: buffer, parts: [{ digest: content.digest, offset: 0, last: left === 0 }] };
      buffer = Buffer.allocUnsafe(Math.min(frameSize, left));
      filled = 0;
    }
  }
  if (left !== 0) throw grew(content);
}

function grew(content: Content): CafsError {
  return new CafsError(
    'CHANGED',
    `The content ${content.digest} has another size than ${String(content.size)} bytes.`,
  );
}
