import { type Digest, EMPTY_DIGEST, digestOf } from '../digest.ts';
import type { FrameRef, Location, PackRef } from '../location.ts';
import type { Content } from './content.ts';
import { type EncodedFrame, encodeFrame } from './frame.ts';
import { type FramePart, type RawFrame, cutFrames } from './framer.ts';

/** How contents are packed. */
export interface PackOptions {
  /** zstd's level, 1 to 19. Default 3. */
  readonly level?: number;
  /** Raw bytes of a frame. Default 512 KiB: one Range request gets little more than is wanted. */
  readonly frameSize?: number;
  /** Stored bytes of a pack, which at most one frame exceeds. Default 32 MiB. */
  readonly packSize?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A pack that is ready to be uploaded, in memory. */
export interface Pack {
  readonly ref: PackRef;
  readonly bytes: Uint8Array;
  /** The contents that end in this pack; their first frames may lie in packs before it. */
  readonly contents: readonly (readonly [Digest, Location])[];
}

const DEFAULTS = { level: 3, frameSize: 512 * 1024, packSize: 32 * 1024 * 1024 };

/** Frames that are being compressed at the same time. */
const WINDOW = 4;

/**
 * Packs contents, in their order, a pack at a time. What it holds in memory does not grow with
 * the number or the size of the contents.
 */
export async function* packContents(
  contents: AsyncIterable<Content> | Iterable<Content>,
  options: PackOptions = {},
): AsyncGenerator<Pack> {
  const level = options.level ?? DEFAULTS.level;
  const packSize = options.packSize ?? DEFAULTS.packSize;
  const pending = new Map<Digest, FrameRef[]>();
  let open = new OpenPack(pending);
  for await (const [frame, parts] of encoded(
    cutFrames(contents, options.frameSize ?? DEFAULTS.frameSize),
    level,
  )) {
    options.signal?.throwIfAborted();
    open.add(frame, parts);
    if (open.size >= packSize) {
      yield open.close();
      open = new OpenPack(pending);
    }
  }
  if (open.size > 0) yield open.close();
}

/** Compresses a few frames ahead, and gives them in order. */
async function* encoded(
  frames: AsyncIterable<RawFrame>,
  level: number,
): AsyncGenerator<[EncodedFrame, readonly FramePart[]]> {
  const queue: { readonly frame: Promise<EncodedFrame>; readonly parts: readonly FramePart[] }[] =
    [];
  for await (const { bytes, parts } of frames) {
    const frame = encodeFrame(bytes, level);
    // It is awaited below, but maybe only after another one has failed.
    frame.catch(() => undefined);
    queue.push({ frame, parts });
    const first = queue.length >= WINDOW ? queue.shift() : undefined;
    if (first !== undefined) yield [await first.frame, first.parts];
  }
  for (const { frame, parts } of queue) yield [await frame, parts];
}

/** A frame whose pack, and so the pack's digest, is known only when the pack is closed. */
type Draft = { -readonly [Field in keyof FrameRef]: FrameRef[Field] };

const NO_PACK: PackRef = { digest: EMPTY_DIGEST, size: 0 };

class OpenPack {
  size = 0;
  readonly #chunks: Uint8Array[] = [];
  readonly #frames: Draft[] = [];
  readonly #ended: (readonly [Digest, Location])[] = [];
  /** Frames of the large content that is being cut: they may lie in several packs. */
  readonly #pending: Map<Digest, FrameRef[]>;

  constructor(pending: Map<Digest, FrameRef[]>) {
    this.#pending = pending;
  }

  add({ bytes, rawSize, digest, codec }: EncodedFrame, parts: readonly FramePart[]): void {
    const storedSize = bytes.byteLength;
    const frame: Draft = { pack: NO_PACK, offset: this.size, storedSize, rawSize, digest, codec };
    this.#chunks.push(bytes);
    this.#frames.push(frame);
    this.size += storedSize;
    for (const part of parts) {
      const frames = this.#pending.get(part.digest) ?? [];
      frames.push(frame);
      if (part.last) {
        this.#pending.delete(part.digest);
        this.#ended.push([part.digest, { frames, offset: part.offset }]);
      } else {
        this.#pending.set(part.digest, frames);
      }
    }
  }

  close(): Pack {
    const bytes = Buffer.concat(this.#chunks, this.size);
    const ref: PackRef = { digest: digestOf(bytes), size: bytes.byteLength };
    for (const frame of this.#frames) frame.pack = ref;
    return { ref, bytes, contents: this.#ended };
  }
}
