import { type Digest, digestOf } from '../../digest.ts';
import { CafsError, IntegrityError, NotFoundError } from '../../errors.ts';
import { parseManifest } from '../../oci/manifest.ts';
import type { CallOptions, FetchedManifest, Remote, TagOrDigest } from '../../oci/remote.ts';
import {
  type Descriptor,
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_INDEX,
  type Manifest,
} from '../../oci/types.ts';
import { dialectOf } from '../snapshot-manifest.ts';
import { type PrefixInfo, fetchLabels } from './config.ts';
import { MAX_LAYERS, MAX_RAW_BYTES } from './limits.ts';
import { malformed } from './malformed.ts';

/** A layer that a manifest of the Go package lists. */
export interface GoLayer extends Pick<Descriptor, 'digest' | 'size'> {
  /** The digest of its bytes once they are decompressed. */
  readonly diffId: Digest;
  /** The digests of what it holds, by the first two digits of contents. */
  readonly prefixes: ReadonlyMap<string, Digest>;
}

/** What a tag points to that the Go package has pushed, without its index and without any content. */
export interface GoSnapshot {
  /** Of the manifest. */
  readonly digest: Digest;
  /** Of the index, which is a content in one of the layers. */
  readonly index: Digest;
  readonly layers: readonly GoLayer[];
}

/**
 * Reads what the Go package has pushed to a tag.
 *
 * @throws NotFoundError where there is nothing; CafsError `NOT_A_SNAPSHOT` for what somebody else has
 *   pushed, `MALFORMED` for what is not as the Go package writes it; the remote's own errors
 */
export async function readGoSnapshot(
  remote: Remote,
  reference: TagOrDigest,
  options: CallOptions,
): Promise<GoSnapshot> {
  const name = `${remote.name} ${reference}`;
  const fetched = await remote.getManifest(reference, options);
  if (fetched === undefined) {
    throw new NotFoundError(`There is nothing at ${name}.`, { hint: 'Check the tag.' });
  }
  const { digest } = fetched.descriptor;
  const manifest = parseFetched(fetched, name);
  const labels = await fetchLabels(remote, manifest, options);
  if (labels === undefined) throw notGos(name);
  const { root, prefixes, diffIds } = labels;
  if (manifest.layers.length > MAX_LAYERS) {
    throw malformed(`it has ${String(manifest.layers.length)} layers`);
  }
  if (manifest.layers.length !== diffIds.length) {
    const found = `${String(manifest.layers.length)} layers and ${String(diffIds.length)} diff_ids`;
    throw malformed(`it has ${found}`);
  }
  const size = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
  if (size > MAX_RAW_BYTES) throw malformed(`its layers claim ${String(size)} bytes`);
  const layers = manifest.layers.map((layer, at) => layerOf(layer, diffIds[at], prefixes));
  return { digest, index: root, layers };
}

function parseFetched({ descriptor, bytes }: FetchedManifest, name: string): Manifest {
  // The remote has checked the bytes already; what everything else hangs on is worth a second look.
  if (digestOf(bytes) !== descriptor.digest) {
    throw new IntegrityError(`The manifest of ${name} does not have its digest.`);
  }
  if ([MEDIA_TYPE_INDEX, MEDIA_TYPE_DOCKER_INDEX].includes(descriptor.mediaType)) {
    throw notGos(name);
  }
  const manifest = parseManifest(bytes);
  if (dialectOf(manifest) === undefined) return manifest;
  throw new CafsError('NOT_A_SNAPSHOT', `The Go package has not pushed ${name}: cafs-action has.`, {
    hint: 'There is nothing to import: pull it.',
  });
}

function layerOf(
  { digest, size }: Descriptor,
  diffId: Digest | undefined,
  prefixes: ReadonlyMap<string, PrefixInfo>,
): GoLayer {
  if (diffId === undefined) throw malformed('a layer has no diff_id');
  const here = [...prefixes].filter(([, { layer }]) => layer === digest);
  const hashes = new Map(here.map(([prefix, { hash }]) => [prefix, hash]));
  return { digest, size, diffId, prefixes: hashes };
}

function notGos(name: string): CafsError {
  return new CafsError('NOT_A_SNAPSHOT', `The Go package has not pushed ${name}.`, {
    hint: 'Name a tag that github.com/aweris/cafs has pushed: its config has the label dev.cafs.root.',
  });
}
