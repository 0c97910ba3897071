import { lstatSync, realpathSync, type Stats } from 'node:fs';

import { explainUnreadable, isMissing, requireNameable } from '../file-access.ts';
import { decodeName, encodePath } from '../names.ts';
import { compareBytes } from '../order.ts';
import { type Area, childrenIn, joinPath } from './folder.ts';
import { findWorkTree, gitFiles, isCheckout, isIgnored, isTop, type WorkTree } from './git.ts';
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
  { folders = [], signal }: ListOptions = {},
): Promise<readonly Candidate[]> {
  const listing = new Listing(realpathSync(workspace), area, { signal });
  const workTree = findWorkTree(listing.workspace);
  if (workTree === undefined) await listing.walk('');
  else await listing.addWorkTree('', workTree);
  // Also those that the work tree around them ignores.
  for (const [folder, inner] of workTreesOf(listing.workspace, folders)) {
    await listing.addWorkTree(folder, inner);
  }
  return listing.sorted();
}

/** How files are listed. */
export interface ListOptions {
  /** Folders of the area that may lie in a repository of their own, relative to the workspace. */
  readonly folders?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * The files of an area of a workspace that git knows: those that it tracks, or all that it lists
 * (untracked ones too that are not ignored). None of those folders that are in no work tree.
 *
 * @param folders where the area lies, relative to the workspace: each may be in another work tree
 * @returns POSIX paths relative to the workspace
 */
export async function listGitFiles(
  workspace: string,
  area: Area,
  which: Which,
  folders: readonly string[],
): Promise<readonly string[]> {
  const listing = new Listing(realpathSync(workspace), area, { which });
  for (const [folder, workTree] of workTreesOf(listing.workspace, folders)) {
    await listing.addWorkTree(folder, workTree);
  }
  return listing.sorted().map(({ path }) => path);
}

/** What git is asked for: what it tracks, or also what it does not track and does not ignore. */
type Which = 'tracked' | 'all';

/** The work trees that folders of a workspace lie in, each with its own folder in the workspace. */
function workTreesOf(workspace: string, folders: readonly string[]): Map<string, WorkTree> {
  const found = new Map<string, WorkTree>();
  for (const folder of folders) {
    const workTree = findWorkTree(folder === '' ? workspace : `${workspace}/${folder}`);
    if (workTree === undefined) continue;
    const { top } = workTree;
    const inner = top.startsWith(`${workspace}/`) ? top.slice(workspace.length + 1) : '';
    found.set(inner, { top, folder: inner === '' ? workspace : top });
  }
  return found;
}

class Listing {
  readonly workspace: string;
  /** By path: git names a file in conflict once per version. */
  readonly found = new Map<string, Candidate>();
  readonly #area: Area;
  readonly #which: Which;
  readonly #asked = new Set<string>();
  readonly #signal: AbortSignal | undefined;
  readonly #turns: Turns;
  readonly #realFolders = new Map<string, boolean>();

  constructor(
    workspace: string,
    area: Area,
    { which = 'all', signal }: { which?: Which; signal?: AbortSignal | undefined },
  ) {
    this.workspace = workspace;
    this.#area = area;
    this.#which = which;
    this.#signal = signal;
    this.#turns = new Turns(signal);
  }

  /** What was found, ordered by the bytes of the paths. */
  sorted(): Candidate[] {
    return [...this.found.values()].sort((a, b) => compareBytes(a.path, b.path));
  }

  /** Adds what git names in a folder of the workspace. */
  async addWorkTree(folder: string, workTree: WorkTree): Promise<void> {
    if (this.#asked.has(folder)) return;
    this.#asked.add(folder);
    const inner = new Set<string>();
    let any = false;
    for await (const bytes of gitFiles(workTree, this.#which, this.#signal)) {
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
    if (!any && this.#which === 'all' && (await isIgnored(workTree, this.#signal)))
      await this.walk(folder);
  }

  /** Adds all files of a folder of the workspace, but of repositories in it what git names. */
  async walk(folder: string): Promise<void> {
    const pending = [folder];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (this.#turns.due) await this.#turns.give();
      const top = `${this.workspace}/${next}`;
      if (next !== folder && isCheckout(top)) {
        await this.addWorkTree(next, { top, folder: top });
        continue;
      }
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
    if (isTop(top)) await this.addWorkTree(folder, { top, folder: top });
    else if (this.#which === 'all') await this.walk(folder);
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
