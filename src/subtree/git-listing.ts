import { realpathSync } from 'node:fs';

import { decodeName } from '../names.ts';
import { listFiles } from './files.ts';
import type { Area } from './folder.ts';
import { findWorkTree, gitFiles } from './git.ts';

/**
 * The files of a workspace's area that git knows: those that it tracks, or all that it lists
 * (untracked ones too that are not ignored). None outside of a git work tree.
 *
 * @param workspace absolute path
 * @returns POSIX paths relative to the workspace
 */
export async function listGitFiles(
  workspace: string,
  area: Area,
  which: 'tracked' | 'all',
): Promise<readonly string[]> {
  const folder = realpathSync(workspace);
  const workTree = findWorkTree(folder);
  if (workTree === undefined) return [];
  if (which === 'all') return (await listFiles(folder, area)).map(({ path }) => path);
  const tracked: string[] = [];
  for await (const bytes of gitFiles(workTree, undefined, ['--cached'])) {
    const path = decodeName(bytes);
    if (area.has(path)) tracked.push(path);
  }
  return tracked;
}
