import * as v from 'valibot';

import { CafsError } from '../errors.ts';
import { ANNOTATIONS, DESCRIPTOR } from './descriptor-schema.ts';
import { contradictionIn } from './manifest-type.ts';
import { plainText } from './plain-text.ts';
import {
  type Descriptor,
  type ImageIndex,
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_DOCKER_MANIFEST,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
  type Manifest,
} from './types.ts';

/** The most that is read of a manifest, in bytes. */
export const MAX_MANIFEST_READ = 8 * 1024 * 1024;

/** The most that is written: what the spec demands that registries take, in bytes. */
export const MAX_MANIFEST_WRITTEN = 4 * 1024 * 1024;

/** Far more than any registry takes. */
export const MAX_LAYERS = 20_000;

const DESCRIPTORS = v.pipe(v.array(DESCRIPTOR), v.maxLength(MAX_LAYERS, 'too many'));

const SHARED = {
  schemaVersion: v.literal(2),
  artifactType: v.exactOptional(v.string()),
  subject: v.exactOptional(DESCRIPTOR),
  annotations: v.exactOptional(ANNOTATIONS),
};

// The specification lets `mediaType` be absent.
const MANIFEST = v.object({
  ...SHARED,
  mediaType: v.optional(
    v.picklist([MEDIA_TYPE_MANIFEST, MEDIA_TYPE_DOCKER_MANIFEST]),
    MEDIA_TYPE_MANIFEST,
  ),
  config: DESCRIPTOR,
  layers: DESCRIPTORS,
});

const INDEX = v.object({
  ...SHARED,
  mediaType: v.optional(v.picklist([MEDIA_TYPE_INDEX, MEDIA_TYPE_DOCKER_INDEX]), MEDIA_TYPE_INDEX),
  manifests: DESCRIPTORS,
});

/**
 * Reads an image manifest that came from outside, OCI's or Docker's. What this software does not know
 * is left out.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * @throws CafsError `MALFORMED`, also for an index
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  return parse(MANIFEST, bytes, 'manifest');
}

/**
 * Reads an image index that came from outside, or a manifest list of Docker's.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * @throws CafsError `MALFORMED`, also for an image manifest
 */
export function parseIndex(bytes: Uint8Array): ImageIndex {
  return parse(INDEX, bytes, 'index');
}

/**
 * What must be there before a manifest or an index is stored: config and layers, or manifests. Of other
 * types it is not known what they name.
 *
 * @throws CafsError `MALFORMED`
 */
export function namedBy(bytes: Uint8Array, mediaType: string): readonly Descriptor[] {
  switch (mediaType) {
    case MEDIA_TYPE_MANIFEST:
    case MEDIA_TYPE_DOCKER_MANIFEST: {
      const { config, layers } = parseManifest(bytes);
      return [config, ...layers];
    }
    case MEDIA_TYPE_INDEX:
    case MEDIA_TYPE_DOCKER_INDEX:
      return parseIndex(bytes).manifests;
    default:
      return [];
  }
}

/**
 * A manifest's bytes: JSON without blanks, keys sorted as RFC 8785 does, so that equal content is an
 * equal manifest with an equal digest.
 *
 * @throws CafsError `INVALID_INPUT` where it is larger than registries take, or names more than is read
 */
export function encodeManifest(manifest: Manifest | ImageIndex): Buffer {
  const named = 'layers' in manifest ? manifest.layers : manifest.manifests;
  if (named.length > MAX_LAYERS) {
    throw new CafsError(
      'INVALID_INPUT',
      `The manifest names ${String(named.length)} blobs; at most ${String(MAX_LAYERS)} are read.`,
      { hint: FEWER },
    );
  }
  const bytes = Buffer.from(canonical(manifest));
  if (bytes.byteLength > MAX_MANIFEST_WRITTEN) throw tooLarge(bytes.byteLength);
  return bytes;
}

const FEWER = 'Fewer and larger layers make it smaller.';

/** The error for a manifest that no registry needs to take. */
export function tooLarge(size: number): CafsError {
  return new CafsError(
    'INVALID_INPUT',
    `The manifest has ${String(size)} bytes; registries take ${String(MAX_MANIFEST_WRITTEN)}.`,
    { hint: FEWER },
  );
}

function parse<T>(
  schema: v.GenericSchema<unknown, T>,
  bytes: Uint8Array,
  what: 'manifest' | 'index',
): T {
  const malformed = (why: string, cause?: unknown): CafsError =>
    new CafsError('MALFORMED', `The ${what} is malformed: ${why}.`, { cause });
  if (bytes.byteLength > MAX_MANIFEST_READ) {
    throw malformed(`it has ${String(bytes.byteLength)} bytes`);
  }
  let body: unknown;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    body = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw malformed('it is no JSON', cause);
  }
  if (typeof body === 'object' && body !== null) {
    const contradiction = contradictionIn(body, undefined);
    if (contradiction !== undefined) throw malformed(contradiction);
  }
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw malformed(plainText(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}
