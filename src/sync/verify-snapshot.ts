import { type Digest, Digester } from '../digest.ts';
import { IntegrityError, NotFoundError, hasCode, messageOf } from '../errors.ts';
import type { Observer } from '../observe.ts';
import type { CallOptions, Remote } from '../oci/remote.ts';
import type { Descriptor, Manifest } from '../oci/types.ts';
import type { Receiver } from '../store/deliver.ts';
import type { Entry } from '../store/entry.ts';
import { Index } from '../store/entry-index.ts';
import { decodeConfig } from './config.ts';
import { downloadContents } from './download.ts';
import { findLostBlobs } from './lost-blobs.ts';
import { checkIndex, readManifest, segmentsOf } from './snapshot.ts';
import { isDamaged, isLost } from './unusable.ts';

/** Something of a snapshot that cannot be had from its remote. */
export interface Fault {
  /** `missing`: not there, or there with another size. */
  readonly kind: 'missing' | 'damaged';
  readonly part: 'config' | 'index' | 'pack';
  /** The blobs in which it lies: more than one only for a content that several packs share. */
  readonly blobs: readonly Digest[];
  /** What is wrong, in words. */
  readonly message: string;
  /** Keys of entries that cannot be had for it, sorted; none where the index itself cannot be read. */
  readonly keys: readonly string[];
}

/** What a snapshot turned out to be. */
export interface VerifiedSnapshot {
  /** Of its manifest. */
  readonly digest: Digest;
  /** Blobs that it names, and their bytes. */
  readonly blobs: number;
  readonly bytes: number;
  /** Undefined: its index cannot be read. */
  readonly entries: number | undefined;
  /** None: it is whole. */
  readonly faults: readonly Fault[];
}

/** How a snapshot is verified. */
export interface VerifySnapshotOptions extends CallOptions {
  /** Whether all contents are downloaded and hashed; else packs are only looked for. */
  readonly contents?: boolean;
  readonly observer?: Observer;
}

/**
 * Looks whether a remote has all of a snapshot: every blob with its size, and a config and an index that are
 * what the manifest says; with `contents`, that each entry's content comes with its digest. Nothing of this
 * machine's disk is used in its place.
 *
 * @returns undefined where there is no such tag
 * @throws NotFoundError where the tag's manifest is gone; CafsError `NOT_A_SNAPSHOT`, `UNSUPPORTED_VERSION`,
 *   `MALFORMED` and `INTEGRITY` for the manifest; the remote's own errors
 */
export async function verifySnapshot(
  remote: Remote,
  tag: string,
  options: VerifySnapshotOptions = {},
): Promise<VerifiedSnapshot | undefined> {
  const { contents = false, signal } = options;
  const fetched = await remote.getManifest(tag, { signal });
  if (fetched === undefined) {
    const at = await remote.resolve(tag, { signal });
    if (at === undefined) return undefined;
    throw new NotFoundError(`${remote.name} has lost the manifest ${at.digest} of ${tag}.`);
  }
  const manifest = await readManifest(remote, fetched, tag, { signal });
  const blobs = new Map([manifest.config, ...manifest.layers].map((blob) => [blob.digest, blob]));
  const lost = await findLostBlobs(remote, [manifest], { signal });
  const { index, faults } = await readDescription(remote, manifest, lost, { signal });
  const hit = keysByPack(index, lost);
  for (const digest of lost) {
    if (partOf(manifest, digest) !== 'pack') continue;
    const message = `There is no blob ${digest} of ${String(blobs.get(digest)?.size)} bytes.`;
    faults.push({
      kind: 'missing',
      part: 'pack',
      blobs: [digest],
      message,
      keys: hit.get(digest) ?? [],
    });
  }
  if (contents && index !== undefined) {
    faults.push(...(await readContents(remote, index, lost, options)));
  }
  return {
    digest: fetched.descriptor.digest,
    blobs: blobs.size,
    bytes: [...blobs.values()].reduce((sum, { size }) => sum + size, 0),
    entries: index?.size,
    faults,
  };
}

/** What a blob of a snapshot is. */
function partOf(manifest: Manifest, digest: Digest): Fault['part'] {
  if (manifest.config.digest === digest) return 'config';
  return segmentsOf({ manifest }).some((segment) => segment.digest === digest) ? 'index' : 'pack';
}

