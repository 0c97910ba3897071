import type { Digest } from '../digest.ts';
import type { Blobs } from './blobs.ts';
import type { Index } from './entry-index.ts';
import type { Layout } from './layout.ts';
import { type DamagedBlob, type VerifiedBlobs, type VerifyOptions, verifyBlobs } from './verify.ts';

/** A content that a store's entries name and that cannot be had from this disk. */
interface Hit {
  /** The keys of this store that it hits, sorted; none: only other namespaces may need it. */
  readonly keys: readonly string[];
}

/** What a store's contents turned out to be. */
export interface Verification extends VerifiedBlobs {
  readonly damaged: readonly (DamagedBlob & Hit)[];
  /** Contents of this store that are neither on this disk nor known to be in a remote. */
  readonly missing: readonly ({ readonly digest: Digest } & Hit)[];
}

interface DigestAndKeys {
  readonly digest: Digest;
  readonly keys: string[];
}

/**
 * Verifies all blobs of a cache folder, and looks for those that an index lacks.
 *
 * @throws as {@link verifyBlobs}
 */
export async function verifyStore(
  layout: Layout,
  blobs: Blobs,
  index: () => Index,
  options: VerifyOptions,
): Promise<Verification> {
  const verified = await verifyBlobs(layout, options);
  const damaged = new Map(verified.damaged.map((blob) => [blob.digest, withKeys(blob)]));
  const missing = new Map<Digest, DigestAndKeys>();
  const here = new Map<Digest, boolean>();
  for (const [key, { digest, location }] of index().range('')) {
    const hit = damaged.get(digest) ?? missing.get(digest);
    if (hit !== undefined) {
      hit.keys.push(key);
      continue;
    }
    const isHere = here.get(digest) ?? blobs.has(digest);
    here.set(digest, isHere);
    if (!isHere && location === undefined) missing.set(digest, { digest, keys: [key] });
  }
  return { ...verified, damaged: [...damaged.values()], missing: [...missing.values()] };
}

function withKeys(blob: DamagedBlob): DamagedBlob & { readonly keys: string[] } {
  return { ...blob, keys: [] };
}
