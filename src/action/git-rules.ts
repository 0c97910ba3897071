import { posix } from 'node:path';

import { listGitFiles } from '../subtree/files.ts';
import { findWorkTree } from '../subtree/git.ts';
import { baseOf } from './paths.ts';
import type { Subtree } from './subtrees.ts';

/** What git says of files in areas that are about to be restored. */
export interface GitRules {
  /** Whether a file that the snapshot does not hold is removed. */
  removes(subtree: Subtree, path: string): boolean;
  /**
   * Whether a file stays as it is, whatever the snapshot holds: one of a path that git tracks. A path's newest snapshot may be
   * older than the checkout.
   */
  keeps(subtree: Subtree, path: string): boolean;
}

/**
 * Which files of an area are removed when the snapshot does not hold them: outputs of a subtree, but
 * none that git tracks. Of a path in a git work tree, those that git would not list; of a path elsewhere
 * none, since other jobs may use it too, or its files may be somebody's sources.
 */
export async function gitRules(workspace: string, subtrees: readonly Subtree[]): Promise<GitRules> {
  // Git is asked once for all subtrees, however many there are.
  const list = async (
    which: 'tracked' | 'all',
    isMeant: (subtree: Subtree) => boolean,
  ): Promise<Set<string>> => {
    const areas = subtrees.filter((one) => one.root === 'ws' && isMeant(one));
    if (areas.length === 0) return new Set();
    const union = {
      has: (path: string) => areas.some(({ area }) => area.select(path, 'file')),
      mayContain: (folder: string) => areas.some(({ area }) => area.enter(folder)),
    };
    return new Set(await listGitFiles(workspace, union, which, areas.flatMap(foldersOf)));
  };
  const [tracked, listed] = await Promise.all([
    list('tracked', () => true),
    list('all', ({ hasInputs }) => !hasInputs),
  ]);
  const isRemovable = (subtree: Subtree): boolean =>
    subtree.root === 'ws' &&
    (subtree.hasInputs || foldersOf(subtree).every((folder) => isInWorkTree(workspace, folder)));
  const removable = new Set(subtrees.filter(isRemovable));
  return {
    removes: (subtree, path) =>
      removable.has(subtree) && !(subtree.hasInputs ? tracked : listed).has(path),
    keeps: ({ root, hasInputs }, path) => root === 'ws' && !hasInputs && tracked.has(path),
  };
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
