import { NotFoundError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import type { Index } from '../store/entry-index.ts';
import type { Entry } from '../store/entry.ts';

/** What keys begin with is shown for no more than these. */
const MAX_SHOWN = 5;

type Keys = Pick<Index, 'get' | 'range'>;

/**
 * What a snapshot has at a key or below it: everything, where that is empty.
 *
 * @param snapshot for errors
 * @throws CafsError `NOT_FOUND` where there is nothing
 */
export function entriesAt(
  keys: Keys,
  prefix: string,
  snapshot: string,
): Iterable<readonly [string, Entry]> {
  const entry = prefix === '' ? undefined : keys.get(prefix);
  if (entry !== undefined) return [[prefix, entry]];
  if (prefix === '' || has(keys, prefix)) return keys.range(prefix);
  const inFolder = `ws/${prefix.replace(/^(?:\.?\/)+/, '')}`;
  const isInFolder = keys.get(inFolder) !== undefined || has(keys, inFolder);
  const hint = isInFolder
    ? `The keys of what was in a pushed folder begin with ws/: write ${quoted(inFolder)}.`
    : nearby(keys, prefix, inFolder);
  throw new NotFoundError(`In ${snapshot} there is nothing at ${quoted(prefix)}, nor below it.`, {
    hint,
  });
}

/**
 * Checks that a snapshot in which nothing belongs into a folder is empty.
 *
 * @throws CafsError `NOT_FOUND`
 */
export function assertNothingElse(keys: Keys, snapshot: string): void {
  if (!has(keys, '')) return;
  throw new NotFoundError(`${snapshot} holds nothing that belongs into a folder (ws/).`, {
    hint: beginnings(keys),
  });
}

function has(keys: Keys, prefix: string): boolean {
  for (const _ of keys.range(prefix)) return true;
  return false;
}

/** What there is where something was looked for: in the nearest folder above it. */
function nearby(keys: Keys, ...looked: readonly string[]): string {
  for (const prefix of looked) {
    for (let end = prefix.lastIndexOf('/'); end > 0; end = prefix.lastIndexOf('/', end - 1)) {
      const folder = prefix.slice(0, end + 1);
      if (has(keys, folder)) return `Below ${quoted(folder)} there is ${childrenOf(keys, folder)}.`;
    }
  }
  return beginnings(keys);
}

function beginnings(keys: Keys): string {
  const children = childrenOf(keys, '');
  return children === '' ? 'It holds no entries at all.' : `Its keys begin with ${children}.`;
}

/** What lies in a folder, the first of it, in quotes. */
function childrenOf(keys: Keys, folder: string): string {
  const found = new Set<string>();
  for (const [key] of keys.range(folder)) {
    found.add(/^[^/]*\/?/.exec(key.slice(folder.length))?.[0] ?? '');
    if (found.size > MAX_SHOWN) break;
  }
  const shown = [...found].slice(0, MAX_SHOWN).map(quoted).join(', ');
  return `${shown}${found.size > MAX_SHOWN ? ' and more' : ''}`;
}
