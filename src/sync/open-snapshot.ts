import { hexOf } from '../digest.ts';
import { hasCode } from '../errors.ts';
import type { CallOptions, Remote } from '../oci/remote.ts';
import { Store, type StoreOptions } from '../store/store.ts';
import { downloadsFrom } from './download.ts';
import { type Snapshot, checkIndex, fetchSegment } from './snapshot.ts';

/** How a snapshot is opened. */
export interface OpenSnapshotOptions extends CallOptions {
  /** Keeps indexes between runs and between the steps of a job. */
  readonly cacheDir: string;
}

/**
 * Opens the store of a snapshot with AutoPull `missing`: its index is fetched when this very
 * snapshot is not on this disk yet. A store is named by the snapshot's digest, so it is never
 * stale, and nothing is downloaded twice.
 *
 * @returns a store with the snapshot's entries; changing them changes nothing in the remote
 */
export async function openSnapshot(
  remote: Remote,
  snapshot: Snapshot,
  { cacheDir, signal }: OpenSnapshotOptions,
): Promise<Store> {
  const namespace = `snapshots:${hexOf(snapshot.descriptor.digest)}`;
  const options = { cacheDir, deliver: downloadsFrom(remote) };
  if (Store.exists(namespace, cacheDir)) {
    try {
      return openChecked(namespace, snapshot, options);
    } catch (error) {
      // Damaged on this disk: the remote has it.
      if (!hasCode(error, 'MALFORMED')) throw error;
    }
  }
  Store.receive(namespace, cacheDir, await fetchSegment(remote, snapshot, { signal }));
  return openChecked(namespace, snapshot, options);
}

function openChecked(namespace: string, snapshot: Snapshot, options: StoreOptions): Store {
  try {
    const store = Store.open(namespace, options);
    checkIndex(snapshot, store.list());
    return store;
  } catch (error) {
    Store.discard(namespace, options.cacheDir);
    throw error;
  }
}
