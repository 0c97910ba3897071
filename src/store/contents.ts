import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import { Batches } from '../batches.ts';
import { type Digest, Digester } from '../digest.ts';
import { IntegrityError, NotFoundError, hasCode } from '../errors.ts';
import type { Blobs } from './blobs.ts';
import type { Deliver, DeliverOptions, ReadElsewhere, Receiver } from './deliver.ts';
import type { Entry } from './entry.ts';
import { explainLost } from './lost-content.ts';
import type { Source } from './upstream.ts';

/** Content up to this size, in bytes, is read and verified as a whole before any of it is given. */
const WHOLE_BYTES = 8 * 1024 * 1024;

/** Contents that are delivered from disk before others get their turn. */
const TURN = 64;

/** Contents up to this size, in bytes, may be read elsewhere, so many batches of them at the same time. */
const AHEAD_BYTES = 1024 * 1024;
const AHEAD_BATCHES = 4;

type Pieces = () => AsyncIterable<Uint8Array>;

/** The contents of entries: on this disk, else from a remote, and then on this disk too. */
export class Contents {
  readonly #blobs: Blobs;
  readonly #remote: Deliver | undefined;

  /** @param remote delivers what is not on this disk; undefined: nothing does */
  constructor(blobs: Blobs, remote: Deliver | undefined) {
    this.#blobs = blobs;
    this.#remote = remote;
  }

  /**
   * A content, whole and verified.
   *
   * @throws CafsError `NOT_FOUND` where neither this disk nor the remote has it; `INTEGRITY` where it
   *   is damaged here and the remote does not have it
   */
  async get(entry: Entry, signal?: AbortSignal): Promise<Buffer> {
    const local = this.#local(entry);
    if (local !== undefined) return local;
    const { bytes, parts } = await this.#fetch(entry, signal);
    if (bytes !== undefined) return bytes;
    const kept = this.#blobs.find(entry.digest);
    if (kept !== undefined) return kept;
    if (parts === undefined) throw absent(entry.digest);
    return Buffer.concat(await Array.fromAsync(parts()));
  }

