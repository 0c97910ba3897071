import { type Digest, hexOf } from '../digest.ts';
import { hasCode } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import { Index } from '../store/entry-index.ts';
import type { SnapshotConfig, SnapshotSubtree } from '../sync/config.ts';
import { type Placed, isIn, placeOf } from '../tree/area.ts';
import { isRootName } from '../tree/paths.ts';
import type { Roots } from './paths.ts';
import { type Subtree, areaOf } from './subtrees.ts';

/** What keys of records begin with: `records/` and the fingerprint's digits. */
const RECORDS = 'records/';

/** The key of a record. A store may have other keys that begin like it. */
const RECORD = /^records\/[0-9a-f]{64}$/;

/** The key of the record that a fingerprint is the digest of. */
export function recordKey(fingerprint: Digest): string {
  return RECORDS + hexOf(fingerprint);
}

/** Whether a key is that of a record. */
export function isRecordKey(key: string): boolean {
  return RECORD.test(key);
}

/** The entries of each subtree of a snapshot, by name; what is no file's is nobody's. */
export function entriesByOwner(
  entries: Iterable<readonly [string, Entry]>,
  config: SnapshotConfig,
  roots: Roots,
): Map<string, [string, Entry][]> {
  const owners = config.subtrees.map(({ name, root, folder, outputs, fingerprint }) => ({
    area: areaOf(root, folder, outputs, roots),
    isPath: fingerprint === null,
    owned: [name, []] as [string, [string, Entry][]],
  }));
  // One plan lets no two of them match a file. Jobs with other plans may: a subtree then goes first.
  owners.sort((a, b) => Number(a.isPath) - Number(b.isPath));
  for (const [key, entry] of entries) {
    const place = placeOfFile(key, entry);
    if (place === undefined) continue;
    const owner = owners.find(({ area }) => isIn(area, place));
    owner?.owned[1].push([key, entry]);
  }
  return new Map(owners.map(({ owned }) => owned));
}

/**
 * Where a file lies that the action has saved; undefined for all else: records, and what a store has put,
 * which may have any key and any metadata. A file whose entry was spoilt is missing in its subtree, as
 * the subtree's digest tells.
 */
function placeOfFile(key: string, entry: Entry): Placed | undefined {
  if (entry.meta === undefined || !isRootName(key.slice(0, Math.max(key.indexOf('/'), 0))))
    return undefined;
  try {
    return placeOf(key, entry);
  } catch (error) {
    if (hasCode(error, 'MALFORMED')) return undefined;
    throw error;
  }
}

/** The entries that are neither a subtree's nor records: those that a store has pushed to the tag, say. */
export function unowned(
  entries: Iterable<readonly [string, Entry]>,
  owned: ReadonlyMap<string, readonly (readonly [string, Entry])[]>,
): (readonly [string, Entry])[] {
  const keys = new Set<string>();
  for (const own of owned.values()) for (const [key] of own) keys.add(key);
  return [...entries].filter(([key]) => !isRecordKey(key) && !keys.has(key));
}

/** What a snapshot will say of a subtree that has these entries. */
export function describeSubtree(
  subtree: Subtree,
  fingerprint: SnapshotSubtree['fingerprint'],
  entries: Iterable<readonly [string, Entry]>,
): SnapshotSubtree {
  const { name, root, folder, outputs } = subtree;
  return {
    name,
    root,
    folder,
    outputs: [...outputs],
    fingerprint,
    digest: new Index(entries).hash(''),
  };
}
