import type { Digest } from '../digest.ts';
import { compareBytes } from '../order.ts';
import type { Index } from '../store/entry-index.ts';
import { normalisePrefix } from '../store/keys.ts';

/** More prefixes have no digest in a config: they are a service for readers, who can do without. */
export const MAX_PREFIXES = 1000;

/** Nor has one of more parts: each entry is hashed once for every prefix that it lies below. */
const MAX_PARTS = 8;

/** Digests that a snapshot's config names. */
export interface PrefixDigests {
  /** Of everything. */
  readonly root: Digest | '';
  /** By prefix, sorted by their bytes; none of a prefix without an entry. */
  readonly prefixes: Readonly<Record<string, Digest>>;
}

/**
 * The digests of the whole of an index, of prefixes that somebody wishes for, and of the folders at the
 * top: at most {@link MAX_PREFIXES}, first those that are wished for, and of each kind the first in the
 * order of their bytes.
 */
export function digestPrefixes(entries: Index, wished: Iterable<string>): PrefixDigests {
  const { '': root = '', ...prefixes } = Object.fromEntries(
    entries.hashesOf(choose(entries, wished)),
  );
  return { root, prefixes };
}

function choose(entries: Index, wished: Iterable<string>): ReadonlySet<string> {
  const all = new Set(Array.from(wished, normalisePrefix).filter(isShort));
  const chosen = new Set([...all].sort(compareBytes).slice(0, MAX_PREFIXES));
  for (const folder of entries.topFolders()) {
    if (chosen.size >= MAX_PREFIXES) break;
    chosen.add(folder);
  }
  return chosen;
}

/** Whether it is a prefix of few parts; the empty one is the root. */
function isShort(prefix: string): boolean {
  return prefix !== '' && prefix.split('/', MAX_PARTS + 2).length <= MAX_PARTS + 1;
}
