import { contentOf, sizeOfFile } from './contents.ts';
import type { Kept } from './plain.ts';
import type { Random } from './random.ts';

/** How many folders a tree has at its top. */
export const SUBTREES = 20;

/** 2026-01-01. */
const BEGIN_MS = 1_767_225_600_000;
const YEAR_MS = 365 * 86_400_000;

/** A file as a build leaves it: sizes, contents and times as they are there. */
export function fileOf(random: Random, size = sizeOfFile(random)): Kept {
  const mtimeMs = BEGIN_MS + random.below(YEAR_MS) + random.below(1000) / 1000;
  return { bytes: contentOf(random, size), meta: { mode: 0o644, mtimeMs } };
}

/** So many files in twenty folders, by key. */
export function treeOf(random: Random, files: number): Map<string, Kept> {
  const tree = new Map<string, Kept>();
  for (let i = 0; i < files; i += 1) {
    const folder = `package-${String(i % SUBTREES).padStart(2, '0')}`;
    const inner = `${random.pick(['src', 'lib', 'dist', 'test'])}/part-${String(random.below(9))}`;
    tree.set(`${folder}/${inner}/module-${String(i)}.js`, fileOf(random));
  }
  return tree;
}

/** Files of a subtree: the folder's name stays in the keys. */
export function subtreeOf(tree: ReadonlyMap<string, Kept>, number: number): [string, Kept][] {
  const prefix = `package-${String(number).padStart(2, '0')}/`;
  return [...tree].filter(([key]) => key.startsWith(prefix));
}

/** Bytes of all contents. */
export function bytesOf(entries: Iterable<readonly [string, Kept]>): number {
  let sum = 0;
  for (const [, { bytes }] of entries) sum += bytes.byteLength;
  return sum;
}

/** Every hundredth file in the order of sizes, with other content of the same size: 1% of the bytes. */
export function oneInAHundred(random: Random, tree: ReadonlyMap<string, Kept>): Map<string, Kept> {
  const bySize = [...tree].sort(([, a], [, b]) => a.bytes.byteLength - b.bytes.byteLength);
  return new Map(
    bySize
      .filter((_, i) => i % 100 === 50)
      .map(([key, { bytes }]) => [key, fileOf(random, bytes.byteLength)]),
  );
}
