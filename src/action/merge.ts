import { isDeepStrictEqual } from 'node:util';

import type { Entry } from '../store/entry.ts';
import { Index } from '../store/entry-index.ts';
import type { SnapshotSubtree } from '../sync/config.ts';
import type { Draft } from '../sync/publish.ts';
import { keyPrefixOf } from '../tree/paths.ts';

/** A subtree with its entries, its record among them: what one job adds to a snapshot. */
export interface Contribution {
  readonly description: SnapshotSubtree;
  readonly entries: readonly (readonly [string, Entry])[];
}

/** What a snapshot holds, by the names of its subtrees. */
export type Contributions = ReadonlyMap<string, Contribution>;

/**
 * Puts subtrees into a snapshot: each replaces the one of its name as a whole, so that a subtree's
 * entries are always those of one build. What others saved stays.
 */
export function merge(held: Contributions, added: readonly Contribution[]): Contribution[] {
  return [
    ...new Map([...held, ...added.map((one) => [one.description.name, one] as const)]).values(),
  ];
}

/** Whether a snapshot holds exactly this already; modification times do not count. */
export function holds(held: Contributions, { description, entries }: Contribution): boolean {
  const known = held.get(description.name);
  if (known === undefined || !isDeepStrictEqual(known.description, description)) return false;
  const before = new Map(known.entries);
  return (
    before.size === entries.length &&
    entries.every(([key, entry]) => {
      const other = before.get(key);
      return other?.digest === entry.digest && sameMeta(other, entry);
    })
  );
}

/**
 * The snapshot that holds these subtrees.
 *
 * @param others entries that belong to none of them
 */
export function draftOf(
  contributions: readonly Contribution[],
  annotations: Draft['annotations'],
  others: Contribution['entries'] = [],
): Draft {
  return {
    entries: new Index([...others, ...contributions.flatMap(({ entries }) => entries)]),
    subtrees: contributions.map(({ description }) => description),
    prefixes: contributions.map(({ description: { root, folder } }) => keyPrefixOf(root, folder)),
    annotations,
  };
}

function sameMeta(a: Entry, b: Entry): boolean {
  return isDeepStrictEqual(withoutTime(a), withoutTime(b));
}

function withoutTime({ meta }: Entry): unknown {
  return typeof meta === 'object' && meta !== null && 'mtimeMs' in meta
    ? { ...meta, mtimeMs: 0 }
    : meta;
}
