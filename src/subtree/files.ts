import { lstatSync, realpathSync, type Stats } from 'node:fs';

import { explainUnreadable, isMissing, requireNameable } from '../file-access.ts';
import { decodeName, encodePath } from '../names.ts';
import { compareBytes } from '../order.ts';
import { type Area, childrenIn, joinPath } from './folder.ts';
import { findWorkTree, gitFiles, isIgnored, type WorkTree } from './git.ts';
import { Turns } from './turns.ts';

/** A file or symlink on disk, as it was when the workspace was listed. */
export interface Candidate {
  /** POSIX path relative to the workspace. */
  readonly path: string;
  readonly kind: 'file' | 'symlink';
}

/**
 * The files of a workspace that may be inputs, and lie in an area, ordered by the bytes of
 * their paths.
 *
 * In a git work tree: tracked files, and untracked ones that are not ignored. A repository
 * inside of it, submodules too, is asked about its own files. A workspace that git ignores as a
 * whole, or that is in no work tree: all its files, but nothing named `.git`.
 *
 * Folders are no inputs: git knows no empty ones, so a fresh checkout has none. Sockets, pipes
 * and devices are left out.
 *
 * @param workspace absolute path
 * @throws CafsError `COMMAND_FAILED` where `.git` is there and git fails; `INVALID_INPUT` for
 *   a path in the area that may not be read
 */
export async function listFiles(
  workspace: string,
  area: Area,
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  const listing = new Listing(realpathSync(workspace), area, signal);
  const workTree = findWorkTree(listing.workspace);
  if (workTree === undefined) await listing.walk('');
  else await listing.addWorkTree('', workTree);
  return [...listing.found.values()].sort((a, b) => compareBytes(a.path, b.path));
}

class Listing {
  readonly workspace: string;
  /** By path: git names a file in conflict once per version. */
  readonly found = new Map<string, Candidate>();
  readonly #area: Area;
  readonly #signal: AbortSignal | undefined;
  readonly #turns: Turns;
  readonly #realFolders = new Map<string, boolean>();

  constructor(workspace: string, area: Area, signal: AbortSignal | undefined) {
    this.workspace = workspace;
    this.#area = area;
    this.#signal = signal;
    this.#turns = new Turns(signal);
  }

  /** Adds what git names in a folder of the workspace. */
  async addWorkTree(folder: string, workTree: WorkTree): Promise<void> {
    const inner = new Set<string>();
    let any = false;
    for await (const bytes of gitFiles(workTree, this.#signal)) {
      any = true;
      const text = decodeName(bytes);
      const isRepository = text.endsWith('/');
      const path = joinPath(folder, isRepository ? text.slice(0, -1) : text);
      const isWanted = this.#area.has(path);
      if (!isWanted && !this.#area.mayContain(path)) continue;
      requireNameable(path);
      const stats = this.#lstat(path);
      if (stats?.isDirectory() === true) inner.add(path);
      else if (stats !== undefined && isWanted) this.#add(path, stats);
    }
    for (const path of inner) await this.#addInner(path);
    if (!any && (await isIgnored(workTree, this.#signal))) await this.walk(folder);
  }

  /** Adds all files of a folder of the workspace. */
  async walk(folder: string): Promise<void> {
    const pending = [folder];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (this.#turns.due) await this.#turns.give();
      for (const { path, dirent } of childrenIn(this.workspace, next, this.#area)) {
        if (dirent.name === '.git') continue;
        if (!dirent.isDirectory()) this.#add(path, dirent);
        else if (this.#area.mayContain(path)) pending.push(path);
      }
    }
  }

  /** Adds a repository inside the work tree, or a folder in the place of a tracked file. */
  async #addInner(folder: string): Promise<void> {
    if (!this.#area.mayContain(folder)) return;
    const top = `${this.workspace}/${folder}`;
    const workTree = findWorkTree(top);
    if (workTree?.top === top) await this.addWorkTree(folder, workTree);
    else await this.walk(folder);
  }

  #add(path: string, stats: Pick<Stats, 'isFile' | 'isSymbolicLink'>): void {
    if (stats.isFile()) this.found.set(path, { path, kind: 'file' });
    else if (stats.isSymbolicLink()) this.found.set(path, { path, kind: 'symlink' });
  }

  /** Undefined: not there. What lies behind a symlink to a folder is not there, as git sees it. */
  #lstat(path: string): Stats | undefined {
    const slash = path.lastIndexOf('/');
    if (slash !== -1 && !this.#isRealFolder(path.slice(0, slash))) return undefined;
    const file = `${this.workspace}/${path}`;
    try {
      return lstatSync(encodePath(file), { throwIfNoEntry: false });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw explainUnreadable(error, file);
    }
  }

  #isRealFolder(folder: string): boolean {
    let isReal = this.#realFolders.get(folder);
    if (isReal === undefined) {
      isReal = this.#lstat(folder)?.isDirectory() === true;
      this.#realFolders.set(folder, isReal);
    }
    return isReal;
  }
}
