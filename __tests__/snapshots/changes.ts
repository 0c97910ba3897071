import type { Kept } from './plain.ts';
import type { Random } from './random.ts';

/** A change to a store: of a key, or of two. */
export type Change = { readonly put: string; readonly kept: Kept } | { readonly delete: string };

/** What was ever put: contents come back. */
type Past = Kept[];

const FOLDERS = ['', 'a/', 'a/b/', 'a-b/', 'src/deep/', 'é/'];

/** Random changes to a store that holds some keys: puts, deletions, renames, old contents again. */
export function someChanges(
  random: Random,
  entries: ReadonlyMap<string, Kept>,
  past: Past,
): Change[] {
  const changes: Change[] = [];
  for (let n = 1 + random.below(8); n > 0; n -= 1) {
    const there = [...entries.keys()];
    const key = there.length > 0 && random.chance(0.7) ? random.pick(there) : newKey(random);
    changes.push(...changeOf(random, key, entries.get(key), past));
  }
  return changes;
}

function changeOf(random: Random, key: string, kept: Kept | undefined, past: Past): Change[] {
  const kind = random.share();
  if (kept !== undefined && kind < 0.3) return [{ delete: key }];
  if (kept !== undefined && kind < 0.45) return [{ delete: key }, { put: newKey(random), kept }];
  if (kept !== undefined && kind < 0.55) {
    return [{ put: key, kept: { ...kept, meta: { touched: random.below(1000) } } }];
  }
  if (past.length > 0 && kind < 0.7) return [{ put: key, kept: random.pick(past) }];
  const made: Kept = { bytes: random.noise(sizeOf(random)), meta: metaOf(random) };
  past.push(made);
  return [{ put: key, kept: made }];
}

function newKey(random: Random): string {
  return `${random.pick(FOLDERS)}${random.pick(['file', 'x', 'ü', 'z.js'])}${random.below(30)}`;
}

/** Small ones mostly, none at all, and some that have frames of their own. */
function sizeOf(random: Random): number {
  if (random.chance(0.05)) return 0;
  return random.chance(0.05) ? 600_000 + random.below(1_000_000) : random.below(3000);
}

function metaOf(random: Random): { readonly mode: number; readonly mtimeMs: number } {
  return { mode: random.pick([0o644, 0o755]), mtimeMs: 1.7e12 + random.below(1e9) + 0.5 };
}