/** Reads the config and the index, which are small. */
async function readDescription(
  remote: Remote,
  manifest: Manifest,
  lost: ReadonlySet<Digest>,
  options: CallOptions,
): Promise<{ readonly index: Index | undefined; readonly faults: Fault[] }> {
  const faults: Fault[] = [];
  const attempt = async <T>(
    part: Fault['part'],
    { digest }: Descriptor,
    work: () => T | Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isDamaged(error)) throw error;
      const kind = hasCode(error, 'NOT_FOUND') ? 'missing' : 'damaged';
      faults.push({ kind, part, blobs: [digest], message: messageOf(error), keys: [] });
      return undefined;
    }
  };
  const fetch = (blob: Descriptor): Promise<Uint8Array> => {
    if (!lost.has(blob.digest)) return remote.getBlob(blob, options);
    const size = String(blob.size);
    throw new NotFoundError(`There is no blob ${blob.digest} of ${size} bytes.`);
  };
  const config = await attempt('config', manifest.config, async () =>
    decodeConfig(await fetch(manifest.config)),
  );
  const [base, ...changes] = segmentsOf({ manifest });
  let index = await attempt('index', base, async () => Index.decode(await fetch(base)));
  for (const segment of changes) {
    const applied = await attempt('index', segment, async () => {
      const bytes = await fetch(segment);
      index?.applySegment(bytes);
      return true;
    });
    if (applied === undefined) index = undefined;
  }
  if (config !== undefined && index !== undefined) {
    const whole = index;
    const isRight = await attempt('index', base, () => {
      checkIndex({ manifest, config }, whole);
      return true;
    });
    if (isRight === undefined) index = undefined;
  }
  return { index, faults };
}

function packsOf({ location }: Entry): readonly Digest[] {
  return [...new Set(location?.frames.map(({ pack }) => pack.digest))];
}

/** The keys of entries that lie in these packs. */
function keysByPack(
  index: Index | undefined,
  packs: ReadonlySet<Digest>,
): ReadonlyMap<Digest, string[]> {
  const keys = new Map<Digest, string[]>();
  if (index === undefined || packs.size === 0) return keys;
  for (const [key, entry] of index.range('')) {
    for (const pack of packsOf(entry)) {
      if (!packs.has(pack)) continue;
      const known = keys.get(pack);
      if (known === undefined) keys.set(pack, [key]);
      else known.push(key);
    }
  }
  return keys;
}

/** Reads all contents whose packs are there, and hashes them. */
async function readContents(
  remote: Remote,
  index: Index,
  lost: ReadonlySet<Digest>,
  { observer, signal }: VerifySnapshotOptions,
): Promise<Fault[]> {
  const failures = new Map<Digest, unknown>();
  const receiver: Receiver = {
    // It has been hashed already.
    whole: () => undefined,
    pieces: (digest, pieces) => assertDigest(digest, pieces()),
    failed: (digest, error) => void failures.set(digest, error),
  };
  const entries = [...index.range('')].filter(
    ([, entry]) => !packsOf(entry).some((pack) => lost.has(pack)),
  );
  const how = { signal, ...(observer === undefined ? {} : { observer }) };
  await downloadContents(
    remote,
    entries.map(([, entry]) => entry),
    receiver,
    how,
  );
  const faults = new Map<string, Fault & { readonly keys: string[] }>();
  for (const [key, entry] of entries) {
    const error = failures.get(entry.digest);
    if (error === undefined) continue;
    if (!isLost(error)) throw error as Error;
    const blobs = packsOf(entry);
    const kind = hasCode(error, 'NOT_FOUND') ? 'missing' : 'damaged';
    const fault = faults.get(`${kind} ${blobs.join()}`) ?? {
      kind,
      part: 'pack',
      blobs,
      message: messageOf(error),
      keys: [],
    };
    fault.keys.push(key);
    faults.set(`${kind} ${blobs.join()}`, fault);
  }
  return [...faults.values()];
}

async function assertDigest(digest: Digest, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const digester = new Digester();
  for await (const piece of pieces) digester.update(piece);
  const found = digester.digest();
  if (found !== digest)
    throw new IntegrityError(`The bytes for ${digest} have the digest ${found}.`);
}
