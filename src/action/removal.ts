import { posix } from 'node:path';

import { listGitFiles } from '../subtree/files.ts';
import { findWorkTree } from '../subtree/git.ts';
import { baseOf } from './paths.ts';
import type { Subtree } from './subtrees.ts';

/**
 * Which files of an area are removed when the snapshot does not hold them: outputs of a subtree, but
 * none that git tracks. Of a path in a git work tree, those that git would not list; of a path elsewhere
 * none, since other jobs may use it too, or its files may be somebody's sources.
 */
export async function removalRule(
  workspace: string,
  subtrees: readonly Subtree[],
): Promise<(subtree: Subtree, path: string) => boolean> {
  // Git is asked once for all subtrees, however many there are.
  const list = async (hasInputs: boolean, which: 'tracked' | 'all'): Promise<Set<string>> => {
    const areas = subtrees.filter((one) => one.root === 'ws' && one.hasInputs === hasInputs);
    if (areas.length === 0) return new Set();
    const union = {
      has: (path: string) => areas.some(({ area }) => area.select(path, 'file')),
      mayContain: (folder: string) => areas.some(({ area }) => area.enter(folder)),
    };
    return new Set(await listGitFiles(workspace, union, which, areas.flatMap(foldersOf)));
  };
  const [tracked, listed] = await Promise.all([list(true, 'tracked'), list(false, 'all')]);
  const isRemovable = (subtree: Subtree): boolean =>
    subtree.root === 'ws' &&
    (subtree.hasInputs || foldersOf(subtree).every((folder) => isInWorkTree(workspace, folder)));
  const removable = new Set(subtrees.filter(isRemovable));
  return (subtree, path) =>
    removable.has(subtree) && !(subtree.hasInputs ? tracked : listed).has(path);
}

/** Folders of the workspace that a subtree's outputs lie in. */
function foldersOf({ folder, outputs }: Subtree): string[] {
  const below = outputs.filter((glob) => !glob.startsWith('!')).map((glob) => baseOf(glob));
  return [...new Set([folder, ...below.map((base) => posix.join(folder, base))])].map((one) =>
    one.replace(/^\.?\/?$|\/$/, ''),
  );
}

function isInWorkTree(workspace: string, folder: string): boolean {
  return findWorkTree(posix.join(workspace, folder)) !== undefined;
}
