import { randomBytes } from 'node:crypto';

import { type Digest, Digester, digestOf } from '../../src/digest.ts';
import { encodeManifest } from '../../src/oci/manifest.ts';
import type { BlobSource, Remote } from '../../src/oci/remote.ts';
import { type Descriptor, MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';

/** Stores bytes as a blob. */
export async function store(remote: Remote, bytes: Uint8Array): Promise<Descriptor> {
  const digest = digestOf(bytes);
  await remote.putBlob(digest, bytes);
  return { mediaType: 'application/octet-stream', digest, size: bytes.byteLength };
}

/** What a manifest says that its config and its layer are. */
export interface Types {
  readonly config: string;
  readonly layer: string;
}

export const OWN_TYPES: Types = {
  config: 'application/vnd.cafs.test.config.v1+json',
  layer: 'application/vnd.cafs.test.layer.v1',
};

export const IMAGE_TYPES: Types = {
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** A manifest whose only blob is named as its config and as its layer. */
export function manifest(blob: Descriptor, { config, layer }: Types): Buffer {
  return encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE_MANIFEST,
    artifactType: 'application/vnd.cafs.test.v1',
    config: { ...blob, mediaType: config },
    layers: [{ ...blob, mediaType: layer }],
  });
}

/** A manifest whose only blob, made of the text, is stored. */
export async function manifestOf(
  remote: Remote,
  text: string,
  types: Types = OWN_TYPES,
): Promise<Buffer> {
  return manifest(await store(remote, Buffer.from(text)), types);
}

/** A source of a blob, and how often it was opened. */
export interface Sample extends BlobSource {
  readonly digest: Digest;
  readonly opened: number;
}

const PIECE_BYTES = 100_000;

/** A source of so many bytes that no other sample has, of which only a few are held at a time. */
export function sampleOf(size: number): Sample {
  const seed = randomBytes(PIECE_BYTES);
  function* pieces(): Generator<Uint8Array, void, void> {
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const piece = Buffer.from(seed.subarray(0, Math.min(PIECE_BYTES, size - at)));
      // No two pieces are the same, so that one in the place of another is noticed.
      if (piece.byteLength >= 8) piece.writeDoubleLE(at);
      yield piece;
    }
  }
  const digester = new Digester();
  for (const piece of pieces()) digester.update(piece);
  let opened = 0;
  return {
    size,
    digest: digester.digest(),
    get opened() {
      return opened;
    },
    async *open() {
      opened += 1;
      for (const piece of pieces()) yield await Promise.resolve(piece);
    },
  };
}

/** The digest of what a stream gives, and its size in bytes. */
export async function drain(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const digester = new Digester();
  for await (const piece of stream) digester.update(piece);
  const { size } = digester;
  return { digest: digester.digest(), size };
}
