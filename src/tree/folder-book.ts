import { chmodSync, lstatSync, rmdirSync } from 'node:fs';

import { systemCode } from '../errors.ts';
import { isMissing } from '../file-access.ts';
import { addWithParents, parentOf } from './ancestors.ts';
import type { WantedMeta } from './meta.ts';
import type { ParentGuard } from './parent-guard.ts';
import { setTime } from './attributes.ts';

/** What decides over folders. */
export interface FolderRules {
  readonly allowed: (path: string) => boolean;
  readonly wanted?: ((path: string) => WantedMeta | undefined) | undefined;
}

/** Keeps account of the folders that a writer touched, and settles them when all is written. */
export class FolderBook {
  readonly #guard: ParentGuard;
  readonly #rules: FolderRules;
  readonly #wanted = new Map<string, WantedMeta>();
  /** Folders that hold something that was written, directly or further down. */
  readonly #filled = new Set<string>();
  /** Folders in which something was removed, and those above them. */
  readonly #touched = new Set<string>();
  readonly #maybeEmpty = new Set<string>();

  constructor(guard: ParentGuard, rules: FolderRules) {
    this.#guard = guard;
    this.#rules = rules;
  }

  /** This folder is an entry with these attributes. */
  want(folder: string, meta: WantedMeta): void {
    this.#wanted.set(folder, meta);
  }

  /** Something was written directly in this folder. */
  wroteTo(folder: string): void {
    addWithParents(this.#filled, folder);
  }

  /** Something directly in this folder was removed. */
  removedFrom(folder: string): void {
    addWithParents(this.#touched, folder);
    this.mayGo(folder);
  }

  /** This folder is to be removed if it is empty in the end. */
  mayGo(folder: string): void {
    if (folder !== '') this.#maybeEmpty.add(folder);
  }

  /** Whether this folder, or something in it, was written. */
  isWanted(folder: string): boolean {
    return this.#filled.has(folder) || this.#metaOf(folder) !== undefined;
  }

  /** Removes empty folders, then sets modes and times. */
  settle(): void {
    this.#removeEmpty();
    const folders = new Set([
      ...this.#filled,
      ...this.#touched,
      ...this.#wanted.keys(),
      ...this.#guard.locks.opened(),
    ]);
    for (const folder of deepestFirst(folders)) this.#settleFolder(folder);
  }

  /** Removes the folders that were made, where nothing else has come to lie in them. */
  removeMade(): void {
    for (const folder of deepestFirst(this.#guard.made)) this.#removeIfEmpty(folder);
  }

  /** Gives opened folders their modes back. */
  close(): void {
    for (const folder of deepestFirst(this.#guard.locks.opened())) {
      const mode = this.#guard.locks.openedMode(folder);
      if (mode !== undefined && this.#guard.examine(folder).state === 'real') {
        chmodSync(this.#guard.fileAt(folder), mode);
      }
      this.#guard.locks.forget(folder);
    }
  }

  #removeEmpty(): void {
    for (const folder of deepestFirst(this.#maybeEmpty)) {
      for (let next = folder; next !== ''; next = parentOf(next)) {
        if (this.isWanted(next) || !this.#rules.allowed(next) || !this.#removeIfEmpty(next)) break;
      }
    }
    this.#maybeEmpty.clear();
  }

  #removeIfEmpty(folder: string): boolean {
    // Gone together with a folder above it, whose place something else may have taken.
    if (this.#guard.examine(folder).state !== 'real') return true;
    try {
      this.#guard.locks.attempt(parentOf(folder), () => {
        rmdirSync(this.#guard.fileAt(folder));
      });
    } catch (error) {
      if (isMissing(error)) return true;
      if (systemCode(error) === 'ENOTEMPTY' || systemCode(error) === 'EEXIST') return false;
      throw error;
    }
    this.#guard.forget(folder);
    addWithParents(this.#touched, parentOf(folder));
    return true;
  }

  #settleFolder(folder: string): void {
    const meta = this.#rules.allowed(folder) ? this.#metaOf(folder) : undefined;
    const mode = meta?.mode ?? this.#guard.locks.openedMode(folder);
    if (mode === undefined || this.#guard.examine(folder).state !== 'real') return;
    const file = this.#guard.fileAt(folder);
    if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    chmodSync(file, mode & 0o777);
    if (meta !== undefined) setTime(file, meta.mtimeMs);
    this.#guard.locks.forget(folder);
  }

  #metaOf(folder: string): WantedMeta | undefined {
    const made = this.#wanted.get(folder);
    if (made !== undefined) return made;
    const meta = this.#rules.wanted?.(folder);
    return meta?.kind === 'folder' ? meta : undefined;
  }
}

/** A folder sorts before what is below it, in any order of text. */
function deepestFirst(folders: Iterable<string>): string[] {
  return [...folders].sort().reverse();
}