  /**
   * A content as a stream that ends in an error rather than complete on wrong bytes.
   *
   * @throws as {@link Contents.get}; damage of a large content shows at its end
   */
  async stream(entry: Entry, signal?: AbortSignal): Promise<Readable> {
    const options = { objectMode: false, ...(signal === undefined ? {} : { signal }) };
    if (entry.size <= WHOLE_BYTES) {
      return Readable.from([await this.get(entry, signal)], options);
    }
    if (this.#isHere(entry)) return Readable.from(this.#stream(entry.digest), options);
    const { bytes, parts } = await this.#fetch(entry, signal);
    return Readable.from(bytes === undefined ? this.#pieces(entry, parts) : [bytes], options);
  }

  /**
   * Brings contents to this disk that are not there.
   *
   * @throws the first error, when all others have arrived; `CONTENT_LOST` where it says that there is none
   */
  async fetchAll(
    entries: Iterable<readonly [key: string, Entry]>,
    signal?: AbortSignal,
  ): Promise<void> {
    const keys = new Map<Digest, string>();
    const absentHere: Entry[] = [];
    for (const [key, entry] of entries) {
      if (keys.has(entry.digest) || this.#blobs.has(entry.digest)) continue;
      keys.set(entry.digest, key);
      absentHere.push(entry);
    }
    const failures: unknown[] = [];
    const failed = (digest: Digest, error: unknown): void => {
      failures.push(explainLost(error, keys.get(digest) ?? digest));
    };
    await this.deliver(absentHere, { ...IGNORED, failed }, { signal });
    if (failures.length > 0) throw failures[0];
  }

  /** What a push reads from. */
  source(signal?: AbortSignal): Source {
    return {
      has: ({ digest }) => this.#blobs.has(digest),
      fetch: (entries) => this.deliver(entries, IGNORED, { signal }),
      read: (entry) => this.read(entry, signal),
    };
  }

  /** A content, piece by piece, verified by the time it ends. */
  async *read(entry: Entry, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    if (entry.size <= WHOLE_BYTES) yield await this.get(entry, signal);
    else yield* await this.stream(entry, signal);
  }

  /** Gives many contents at once: {@link Deliver}. */
  async deliver(
    entries: Iterable<Entry>,
    receiver: Receiver,
    options: DeliverOptions = {},
  ): Promise<void> {
    const absentHere = await this.#deliverLocal(entries, receiver, options);
    if (absentHere.length === 0) return;
    if (this.#remote === undefined) {
      for (const { digest } of absentHere) receiver.failed(digest, absent(digest));
    } else {
      await this.#remote(absentHere, new Keeper(this.#blobs, receiver), options);
    }
  }

  /** Gives what this disk has; returns what the remote may have instead. */
  async #deliverLocal(
    entries: Iterable<Entry>,
    receiver: Receiver,
    { readElsewhere, signal }: DeliverOptions,
  ): Promise<readonly Entry[]> {
    const rest: Entry[] = [];
    const give = async (entry: Entry): Promise<void> => {
      if (!(await this.#give(entry, receiver))) rest.push(entry);
    };
    const ahead = readElsewhere && giveFrom(readElsewhere, receiver, give);
    const seen = new Set<Digest>();
    try {
      for (const entry of entries) {
        if (seen.has(entry.digest)) continue;
        seen.add(entry.digest);
        if (seen.size % TURN === 0) await setImmediate();
        signal?.throwIfAborted();
        if (ahead !== undefined && entry.size <= AHEAD_BYTES) await ahead.add(entry);
        else await give(entry);
      }
      await ahead?.end();
    } finally {
      await ahead?.settled();
    }
    return rest;
  }

  /** Gives a content from this disk; false where the remote may have it instead. */
  async #give(entry: Entry, receiver: Receiver): Promise<boolean> {
    const { digest, size } = entry;
    try {
      if (size <= WHOLE_BYTES) {
        const bytes = this.#local(entry);
        if (bytes === undefined) return false;
        receiver.whole(digest, bytes);
      } else {
        if (!this.#blobs.has(digest)) return false;
        await receiver.pieces(digest, () => this.#stream(digest));
      }
    } catch (error) {
      if (this.#canFetch(entry) && isLost(error)) return false;
      receiver.failed(digest, error);
    }
    return true;
  }

  /** What this disk has; damage is an error only where nobody else has the content. */
  #local(entry: Entry): Buffer | undefined {
    return this.#canFetch(entry) ? this.#blobs.find(entry.digest) : this.#blobs.get(entry.digest);
  }

  /** Whether the content is to be read from this disk; who cannot have it elsewhere is told why not. */
  #isHere(entry: Entry): boolean {
    const { digest } = entry;
    return this.#canFetch(entry) ? this.#blobs.canRead(digest) : this.#blobs.has(digest);
  }

  #pieces({ digest }: Entry, pieces: Pieces | undefined): AsyncIterable<Uint8Array> {
    return pieces === undefined ? this.#stream(digest) : pieces();
  }

  #canFetch(entry: Entry): boolean {
    return this.#remote !== undefined && entry.location !== undefined;
  }

  #stream(digest: Digest): AsyncIterable<Uint8Array> {
    const stream = this.#blobs.stream(digest);
    if (stream === undefined) throw absent(digest);
    return stream;
  }

  /** Brings a content to this disk, if that takes it; gives its bytes, or its pieces. */
  async #fetch(entry: Entry, signal: AbortSignal | undefined): Promise<Collector> {
    if (this.#remote === undefined) throw absent(entry.digest);
    const got = new Collector();
    await this.#remote([entry], new Keeper(this.#blobs, got), { signal });
    if (got.error !== undefined) throw got.error.cause;
    return got;
  }
}

/** Takes what arrives and is kept anyway. What cannot be had is missed by whoever reads it. */
const IGNORED: Receiver = {
  whole: () => undefined,
  pieces: () => Promise.resolve(),
  failed: () => undefined,
};

/** Gives what is read elsewhere; what cannot be had like that is given by `give`. */
function giveFrom(
  read: ReadElsewhere,
  receiver: Receiver,
  give: (entry: Entry) => Promise<void>,
): Batches<Entry> {
  return new Batches(AHEAD_BATCHES, async (batch) => {
    const all = await read(batch.map(({ digest }) => digest));
    for (const [number, entry] of batch.entries()) {
      const bytes = all[number];
      if (bytes?.byteLength === entry.size) receive(receiver, entry.digest, bytes);
      else await give(entry);
    }
  });
}

function receive(receiver: Receiver, digest: Digest, bytes: Uint8Array): void {
  try {
    receiver.whole(digest, bytes);
  } catch (error) {
    receiver.failed(digest, error);
  }
}

/** Remembers the one content that was asked for. */
class Collector implements Receiver {
  bytes: Buffer | undefined;
  /** Verified by the time they end. */
  parts: Pieces | undefined;
  error: { readonly cause: unknown } | undefined;

