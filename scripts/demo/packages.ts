import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as v from 'valibot';

import type { Subtree } from './subject.ts';

const Names = v.optional(v.record(v.string(), v.unknown()), {});
const PackageJson = v.object({
  name: v.optional(v.string()),
  bin: v.optional(v.union([v.string(), v.record(v.string(), v.string())]), {}),
  dependencies: Names,
  devDependencies: Names,
  peerDependencies: Names,
  optionalDependencies: Names,
});

/** What the demo wants to know of a folder's `package.json`. */
export interface Package {
  readonly name: string | undefined;
  /** Names of all kinds of dependencies. */
  readonly dependencies: readonly string[];
  /** Paths of the programs that it brings. */
  readonly programs: readonly string[];
}

/** Reads a folder's `package.json`; a folder without one has no name and needs nothing. */
export async function readPackage(folder: string): Promise<Package> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const json = v.parse(PackageJson, JSON.parse(text));
  return {
    name: json.name,
    dependencies: Object.keys({
      ...json.dependencies,
      ...json.devDependencies,
      ...json.peerDependencies,
      ...json.optionalDependencies,
    }),
    programs: typeof json.bin === 'string' ? [json.bin] : Object.values(json.bin),
  };
}

/** A subtree with those of its kind that it needs. */
interface Node {
  readonly subtree: Subtree;
  readonly needs: readonly string[];
}

async function readNodes(checkout: string, subtrees: readonly Subtree[]): Promise<Node[]> {
  const read = await Promise.all(
    subtrees.map(async (subtree) => ({
      subtree,
      ...(await readPackage(join(checkout, subtree.path))),
    })),
  );
  const names = new Map(read.map(({ name, subtree }) => [name, subtree.name]));
  return read.map(({ subtree, dependencies }) => ({
    subtree,
    needs: dependencies.flatMap((dependency) => names.get(dependency) ?? []),
  }));
}

/** Sorts subtrees so that each comes after those that it needs, as `package.json` files say. */
export async function inBuildOrder(
  checkout: string,
  subtrees: readonly Subtree[],
): Promise<Subtree[]> {
  const nodes = new Map(
    (await readNodes(checkout, subtrees)).map((node) => [node.subtree.name, node]),
  );
  const order = new Set<Subtree>();
  const visit = (name: string, path: readonly string[]): void => {
    const node = nodes.get(name);
    if (node === undefined || order.has(node.subtree) || path.includes(name)) return;
    for (const need of node.needs) visit(need, [...path, name]);
    order.add(node.subtree);
  };
  for (const name of nodes.keys()) visit(name, []);
  return [...order];
}

/** Subtrees, those first that most others need directly. */
export async function mostNeededFirst(
  checkout: string,
  subtrees: readonly Subtree[],
): Promise<Subtree[]> {
  const nodes = await readNodes(checkout, subtrees);
  const users = ({ name }: Subtree): number =>
    nodes.filter(({ needs }) => needs.includes(name)).length;
  return [...subtrees].sort((a, b) => users(b) - users(a));
}
