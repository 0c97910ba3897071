import { isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import type { Transport } from './http.ts';
import { isLoopback } from './origin.ts';
import { type RegistryRepository, isTag } from './reference.ts';
import type { TagOrDigest } from './remote.ts';
import type { ObservedPolicy } from './retry.ts';

/** A repository in a registry, and the way to it. */
export interface Endpoint {
  /** For errors: `ghcr.io/owner/repo`. */
  readonly name: string;
  /** `https://ghcr.io/v2/owner/repo/`: what addresses are relative to. */
  readonly base: URL;
  readonly transport: Transport;
  /** For work of several requests, or with a body that breaks off half-way. */
  readonly policy: ObservedPolicy;
  /** How long the source of a blob may give nothing, in milliseconds. Default: a minute. */
  readonly sourceMs?: number | undefined;
}

/**
 * Where a repository's API is: over TLS, or in the clear where the registry is this machine.
 *
 * @param plainHttp in the clear wherever it is
 */
export function baseUrl({ host, name }: RegistryRepository, plainHttp = false): URL {
  const apiHost = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const secure = new URL(`https://${apiHost}/v2/${name}/`);
  return plainHttp || isLoopback(secure) ? new URL(`http://${apiHost}/v2/${name}/`) : secure;
}

/**
 * The address of a manifest.
 *
 * @throws CafsError `INVALID_REFERENCE` for what is neither a tag nor a digest
 */
export function manifestUrl({ base }: Endpoint, reference: TagOrDigest): URL {
  return new URL(`manifests/${checkedReference(reference)}`, base);
}

/** The address of a blob. */
export function blobUrl({ base }: Endpoint, digest: string): URL {
  return new URL(`blobs/${digest}`, base);
}

/**
 * Checks what is to become a part of an address or of a path.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
export function checkedReference(reference: TagOrDigest): TagOrDigest {
  if (isTag(reference) || isDigest(reference)) return reference;
  throw new CafsError(
    'INVALID_REFERENCE',
    `${JSON.stringify(reference.slice(0, 200))} is neither a tag nor a digest.`,
  );
}
