import { type Digest, digestOf } from '../../src/digest.ts';
import type { Tagged } from '../../src/action/lookup.ts';
import type { RestoreResult, SubtreeResult } from '../../src/action/restore.ts';
import type { SavedSubtree } from '../../src/action/save.ts';
import { subtreeOfFolder, subtreeOfPath } from '../../src/action/subtrees.ts';
import type { Roots } from '../../src/action/paths.ts';
import type { Snapshot } from '../../src/sync/snapshot.ts';

/** Roots that need not exist. */
export const ROOTS: Roots = { ws: '/w', home: '/h', root: '/' };

/** A snapshot that nobody looks into. */
function snapshotOf(name: string): Snapshot {
  const digest = digestOf(name);
  const descriptor = { mediaType: 'application/json', digest, size: 2 };
  return {
    descriptor,
    bytes: Buffer.from('{}'),
    manifest: {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor,
      layers: [],
    },
    config: { format: 1, root: '', entries: 0, bytes: 0, prefixes: {}, subtrees: [], merged: [] },
  };
}

/** What a tag of main points to. */
export function tagged(tag: string, key?: string): Tagged {
  const scope = { kind: 'branch', name: 'main' } as const;
  return { tag, scope, snapshot: snapshotOf(tag), ...(key === undefined ? {} : { key }) };
}

/** A result; with a tag it is unchanged and was restored from there. */
function resultOf(
  subtree: SubtreeResult['subtree'],
  tag: string | undefined,
  reasons: readonly string[] = ['src/x.ts changed'],
  key?: string,
): SubtreeResult {
  const fingerprint: Digest | undefined = subtree.hasInputs ? digestOf(subtree.name) : undefined;
  return {
    subtree,
    fingerprint,
    record: undefined,
    source: tag === undefined ? undefined : tagged(tag, key),
    restored:
      tag === undefined
        ? undefined
        : { files: 3, written: 2, bytes: 1500, removed: 0, milliseconds: 20 },
    tarballBytes: tag === undefined ? 0 : 700,
    reasons: tag === undefined ? reasons : [],
  };
}

/** A subtree's result. */
export function folderResult(
  name: string,
  tag: string | undefined,
  reasons?: readonly string[],
): SubtreeResult {
  return resultOf(subtreeOfFolder(name, ['dist/**'], ROOTS), tag, reasons);
}

/** A path's result. */
export function pathResult(
  name: string,
  tag: string | undefined,
  { reasons, key }: { readonly reasons?: readonly string[]; readonly key?: string } = {},
): SubtreeResult {
  return resultOf(subtreeOfPath(name, 'ws', [name], ROOTS), tag, reasons, key);
}

/** All of a main step's results. */
export function restoreResult(
  results: readonly SubtreeResult[],
  lookedFor: readonly string[] = ['branch-x', 'branch-main'],
): RestoreResult {
  return { results, chain: [], lookedFor, suspects: [], failure: undefined };
}

/** A subtree that a save has published. */
export function savedSubtree(name: string, more: Partial<SavedSubtree> = {}): SavedSubtree {
  const sizes = { files: 3, bytes: 1500, tarballBytes: 700, milliseconds: 20 };
  return { name, isPath: false, isNew: true, ...sizes, ...more };
}

/** A remote that did something. */
export const STATS = { requests: 4, downloadedBytes: 12_345, uploadedBytes: 678 };
