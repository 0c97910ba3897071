import { posix } from 'node:path';

import { describeError } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { compareBytes } from '../order.ts';
import { folderOf } from './name.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';

/** Which subtrees a subtree depends on directly, by name. */
export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Dependencies between subtrees that are npm packages.
 *
 * One whose `package.json` names another's package among any kind of its dependencies depends on
 * it, whatever version it asks for. So does one that names it by an alias
 * (`npm:@acme/core@1`, `workspace:@acme/core@*`) or by its folder (`file:../core`, `link:`,
 * `portal:`, `workspace:`).
 *
 * A name that several subtrees bear means all of them: one edge too many costs a build, one too few
 * is a wrong hit. A `package.json` that cannot be read gives no edges; the observer hears of it.
 *
 * @param workspace absolute path
 * @param names of all subtrees
 */
export function packageEdges(
  workspace: string,
  names: readonly string[],
  observer?: Observer,
): Edges {
  const packages = new Map<string, PackageJson>();
  for (const name of names) {
    const path = posix.join(folderOf(name), 'package.json');
    try {
      const found = readPackageJson(`${workspace}/${path}`);
      if (found !== undefined) packages.set(name, found);
    } catch (error) {
      observer?.({
        kind: 'warning',
        message: `${path} cannot be read, so that the dependencies of ${name} are not known: ${describeError(error)}`,
      });
    }
  }
  const bearers = subtreesByPackage(packages);
  const edges = new Map<string, Set<string>>();
  for (const [name, { dependencies }] of packages) {
    const targets = dependencies.flatMap(([alias, spec]) => [
      ...(bearers.get(alias) ?? []),
      ...(bearers.get(packageIn(spec)) ?? []),
      subtreeAt(name, spec, packages),
    ]);
    const others = targets.filter((target) => target !== undefined && target !== name);
    if (others.length > 0) edges.set(name, new Set(others as string[]));
  }
  return edges;
}

/** All edges of both. */
export function mergeEdges(a: Edges, b: Edges): Edges {
  const merged = new Map<string, ReadonlySet<string>>(a);
  for (const [name, targets] of b)
    merged.set(name, new Set([...(merged.get(name) ?? []), ...targets]));
  return merged;
}

/** All that a subtree depends on, directly or not, but not itself; sorted by bytes. */
export function closure(edges: Edges, name: string): readonly string[] {
  const seen = new Set([name]);
  // A set's iteration also meets what is added during it.
  for (const reached of seen) {
    for (const target of edges.get(reached) ?? []) seen.add(target);
  }
  seen.delete(name);
  return [...seen].sort(compareBytes);
}

/** The subtrees that bear a package's name. */
function subtreesByPackage(
  packages: ReadonlyMap<string, PackageJson>,
): ReadonlyMap<string, string[]> {
  const bearers = new Map<string, string[]>();
  for (const [subtree, { name }] of packages) {
    if (name === undefined) continue;
    const known = bearers.get(name);
    if (known === undefined) bearers.set(name, [subtree]);
    else known.push(subtree);
  }
  return bearers;
}

/** The package that an alias stands for; empty: none. */
function packageIn(spec: string): string {
  return /^(?:npm|workspace):((?:@[^/@]+\/)?[^/@]+)@/.exec(spec)?.[1] ?? '';
}

function subtreeAt(
  from: string,
  spec: string,
  packages: ReadonlyMap<string, PackageJson>,
): string | undefined {
  const path = /^(?:file|link|portal|workspace):(\.{1,2}(?:\/.*)?)$/.exec(spec)?.[1];
  // Yarn also takes paths from the project's root.
  const fromTop = path === undefined ? /^workspace:([^~^*].*)$/.exec(spec)?.[1] : undefined;
  if (path === undefined && fromTop === undefined) return undefined;
  // A subtree's name is its folder, and "." is what the workspace's own comes to.
  const folder = posix.join(path === undefined ? '' : folderOf(from), path ?? fromTop ?? '');
  const name = folder.replace(/(?<=.)\/$/, '');
  return packages.has(name) ? name : undefined;
}
