import type { Digest } from '../digest.ts';
import { parseRecord } from '../subtree/parse-record.ts';
import { encodeRecord, type FingerprintRecord } from '../subtree/record.ts';
import type { RestoreResult } from './restore.ts';
import type { Session } from './session.ts';

/** Keeps the records of changed subtrees on disk: the post step names what changed since. */
export function keepRecords({ blobs }: Session, { results }: RestoreResult): void {
  for (const { record, source } of results) {
    if (record !== undefined && source === undefined) blobs.put(encodeRecord(record));
  }
}

/** A record that the main step kept; undefined where it is gone. */
export function keptRecord({ blobs }: Session, fingerprint: Digest): FingerprintRecord | undefined {
  const bytes = blobs.find(fingerprint);
  return bytes === undefined ? undefined : parseRecord(bytes);
}
