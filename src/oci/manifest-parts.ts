import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { NotFoundError } from '../errors.ts';
import { blobExists } from './blob-exists.ts';
import type { Endpoint } from './endpoint.ts';
import { ResponseError } from './errors.ts';
import { namedBy } from './manifest.ts';
import { resolveManifest } from './manifests.ts';
import { type Descriptor, MEDIA_TYPE_DOCKER_INDEX, MEDIA_TYPE_INDEX } from './types.ts';

/** Requests at the same time. */
const CONCURRENCY = 8;
const SHOWN = 3;

/**
 * Whether a registry refuses a manifest for what it names: that is not there, or, as distribution 2 says it
 * while another writer stores the same blob, has no digest.
 */
export function isPartUnknown(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    error.names('MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN', 'MANIFEST_UNKNOWN', 'DIGEST_INVALID')
  );
}

/** A manifest as it was sent. */
export interface SentManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/**
 * Looks what is missing of what a manifest or an index names, after a registry said that something is. GHCR
 * says so now and then of blobs that it has just taken: the manifest will do a moment later.
 *
 * @throws NotFoundError where something is missing indeed; the cause, where it is not known what the
 *   manifest names
 */
export async function assertComplete(
  endpoint: Endpoint,
  sent: SentManifest,
  cause: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const digests = digestsIn(sent);
  if (digests.length === 0) throw cause;
  const isIndex = INDEXES.has(sent.mediaType);
  const missing: Digest[] = [];
  await pMap(
    digests,
    async (digest) => {
      if (await isMissing(endpoint, digest, isIndex, signal)) missing.push(digest);
    },
    { concurrency: CONCURRENCY },
  );
  if (missing.length === 0) return;
  const more = missing.length > SHOWN ? ` and ${String(missing.length - SHOWN)} more` : '';
  const [what, call] = isIndex ? ['index', 'putManifest'] : ['manifest', 'putBlob'];
  throw new NotFoundError(
    `The registry does not have what the ${what} names: ${missing.slice(0, SHOWN).join(', ')}${more}.`,
    { cause, hint: `Store that first (${call}), in this repository, and then the ${what}.` },
  );
}

const INDEXES: ReadonlySet<string> = new Set([MEDIA_TYPE_INDEX, MEDIA_TYPE_DOCKER_INDEX]);

/** Whether something is surely not there: where the registry does not say, the manifest is tried again. */
async function isMissing(
  endpoint: Endpoint,
  digest: Digest,
  isManifest: boolean,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return isManifest
      ? (await resolveManifest(endpoint, digest, signal, { replay: false })) === undefined
      : !(await blobExists(endpoint, digest, { signal, replay: false }));
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

function digestsIn({ bytes, mediaType }: SentManifest): readonly Digest[] {
  let named: readonly Descriptor[] = [];
  try {
    named = namedBy(bytes, mediaType);
  } catch {
    // The registry has told what is wrong with it.
  }
  return [...new Set(named.map(({ digest }) => digest))];
}
