import type { Observer } from '../observe.ts';
import { closure, packageEdges } from './dependencies.ts';
import { listFiles } from './files.ts';
import { WORKSPACE, folderOf } from './name.ts';

/**
 * The packages of a workspace that subtrees depend on, directly or not, and that are none of these
 * subtrees themselves.
 *
 * A job that names only `packages/app` must see a change in `packages/core`, and must come to the
 * same fingerprint as a job that names both.
 *
 * @param workspace absolute path
 * @param names of the subtrees
 * @returns names as subtrees would have them: folders with a `package.json`
 */
export async function dependenciesOutside(
  workspace: string,
  names: readonly string[],
  options: {
    readonly observer?: Observer | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<string[]> {
  const manifests = await listFiles(workspace, MANIFESTS, {
    folders: names.map(folderOf),
    signal: options.signal,
  });
  const own = new Set(names);
  const others = manifests
    .map(({ path }) => (path === MANIFEST ? WORKSPACE : path.slice(0, -MANIFEST.length - 1)))
    .filter((folder) => !own.has(folder));
  if (others.length === 0) return [];
  const edges = packageEdges(workspace, [...names, ...others], options.observer);
  const reached = new Set(names.flatMap((name) => closure(edges, name)));
  return others.filter((folder) => reached.has(folder));
}

const MANIFEST = 'package.json';

/** Every package's manifest but those that were installed. */
const MANIFESTS = {
  has: (path: string) => (path === MANIFEST || path.endsWith(`/${MANIFEST}`)) && !isInstalled(path),
  mayContain: (folder: string) => !isInstalled(`${folder}/`),
};

function isInstalled(path: string): boolean {
  return path.startsWith('node_modules/') || path.includes('/node_modules/');
}
