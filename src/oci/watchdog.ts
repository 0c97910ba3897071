import type { BlobContent } from './remote.ts';
import { SLICE_BYTES, bodyPieces, bodySize } from './request-body.ts';

/** How long an upload may stand still, in milliseconds. */
export interface UploadPatience {
  /** Between two pieces that the other side takes. */
  readonly piece: number;
  /** Until an answer begins, when all has been handed over, and nothing of it is still on its way. */
  readonly answer: number;
}

/** What may lie in buffers on its way when the last piece has been handed over, in bytes. */
const BUFFERED = 4 * 1024 * 1024;
/** A line slower than this is taken for dead: 64 KiB/s, in bytes per millisecond. */
const SLOWEST_LINE = 64;
/** A registry that hashes and stores what it has got slower than 10 MB/s, too. */
const SLOWEST_SERVER = 10_000;

/** Ends a request whose body is not taken, or not answered. */
export class Watchdog implements Disposable {
  readonly #patience: UploadPatience;
  readonly #controller = new AbortController();
  readonly #reason: () => Error;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param reason what the request then ends with */
  constructor(patience: UploadPatience, reason: () => Error) {
    this.#patience = patience;
    this.#reason = reason;
  }

  /** Ends the request. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The pieces of a body, watched from the first one to the answer. */
  async *watch(body: BlobContent): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of bodyPieces(body)) {
      // Whoever sends asks for the next piece when there is room for it.
      this.#expect(this.#patience.piece);
      yield piece;
      this.#rest();
    }
    const size = bodySize(body);
    const onItsWay = Math.min(size, BUFFERED) / SLOWEST_LINE;
    this.#expect(this.#patience.answer + onItsWay + size / SLOWEST_SERVER);
  }

  #expect(ms: number): void {
    this.#rest();
    // An answer may come before all has been sent.
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort(this.#reason());
    }, ms);
  }

  #rest(): void {
    clearTimeout(this.#timer);
  }

  /** The answer has come, or nobody waits for it any more. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#rest();
  }
}

/**
 * The chunks of a body that comes, unless it comes more slowly than one that goes may be taken: for each
 * 256 KiB of it, and for what is left at its end, is waited as long as that. The time that whoever reads
 * takes is not counted. For a chunk that never comes somebody else must look.
 *
 * @param reason what a slower one ends with
 */
export async function* notTooSlowly(
  chunks: AsyncIterable<Uint8Array>,
  ms: number,
  reason: () => Error,
): AsyncGenerator<Uint8Array, void, void> {
  let waited = 0;
  let got = 0;
  let since = performance.now();
  for await (const chunk of chunks) {
    waited += performance.now() - since;
    got += chunk.byteLength;
    if (got >= SLICE_BYTES) {
      got = 0;
      waited = 0;
    } else if (waited > ms) throw reason();
    yield chunk;
    since = performance.now();
  }
}
