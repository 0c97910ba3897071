import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import type { Manifest } from './types.ts';
import { MEDIA_TYPE_MANIFEST } from './types.ts';

/** The most that is read of a manifest, in bytes. */
export const MAX_MANIFEST_READ = 8 * 1024 * 1024;

/** The most that is written: what the spec demands that registries take, in bytes. */
export const MAX_MANIFEST_WRITTEN = 4 * 1024 * 1024;

/** Far more than any registry takes. */
export const MAX_LAYERS = 20_000;

const DESCRIPTOR = v.object({
  mediaType: v.pipe(v.string(), v.regex(/^[\w.+-]+\/[\w.+-]+$/, 'no media type')),
  digest: v.custom<Digest>(isDigest, 'no digest'),
  size: v.pipe(v.number(), v.safeInteger('no size'), v.minValue(0, 'no size')),
  annotations: v.exactOptional(v.record(v.string(), v.string())),
});

const MANIFEST = v.object({
  schemaVersion: v.literal(2),
  // The spec lets it be absent.
  mediaType: v.optional(v.literal(MEDIA_TYPE_MANIFEST), MEDIA_TYPE_MANIFEST),
  artifactType: v.exactOptional(v.string()),
  config: DESCRIPTOR,
  layers: v.pipe(v.array(DESCRIPTOR), v.maxLength(MAX_LAYERS, 'too many layers')),
  annotations: v.exactOptional(v.record(v.string(), v.string())),
});

/**
 * Reads an image manifest that came from outside. What this software does not know is left out.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * @throws CafsError `MALFORMED`, also for an image index or a manifest of Docker's own type
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.byteLength > MAX_MANIFEST_READ) {
    throw malformed(`it has ${String(bytes.byteLength)} bytes`);
  }
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw malformed('it is no JSON', cause);
  }
  const result = v.safeParse(MANIFEST, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw malformed(`${v.getDotPath(issue) ?? 'it'}: ${issue.message.slice(0, 200)}`);
}

/**
 * A manifest's bytes: JSON without blanks, keys sorted as RFC 8785 does, so that equal content is an
 * equal manifest with an equal digest.
 *
 * @throws CafsError `INVALID_INPUT` where it is larger than registries take
 */
export function encodeManifest(manifest: Manifest): Buffer {
  const bytes = Buffer.from(canonical(manifest));
  if (bytes.byteLength > MAX_MANIFEST_WRITTEN) throw tooLarge(bytes.byteLength);
  return bytes;
}

/** The error for a manifest that no registry needs to take. */
export function tooLarge(size: number): CafsError {
  return new CafsError(
    'INVALID_INPUT',
    `The manifest has ${String(size)} bytes; registries take ${String(MAX_MANIFEST_WRITTEN)}.`,
    { hint: 'Fewer and larger layers make it smaller.' },
  );
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

function malformed(why: string, cause?: unknown): CafsError {
  return new CafsError('MALFORMED', `The manifest is malformed: ${why}.`, { cause });
}
