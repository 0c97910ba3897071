import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';

import type { Digest } from '../../../src/digest.ts';
import { encodeManifest } from '../../../src/oci/manifest.ts';
import { openRemote } from '../../../src/oci/open.ts';
import type { Remote } from '../../../src/oci/remote.ts';
import type { Descriptor } from '../../../src/oci/types.ts';
import type { GoPush } from '../../support/go-package.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/go-package');

/** What the Go package says of the fixture: scripts/go-package has made it. */
export const { pushes } = JSON.parse(readFileSync(join(FIXTURE, 'pushes.json'), 'utf8')) as {
  readonly pushes: readonly GoPush[];
};

/** What the Go package has pushed, as an image layout. */
export function openFixture(): Remote {
  return openRemote('oci:layout', { cwd: FIXTURE });
}

export function pushOf(tag: string): GoPush {
  const found = pushes.find((push) => push.tag === tag);
  if (found === undefined) throw new Error(`The fixture has no tag ${tag}.`);
  return found;
}

/** Another implementation than that of src/digest.ts. */
export function sha256(data: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** A record of a layer, by default with the digest and the size that it must have. */
export interface Packed {
  readonly content: Uint8Array | string;
  readonly digest?: string;
  readonly size?: bigint;
}

export function packed({ content, digest = sha256(content), size }: Packed): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(size ?? BigInt(bytes.byteLength));
  return Buffer.concat([Buffer.from(digest, 'latin1'), length, bytes]);
}

/** What is wrong with an image that is as the Go package would push it otherwise. */
export interface GoImage {
  readonly index: string | Uint8Array;
  readonly contents?: readonly (string | Uint8Array)[];
  readonly packIndex?: boolean;
  /** What stands in the layer. */
  readonly records?: readonly Packed[];
  readonly raw?: Buffer;
  readonly stored?: Buffer;
  readonly layers?: number;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly prefixes?: Readonly<Record<string, unknown>>;
  readonly diffIds?: readonly unknown[];
  readonly config?: string;
  readonly configType?: string;
}

/** Pushes an image of one layer as the Go package does, with whatever is to be wrong with it. */
export async function pushImage(remote: Remote, tag: string, image: GoImage): Promise<void> {
  const { index, contents = [], packIndex = true } = image;
  const all = packIndex ? [...contents, index] : contents;
  const records = image.records ?? all.map((content) => ({ content }));
  const sorted = image.records ?? records.toSorted((a, b) => order(a.content, b.content));
  const raw = image.raw ?? Buffer.concat(sorted.map(packed));
  const stored = image.stored ?? zstdCompressSync(raw);
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
    digest: sha256(stored),
    size: stored.byteLength,
  };
  const labels = {
    'dev.cafs.root': sha256(index),
    'dev.cafs.prefixes': JSON.stringify({
      ...prefixesOf(sorted, layer.digest),
      ...image.prefixes,
    }),
    ...image.labels,
  };
  const layers = Array.from<Descriptor>({ length: image.layers ?? 1 }).fill(layer);
  const diffIds = image.diffIds ?? layers.map(() => sha256(raw));
  const config = Buffer.from(
    image.config ??
      JSON.stringify({ rootfs: { type: 'layers', diff_ids: diffIds }, config: { Labels: labels } }),
  );
  await remote.putBlob(layer.digest, stored, { mayExist: true });
  await remote.putBlob(sha256(config), config, { mayExist: true });
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: image.configType ?? 'application/vnd.docker.container.image.v1+json',
      digest: sha256(config),
      size: config.byteLength,
    },
    layers,
  });
  await remote.putManifest(manifest, mediaType, [tag]);
}

/** The label `dev.cafs.prefixes`. */
function prefixesOf(records: readonly Packed[], layer: Digest): Record<string, unknown> {
  const groups = new Map<string, Buffer[]>();
  for (const { content, digest = sha256(content), size } of records) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(size ?? BigInt(Buffer.byteLength(content)));
    const prefix = digest.slice(7, 9);
    groups.set(prefix, [...(groups.get(prefix) ?? []), Buffer.from(digest), length]);
  }
  return Object.fromEntries(
    [...groups].map(([prefix, parts]) => [prefix, { hash: sha256(Buffer.concat(parts)), layer }]),
  );
}

function order(a: string | Uint8Array, b: string | Uint8Array): number {
  return sha256(a) < sha256(b) ? -1 : 1;
}

/** An index as the Go package writes it, of keys and their contents. */
export function indexOf(contents: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(contents).map(([key, content]) => [
        key,
        { d: sha256(content), s: Buffer.byteLength(content) },
      ]),
    ),
  );
}
