import * as v from 'valibot';

import { type Digest, digestOf } from '../../digest.ts';
import { IntegrityError, NotFoundError } from '../../errors.ts';
import type { Observer } from '../../observe.ts';
import type { Remote, TagOrDigest } from '../../oci/remote.ts';
import { SIGNAL, checkOptions } from '../../options.ts';
import { Blobs } from '../../store/blobs.ts';
import type { Json } from '../../store/entry.ts';
import { openLayout } from '../../store/layout.ts';
import type { Store } from '../../store/store.ts';
import { keepingEverything } from '../../store/write-guard.ts';
import { Contents } from './contents.ts';
import { type GoEntry, type Refusal, goRoot, readGoIndex } from './go-index.ts';
import { Layers } from './layers.ts';
import { MAX_INDEX_BYTES } from './limits.ts';
import { malformed } from './malformed.ts';
import { type GoLayer, type GoSnapshot, readGoSnapshot } from './snapshot.ts';

/** How a snapshot of the Go package is imported. */
export interface GoImportOptions {
  /**
   * Other tags of the repository, or digests of manifests, that the Go package has pushed: in their
   * layers, too, is looked for contents that the tag's own manifest does not list any more.
   */
  readonly also?: readonly TagOrDigest[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly observer?: Observer | undefined;
}

/** An entry that could not be imported. */
export interface GoLostEntry {
  readonly key: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly meta?: Json;
  /**
   * `absent`: its content is in no layer that the manifest lists; every push of the Go package leaves
   * out what earlier ones have brought. `damaged`: a layer has something else in its place.
   * `invalid-key`, `invalid-meta`: a store cannot hold it.
   */
  readonly reason: 'absent' | 'damaged' | Refusal;
  /** The reason, for people. */
  readonly message: string;
}

/** What an import came to. */
export interface GoImported {
  /** The digest of the manifest that the tag points to. */
  readonly snapshot: Digest;
  /**
   * What Go's `Root()` gives for it. Where nothing was lost, and the store was empty before, it is what
   * `store.root()` gives now.
   */
  readonly root: Digest | '';
  /** Entries that are in the store now. */
  readonly imported: number;
  /** The others, sorted as in Go's index. */
  readonly lost: readonly GoLostEntry[];
}

/**
 * Brings what the Go package `github.com/aweris/cafs` has pushed to a tag into a store: all keys with
 * their contents and metadata, in the place of entries with the same keys. Its `FileMeta` becomes
 * {@link FileMeta}; other metadata stays as it is.
 *
 * Every byte is verified, and nothing in the store changes before all of it has been. Layers and
 * contents are kept in the cache folder, so that to import again fetches nothing again; `gc` removes
 * what no entry needs.
 *
 * The manifest of a tag that was pushed to more than once does not list all layers: see `lost`.
 *
 * @throws NotFoundError where there is nothing; CafsError `NOT_A_SNAPSHOT` for what somebody else has
 *   pushed, `MALFORMED` and `INTEGRITY` for what is not as the Go package writes it; `NO_SPACE`,
 *   `UNWRITABLE`; the remote's own errors; the signal's reason
 * @example
 * const remote = openRemote('ghcr.io/me/cache', { cwd: process.cwd() });
 * await using store = await open('cache:main', { remote: 'ghcr.io/me/cache-ts' });
 * const { lost } = await importGoSnapshot(remote, 'main', store);
 * for (const { key, message } of lost) console.warn(key, message);
 * await store.push();
 */
export async function importGoSnapshot(
  remote: Remote,
  tag: TagOrDigest,
  store: Store,
  options: GoImportOptions = {},
): Promise<GoImported> {
  checkOptions(options, OPTIONS);
  const { also = [], signal, observer } = options;
  signal?.throwIfAborted();
  const snapshot = await readGoSnapshot(remote, tag, { signal });
  const layers = new Map(snapshot.layers.map((layer) => [layer.digest, layer]));
  for (const reference of also) {
    const other = await readGoSnapshot(remote, reference, { signal });
    for (const layer of other.layers) {
      if (!layers.has(layer.digest)) layers.set(layer.digest, layer);
    }
  }
  const work = async (): Promise<GoImported> => {
    const blobs = Blobs.open(store.cacheDir);
    const reader = new Layers({ remote, blobs, signal, observer });
    const entries = readGoIndex(await readIndex(reader, snapshot, [...layers.values()]));
    const contents = new Contents(blobs, sizesOf(entries), signal);
    for (const layer of layers.values()) {
      for await (const record of reader.records(layer)) await contents.take(record);
    }
    await contents.lookElsewhere();
    const lost = entries.flatMap((entry) => whyLost(entry, contents) ?? []);
    const kept = entries.filter(
      (entry) => entry.refused === undefined && contents.has(entry.digest),
    );
    for (const { key, ...info } of kept) await adopt(store, key, info, signal);
    const { digest } = snapshot;
    return { snapshot: digest, root: goRoot(entries), imported: kept.length, lost };
  };
  return keepingEverything(openLayout(store.cacheDir), work, signal);
}

const OPTIONS = {
  name: 'importGoSnapshot',
  entries: {
    also: v.optional(v.array(v.string())),
    signal: SIGNAL,
    observer: v.optional(v.function()),
  },
};

/** The index is a content as any other; the layer that holds it is likely to be the one of its prefix. */
async function readIndex(
  reader: Layers,
  { digest, index }: GoSnapshot,
  layers: readonly GoLayer[],
): Promise<Buffer> {
  const prefix = index.slice('sha256:'.length, 'sha256:'.length + 2);
  const likely = (layer: GoLayer): number => (layer.prefixes.has(prefix) ? 0 : 1);
  for (const layer of [...layers].sort((a, b) => likely(a) - likely(b))) {
    for await (const record of reader.records(layer)) {
      if (record.digest !== index) continue;
      if (record.size > MAX_INDEX_BYTES) {
        throw malformed(`its index claims ${String(record.size)} bytes`);
      }
      const bytes = await record.whole();
      const found = digestOf(bytes);
      if (found === index) return bytes;
      throw new IntegrityError(`The Go package's index ${index} has the digest ${found}.`);
    }
  }
  throw new NotFoundError(`No layer of ${digest} holds its index ${index}.`, {
    hint: 'Name other tags that were pushed about the same time ("also").',
  });
}

function sizesOf(entries: readonly GoEntry[]): Map<Digest, number> {
  const kept = entries.filter(({ refused }) => refused === undefined);
  return new Map(kept.map(({ digest, size }) => [digest, size]));
}

function whyLost({ refused, ...entry }: GoEntry, contents: Contents): GoLostEntry | undefined {
  if (refused !== undefined) return { ...entry, ...refused };
  if (contents.has(entry.digest)) return undefined;
  const damage = contents.whyDamaged(entry.digest);
  if (damage !== undefined) {
    return { ...entry, reason: 'damaged', message: `Its content was pushed damaged: ${damage}.` };
  }
  const message = 'Its content is in no layer that the manifest lists.';
  return { ...entry, reason: 'absent', message };
}

async function adopt(
  store: Store,
  key: string,
  info: Pick<GoEntry, 'digest' | 'size' | 'meta'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (await store.adopt(key, info, { signal })) return;
  throw new NotFoundError(`The content ${info.digest} is gone from ${store.cacheDir} again.`, {
    hint: 'Did somebody else remove files there? Import again.',
  });
}
