import type { Digest } from '../digest.ts';
import { parseFileMeta } from '../tree/meta.ts';
import type { Selected } from './candidates.ts';
import type { Built } from './contribute.ts';
import type { Contribution } from './merge.ts';
import { isRecordKey } from './ownership.ts';
import { tarballBytes } from './tarball.ts';

/** A subtree that the snapshot holds after a save. */
export interface SavedSubtree {
  readonly name: string;
  /** Whether a line of `path:` made it. */
  readonly isPath: boolean;
  /** Whether it was published anew. */
  readonly isNew: boolean;
  /** Files and symlinks. */
  readonly files: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Bytes that a tarball of it has: see {@link tarballBytes}. */
  readonly tarballBytes: number;
  /** Time spent on reading its files; undefined: they were not read. */
  readonly milliseconds: number | undefined;
}

/** What the save side did. */
export interface SaveResult {
  /** Whether something new was published. */
  readonly saved: boolean;
  /** The snapshot that the own tag points to now. */
  readonly snapshot: Digest | undefined;
  /** The subtrees of this job that are in it. */
  readonly subtrees: readonly SavedSubtree[];
  /** By name: why a subtree was left out. */
  readonly skipped: ReadonlyMap<string, string>;
  /** The key, or the tag, that paths were saved under. */
  readonly savedKey?: string | undefined;
  /** One line that says what happened. */
  readonly message: string;
}

/** Nothing was saved. */
export function nothing(message: string, skipped: Selected['skipped'] = new Map()): SaveResult {
  return { saved: false, snapshot: undefined, subtrees: [], skipped, message };
}

/** The subtrees of a job that are in a snapshot; those that are fresh were published anew. */
export function describeAll({ kept, built, fresh }: Built): SavedSubtree[] {
  return [
    ...built.map((one) => describeSaved(one, fresh.includes(one), one.milliseconds)),
    ...kept.map((one) => describeSaved(one, false)),
  ];
}

function describeSaved(
  { description: { name, fingerprint }, entries }: Contribution,
  isNew: boolean,
  milliseconds?: number,
): SavedSubtree {
  const own = entries.filter(([key]) => !isRecordKey(key));
  const files = own.filter(([, { meta }]) => parseFileMeta(meta).kind !== 'folder').length;
  const bytes = own.reduce((sum, [, { size }]) => sum + size, 0);
  return {
    name,
    isPath: fingerprint === null,
    isNew,
    files,
    bytes,
    tarballBytes: tarballBytes(own),
    milliseconds,
  };
}
