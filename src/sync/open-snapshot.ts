import { hexOf } from '../digest.ts';
import { hasCode } from '../errors.ts';
import type { CallOptions, Remote } from '../oci/remote.ts';
import { Blobs } from '../store/blobs.ts';
import { IndexFile } from '../store/index-file.ts';
import { Store } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { downloadsFrom } from './download.ts';
import { type Snapshot, checkIndex, readIndex } from './snapshot.ts';

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
  const file = IndexFile.of(namespace, cacheDir);
  if (file.exists()) {
    try {
      return openChecked(file, namespace, snapshot, options);
    } catch (error) {
      // Damaged on this disk: the remote has it.
      if (!hasCode(error, 'MALFORMED')) throw error;
    }
  }
  const { entries } = await readIndex(remote, snapshot, { blobs: Blobs.open(cacheDir), signal });
  file.save(entries);
  return Store.open(namespace, options);
}

function openChecked(
  file: IndexFile,
  namespace: string,
  snapshot: Snapshot,
  options: StoreOptions,
): Store {
  try {
    checkIndex(snapshot, file.load());
    return Store.open(namespace, options);
  } catch (error) {
    file.remove();
    throw error;
  }
}
