import { hasCode } from '../errors.ts';
import type { CallOptions, Remote } from '../oci/remote.ts';
import { hexOf } from '../digest.ts';
import { Store } from '../store/store.ts';
import { contentSource } from './content-source.ts';
import { type Snapshot, readIndex } from './snapshot.ts';

/** A snapshot whose index can be looked into. */
export interface OpenSnapshot {
  readonly snapshot: Snapshot;
  /** Its entries. Changing them changes nothing in the remote. */
  readonly store: Store;
}

/** How a snapshot is opened. */
export interface OpenSnapshotOptions extends CallOptions {
  /** Keeps indexes between runs and between the steps of a job. */
  readonly cacheDir: string;
}

/**
 * Opens the store of a snapshot with AutoPull `missing`: its index is fetched when this very
 * snapshot is not on this disk yet. A store is named by the snapshot's digest, so it is never
 * stale, and nothing is downloaded twice.
 */
export async function openSnapshot(
  remote: Remote,
  snapshot: Snapshot,
  options: OpenSnapshotOptions,
): Promise<OpenSnapshot> {
  const namespace = `snapshots:${hexOf(snapshot.descriptor.digest)}`;
  const storeOptions = { cacheDir: options.cacheDir, source: contentSource(remote) };
  if (Store.exists(namespace, options.cacheDir)) {
    try {
      return { snapshot, store: Store.open(namespace, storeOptions) };
    } catch (error) {
      if (!hasCode(error, 'MALFORMED')) throw error;
      Store.discard(namespace, options.cacheDir);
    }
  }
  const entries = await readIndex(remote, snapshot, options);
  const store = Store.open(namespace, storeOptions);
  for (const [key, entry] of entries) store.adopt(key, entry);
  await store.sync();
  return { snapshot, store };
}
