import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';

import { CafsError, IntegrityError, systemCode } from '../errors.ts';
import { isMissing } from '../file-access.ts';
import { type FilePath, showPath } from '../names.ts';
import { childOf, parentOf } from './ancestors.ts';
import { type Aside, moveAside } from './aside.ts';
import { setTime } from './attributes.ts';
import { removeFolder, requireRemovable } from './clear-folder.ts';
import { requireContained } from './contain.ts';
import { createFile } from './create.ts';
import { FolderBook } from './folder-book.ts';
import type { WantedInfo, WantedMeta } from './meta.ts';
import { ParentGuard } from './parent-guard.ts';
import { isSameFile, type SameFile, Spelling } from './spelling.ts';
import { StagedFile, temporaryName } from './staged-file.ts';

/** What a {@link TreeWriter} is told beside its base. */
export interface WriterOptions {
  /** Whether this path may be written, replaced or removed. Asked for folders, too. */
  readonly allowed: (path: string) => boolean;
  /**
   * Whether what lies in a folder may be removed with it, where something else must stand in its
   * place. Default: what is allowed.
   */
  readonly removable?: ((path: string) => boolean) | undefined;
  /**
   * The metadata of the entry at a path, whether or not it is written anew. A folder that is an
   * entry is never removed, and gets its time back after something in it was written.
   */
  readonly wanted?: ((path: string) => WantedMeta | undefined) | undefined;
  readonly platform?: NodeJS.Platform | undefined;
  /** How two paths are compared on disk. For tests of disks that ignore case. */
  readonly sameFile?: SameFile;
}

/** System codes that mean: something stands where the new thing is to be. */
const OCCUPIED = new Set(['EEXIST', 'EISDIR', 'ENOTEMPTY', 'EPERM']);

/**
 * Writes entries below one base folder, and nothing outside what is allowed.
 *
 * Entries come from outside. Each path is checked, the folders above it are verified to be real
 * folders, and what stands in its place is taken away rather than written through: not through a
 * symlink, nor into a file that has other links. Remove stale files before writing, so that a file
 * or symlink where a folder must be is gone by then.
 *
 * Call {@link TreeWriter.finish} at the end, after a failure too: folders get their modes then.
 */
export class TreeWriter {
  readonly #options: WriterOptions;
  readonly #guard: ParentGuard;
  readonly #spelling: Spelling;
  readonly #folders: FolderBook;