  whole(_: Digest, bytes: Uint8Array): void {
    this.bytes = Buffer.from(bytes);
  }

  pieces(_: Digest, pieces: Pieces): Promise<void> {
    this.parts = pieces;
    return Promise.resolve();
  }

  failed(_: Digest, cause: unknown): void {
    this.error = { cause };
  }
}

/** Keeps on this disk what comes from a remote, and passes it on. */
class Keeper implements Receiver {
  readonly #blobs: Blobs;
  readonly #next: Receiver;

  constructor(blobs: Blobs, next: Receiver) {
    this.#blobs = blobs;
    this.#next = next;
  }

  whole(digest: Digest, bytes: Uint8Array): void {
    try {
      this.#blobs.put(bytes);
    } catch (error) {
      if (!isNotTaken(error)) throw error;
    }
    this.#next.whole(digest, bytes);
  }

  async pieces(digest: Digest, pieces: Pieces): Promise<void> {
    try {
      await this.#blobs.putStream(pieces(), { expected: digest });
    } catch (error) {
      if (!isNotTaken(error)) throw error;
      await this.#next.pieces(digest, () => verified(digest, pieces()));
      return;
    }
    await this.#next.pieces(digest, () => {
      const stream = this.#blobs.stream(digest);
      if (stream === undefined) throw absent(digest);
      return stream;
    });
  }

  failed(digest: Digest, error: unknown): void {
    this.#next.failed(digest, error);
  }
}

/** A disk that is full or read-only is no reason to withhold what arrives. */
function isNotTaken(error: unknown): boolean {
  return hasCode(error, 'NO_SPACE') || hasCode(error, 'UNWRITABLE');
}

/** Pieces that fail rather than end where their bytes are not right. */
async function* verified(
  digest: Digest,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const digester = new Digester();
  let held: Uint8Array | undefined;
  for await (const piece of pieces) {
    if (held !== undefined) yield held;
    digester.update(piece);
    held = piece;
  }
  const found = digester.digest();
  if (found !== digest) {
    throw new IntegrityError(`The bytes for ${digest} from the remote have the digest ${found}.`);
  }
  if (held !== undefined) yield held;
}

/** Whether a content is as good as not on this disk. */
function isLost(error: unknown): boolean {
  return hasCode(error, 'INTEGRITY') || hasCode(error, 'NOT_FOUND');
}

function absent(digest: Digest): NotFoundError {
  return new NotFoundError(`The content ${digest} is not on this disk, and no remote has it.`, {
    hint: 'Put it again, or open the store with the remote that holds it.',
  });
}
