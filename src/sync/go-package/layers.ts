import { pipeline } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';

import { type Digest, Digester } from '../../digest.ts';
import { CafsError, IntegrityError, NotFoundError } from '../../errors.ts';
import type { Observer } from '../../observe.ts';
import type { Remote } from '../../oci/remote.ts';
import type { Blobs } from '../../store/blobs.ts';
import { MAX_RAW_BYTES } from './limits.ts';
import { malformed } from './malformed.ts';
import { PrefixHashes } from './prefix-hashes.ts';
import { type GoRecord, recordsOf } from './records.ts';
import type { GoLayer } from './snapshot.ts';

/** What layers are read with. */
export interface LayersContext {
  readonly remote: Remote;
  /** Keep the layers as they are stored, so that they are fetched once. */
  readonly blobs: Blobs;
  readonly signal?: AbortSignal | undefined;
  readonly observer?: Observer | undefined;
  /** Bytes that all layers may decompress to. Default {@link MAX_RAW_BYTES}. */
  readonly maxRawBytes?: number;
}

/** The layers of snapshots that the Go package has pushed. */
export class Layers {
  readonly #context: LayersContext;
  readonly #fetched = new Set<Digest>();
  /** Bytes fetched. */
  #stored = 0;
  /** Bytes decompressed. */
  #raw = 0;

  constructor(context: LayersContext) {
    this.#context = context;
  }

  /**
   * The contents of a layer. Whoever has read all of them knows that they are what the config and the
   * label `dev.cafs.prefixes` say; each content's own digest is for the caller to check.
   *
   * @throws CafsError `MALFORMED`, `INTEGRITY`, `NOT_FOUND`, `NO_SPACE`, `UNWRITABLE`; the remote's own
   *   errors
   */
  async *records(layer: GoLayer): AsyncGenerator<GoRecord, void, undefined> {
    await this.#fetch(layer);
    const hashes = new PrefixHashes();
    for await (const record of recordsOf(this.#open(layer))) {
      hashes.add(record);
      yield record;
    }
    hashes.verify(layer);
  }

  async #fetch({ digest, size }: GoLayer): Promise<void> {
    const { remote, blobs, signal, observer } = this.#context;
    if (this.#fetched.has(digest)) return;
    if (blobs.sizeOf(digest) !== size || !blobs.touch(digest)) {
      const stored = remote.getBlobStream({ digest, size }, { signal });
      await blobs.putStream(stored, { expected: digest, signal });
      this.#stored += size;
    }
    this.#fetched.add(digest);
    observer?.({ kind: 'download', done: this.#fetched.size, bytes: this.#stored });
  }

  async *#open({ digest, diffId }: GoLayer): AsyncGenerator<Uint8Array, void, undefined> {
    const { blobs, signal, maxRawBytes = MAX_RAW_BYTES } = this.#context;
    const stored = blobs.stream(digest);
    if (stored === undefined)
      throw new NotFoundError(`The layer ${digest} is gone from this disk.`);
    const digester = new Digester();
    for await (const chunk of decompress(stored)) {
      signal?.throwIfAborted();
      this.#raw += chunk.byteLength;
      if (this.#raw > maxRawBytes) {
        throw malformed(`its layers decompress to more than ${String(maxRawBytes)} bytes`);
      }
      digester.update(chunk);
      yield chunk;
    }
    const found = digester.digest();
    if (found === diffId) return;
    throw new IntegrityError(`The layer ${digest} decompresses to ${found}, not to ${diffId}.`);
  }
}

/** Some chunks at a time: memory does not grow with what a layer decompresses to. */
async function* decompress(
  stored: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = createZstdDecompress();
  // Whoever reads the decoder gets the error.
  pipeline(stored, decoder, () => undefined);
  try {
    for await (const chunk of decoder) yield chunk as Buffer;
  } catch (cause) {
    if (cause instanceof CafsError) throw cause;
    throw malformed('a layer cannot be decompressed', cause);
  }
}
