import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { NotFoundError } from '../errors.ts';
import { blobExists } from './blob-exists.ts';
import type { Endpoint } from './endpoint.ts';
import { ResponseError } from './errors.ts';
import { parseManifest } from './manifest.ts';

/** Requests at the same time. */
const CONCURRENCY = 8;
const SHOWN = 3;

/** Whether a registry says that a blob is not there which a manifest names. */
export function isBlobUnknown(error: unknown): boolean {
  return error instanceof ResponseError && error.names('MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN');
}

/**
 * Looks which of a manifest's blobs are missing after a registry said that one is. GHCR says so now and
 * then of blobs that it has just taken: the manifest will do a moment later.
 *
 * @throws NotFoundError where some are missing indeed; the cause, where the manifest is not an image's
 */
export async function assertBlobsExist(
  endpoint: Endpoint,
  manifest: Uint8Array,
  cause: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const digests = blobsOf(manifest);
  if (digests === undefined) throw cause;
  const missing: Digest[] = [];
  await pMap(
    digests,
    async (digest) => {
      if (await isMissing(endpoint, digest, signal)) missing.push(digest);
    },
    { concurrency: CONCURRENCY },
  );
  if (missing.length === 0) return;
  const more = missing.length > SHOWN ? ` and ${String(missing.length - SHOWN)} more` : '';
  throw new NotFoundError(
    `The registry does not have what the manifest names: ${missing.slice(0, SHOWN).join(', ')}${more}.`,
    { cause },
  );
}

/** Whether a blob is surely not there: where the registry does not say, the manifest is tried again. */
async function isMissing(
  endpoint: Endpoint,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return !(await blobExists(endpoint, digest, { signal, replay: false }));
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

function blobsOf(bytes: Uint8Array): readonly Digest[] | undefined {
  try {
    const { config, layers } = parseManifest(bytes);
    return [...new Set([config, ...layers].map(({ digest }) => digest))];
  } catch {
    return undefined;
  }
}