  /**
   * @param base an existing folder
   * @throws CafsError `INVALID_INPUT` when it does not exist
   */
  constructor(base: string, options: WriterOptions) {
    const { allowed, platform = process.platform, sameFile = isSameFile } = options;
    this.#options = options;
    const guard = new ParentGuard(base, { mayOpen: allowed, platform });
    this.#guard = guard;
    this.#spelling = new Spelling(
      (a, b) => sameFile(guard.absolute(a), guard.absolute(b)),
      platform,
    );
    this.#folders = new FolderBook(guard, options);
  }

  /**
   * Writes a regular file in place of whatever stands there.
   *
   * Bytes that come whole are written as they are: the caller has verified them. Bytes that come in
   * chunks are verified here before they take their place.
   *
   * @throws CafsError `CONTAINMENT` for a path that may not be written, `INTEGRITY` for bytes that
   *   are not what `info` says
   */
  writeFile(path: string, content: Uint8Array | Iterable<Uint8Array>, info: WantedInfo): void {
    if (content instanceof Uint8Array) {
      this.#writeWhole(path, content, info);
      return;
    }
    const staged = this.stageFile(path, info);
    try {
      for (const chunk of content) staged.write(chunk);
    } catch (error) {
      staged.discard();
      throw error;
    }
    staged.commit();
  }

  /** Begins a file whose bytes arrive over time; see {@link TreeWriter.writeFile}. */
  stageFile(path: string, info: WantedInfo): StagedFile {
    this.#prepare(path);
    const folder = parentOf(path);
    const temp = this.#guard.fileAt(childOf(folder, temporaryName()));
    return this.#guard.locks.attempt(
      folder,
      () =>
        new StagedFile(path, temp, info, (from) => {
          this.#place(path, (file) => {
            renameSync(from, file);
          });
        }),
    );
  }

  /**
   * Makes a symlink in place of whatever stands there.
   *
   * @param target byte for byte what the link holds; it may point anywhere
   */
  writeSymlink(path: string, target: Uint8Array, meta: WantedMeta): void {
    if (target.byteLength === 0 || target.includes(0)) {
      throw new CafsError(
        'MALFORMED',
        `The symlink ${showPath(path)} has a target that is empty or holds a NUL.`,
      );
    }
    this.#prepare(path);
    this.#place(path, (file) => {
      symlinkSync(Buffer.from(target), file);
      setTime(file, meta.mtimeMs);
    });
  }

  /** Makes a folder, or keeps the one that is there. Mode and time are set at the end. */
  makeFolder(path: string, meta: WantedMeta): void {
    this.#prepare(path);
    this.#folders.want(path, meta);
    this.#guard.makeFolder(path);
    const stats = lstatSync(this.#guard.fileAt(path));
    if (stats.isDirectory()) return;
    this.#unlink(path);
    this.#guard.makeFolder(path);
  }

  /**
   * Gives mode and time to something that has the right content already.
   *
   * @throws CafsError `CHANGED` when it is not there any more
   */
  setAttributes(path: string, meta: WantedMeta): void {
    this.#admit(path);
    const file = this.#guard.fileAt(path);
    const stats = this.#guard.check(path) ? lstatSync(file, { throwIfNoEntry: false }) : undefined;
    if (stats?.isDirectory() === true && meta.kind === 'folder') {
      this.#folders.want(path, meta);
    } else if (stats?.isSymbolicLink() === true && meta.kind === 'symlink') {
      setTime(file, meta.mtimeMs);
    } else if (stats?.isFile() === true && meta.kind === undefined) {
      if (stats.nlink > 1) this.#detach(path);
      chmodSync(file, meta.mode & 0o777);
      setTime(file, meta.mtimeMs);
    } else {
      throw new CafsError('CHANGED', `${showPath(path)} was changed while it was restored.`, {
        hint: 'Make sure that nothing writes to it at the same time.',
      });
    }
  }

  /**
   * Removes a file or a symlink. A folder goes at the end, when nothing is left in it by then.
   *
   * What is not there is no error. Nothing is there behind a symlink: its target is another place,
   * and the folder that was listed is gone.
   */
  remove(path: string): void {
    this.#admit(path);
    if (this.#guard.examine(path).state !== 'real') return;
    const stats = lstatSync(this.#guard.fileAt(path), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (stats.isDirectory()) {
      this.#folders.mayGo(path);
    } else {
      this.#unlink(path);
      this.#folders.removedFrom(parentOf(path));
    }
  }

  /**
   * Moves something out of the way of what will be written, so that it can come back: see
   * {@link TreeWriter.undo}. A folder that is empty once it has been dropped goes in the end.
   *
   * @returns undefined where nothing is there
   * @throws CafsError `CONTAINMENT` for a folder that holds what may not be removed
   */
  setAside(path: string): Aside | undefined {
    this.#admit(path);
    const aside = moveAside(path, this.#guard, this.#removable());
    if (aside === undefined) return undefined;
    return {
      putBack: () => {
        aside.putBack();
      },
      drop: () => {
        aside.drop();
        this.#folders.removedFrom(parentOf(path));
      },
    };
  }

  /**
   * Makes all as it was, in place of {@link TreeWriter.finish}: removes what was written and the
   * folders that were made for it, and puts back what was set aside.
   */
  undo(written: Iterable<string>, asides: Iterable<Aside>): void {
    for (const path of written) {
      if (this.#guard.examine(path).state !== 'real') continue;
      const stats = lstatSync(this.#guard.fileAt(path), { throwIfNoEntry: false });
      if (stats !== undefined && !stats.isDirectory()) this.#unlink(path);
    }
    this.#folders.removeMade();
    for (const aside of asides) aside.putBack();
    this.#folders.close();
  }

  /**
   * Removes the allowed folders that removals left empty, and gives all folders their modes and
   * times, the deepest first.
   */
  finish(): void {
    this.#folders.settle();
  }

  #writeWhole(path: string, bytes: Uint8Array, info: WantedInfo): void {
    if (bytes.byteLength !== info.size) {
      throw new IntegrityError(
        `${showPath(path)} must have ${String(info.size)} bytes; ${String(bytes.byteLength)} arrived.`,
      );
    }
    this.#prepare(path);
    this.#place(path, (file) => {
      createFile(file, bytes, info.meta);
    });
  }

  /** Checks that a path may be touched at all. */
  #admit(path: string): void {
    requireContained(path, this.#options.platform);
    if (this.#options.allowed(path)) return;
    throw new CafsError(
      'CONTAINMENT',
      `${showPath(path)} is not written: it lies outside the named outputs.`,
    );
  }

  /** Checks a path that something new is to be written to, and makes its folders. */
  #prepare(path: string): void {
    this.#admit(path);
    this.#spelling.claim(path);
    this.#guard.ensure(path);
    this.#folders.wroteTo(parentOf(path));
  }

  /** Makes something at a path; takes away what stands there. */
  #place(path: string, make: (file: FilePath) => void): void {
    const file = this.#guard.fileAt(path);
    this.#guard.locks.attempt(parentOf(path), () => {
      try {
        make(file);
      } catch (error) {
        if (!OCCUPIED.has(systemCode(error) ?? '')) throw error;
        this.#clear(path);
        make(file);
      }
    });
    this.#spelling.learn(path);
  }

  #clear(path: string): void {
    const stats = lstatSync(this.#guard.fileAt(path), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) {
      this.#unlink(path);
      return;
    }
    if (this.#folders.isWanted(path)) {
      throw new CafsError(
        'MALFORMED',
        `${showPath(path)} is a file and a folder at the same time in what is restored.`,
      );
    }
    requireRemovable(path, this.#guard, this.#removable());
    removeFolder(path, this.#guard);
  }

  #removable(): (path: string) => boolean {
    return this.#options.removable ?? this.#options.allowed;
  }

  #unlink(path: string): void {
    this.#guard.locks.attempt(parentOf(path), () => {
      try {
        unlinkSync(this.#guard.fileAt(path));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  /** Gives a file that has other links an inode of its own: those may lie outside the outputs. */
  #detach(path: string): void {
    const file = this.#guard.fileAt(path);
    const temp = this.#guard.fileAt(childOf(parentOf(path), temporaryName()));
    this.#guard.locks.attempt(parentOf(path), () => {
      try {
        copyFileSync(file, temp, constants.COPYFILE_EXCL);
        renameSync(temp, file);
      } catch (error) {
        rmSync(temp, { force: true });
        throw error;
      }
    });
    this.#folders.wroteTo(parentOf(path));
  }
}
