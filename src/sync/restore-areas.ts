import type { Digest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { showPath } from '../names.ts';
import type { Deliver, DeliverOptions, Receiver } from '../store/deliver.ts';
import type { Entry } from '../store/entry.ts';
import type { TreeEntry } from '../tree/area.ts';
import type { Aside } from '../tree/aside.ts';
import { type Difference, differences, staleFiles } from '../tree/difference.ts';
import type { HashFile } from '../tree/hash-file.ts';
import type { Found, Selection } from '../tree/walk.ts';
import { TreeWriter } from '../tree/writer.ts';

/** A part of a disk, and what it is to hold. */
export interface RestoreRequest {
  readonly area: Selection & {
    /** The absolute path of a folder; paths are relative to it. */
    readonly base: string;
  };
  /** What the area is to hold, by path. Where this throws, the area is not restored. */
  wanted(): ReadonlyMap<string, TreeEntry>;
  /** Whether a file that lies in the area and is no entry is removed. */
  removes(path: string): boolean;
  /** Hashes what is on disk. Default: by reading it. */
  readonly hash?: HashFile | undefined;
  /** Hears of each file, symlink or folder that was written, or given its mode and time. */
  wrote?(path: string, entry: TreeEntry): void;
}

/** What became of a request. */
export interface Restored {
  /** Files and symlinks that the area holds now. */
  readonly files: number;
  /** Files, symlinks and folders that were written, since they were missing or different. */
  readonly written: number;
  /** Bytes written. */
  readonly bytes: number;
  readonly removed: number;
  /** Time spent on its files, in milliseconds: comparing, writing and removing; not waiting for contents. */
  readonly milliseconds: number;
  /** Why the area could not be restored; its files are as they were before. */
  readonly error?: unknown;
}

/**
 * Makes areas hold exactly what their entries say, and writes only what differs on disk.
 *
 * All entries of an area are checked before anything of it is touched. An area that cannot be
 * restored does not hold up the others, and is not left half restored.
 *
 * @param deliver gets the contents: from a remote, or from a store
 * @returns what became of each request, in their order
 * @throws the signal's reason, when it is aborted: no area is left half restored then either
 */
export async function restoreAreas(
  deliver: Deliver,
  requests: readonly RestoreRequest[],
  options: DeliverOptions = {},
): Promise<Restored[]> {
  const jobs = requests.map((request) => new Job(request));
  const wanted = new Targets();
  for (const job of jobs) {
    job.attempt(() => {
      for (const [path, info] of job.prepare()) wanted.add(job, path, info);
    });
  }
  try {
    await deliver(wanted.entries(), wanted, options);
    options.signal?.throwIfAborted();
  } catch (error) {
    for (const job of jobs) {
      job.fail(error);
      job.finish();
    }
    throw error;
  }
  return jobs.map((job) => job.finish());
}

/** One area while it is being restored. */
class Job {
  readonly #request: RestoreRequest;
  readonly #stale: Found[] = [];
  /** Files, symlinks and folders that were written, or nearly. */
  readonly #written: string[] = [];
  /** What has only another mode or time. */
  readonly #attributes: [string, TreeEntry][] = [];
  /** What was replaced, or is stale: it comes back after an error. */
  readonly #aside = new Map<string, Aside>();
  /** Paths at which something else stands. */
  readonly #occupied = new Set<string>();
  #entries: ReadonlyMap<string, TreeEntry> = new Map();
  #writer: TreeWriter | undefined;
  #bytes = 0;
  #milliseconds = 0;
  #error: { readonly cause: unknown } | undefined;

  constructor(request: RestoreRequest) {
    this.#request = request;
  }

  /** Does something; an error ends this job, not the others. */
  attempt(work: () => void): void {
    if (this.#error !== undefined) return;
    try {
      this.#timed(work);
    } catch (cause) {
      this.#error = { cause };
    }
  }

  hasFailed(): boolean {
    return this.#error !== undefined;
  }

  fail(cause: unknown): void {
    this.#error ??= { cause };
  }

  /** Checks everything, clears the way, and gives what has to be written. */
  prepare(): [string, TreeEntry][] {
    const { area } = this.#request;
    const entries = this.#request.wanted();
    checkEntries(area, entries);
    this.#entries = entries;
    const writer = new TreeWriter(area.base, {
      allowed: (path) => area.select(path, 'file') || area.select(path, 'folder'),
      removable: (path) => this.#mayRemove(path),
      wanted: (path) => entries.get(path)?.meta,
    });
    this.#writer = writer;
    const compared = [...differences(area.base, entries, this.#request.hash)];
    for (const found of staleFiles(area.base, area, entries)) {
      if (this.#request.removes(found.path)) this.#stale.push(found);
    }
    // What stands where a folder must be goes first; the rest when the new content is there.
    const folders = foldersOf(entries.keys());
    for (const { path } of this.#stale) if (folders.has(path)) this.#setAside(path);
    return compared.flatMap(([path, difference]) => this.#plan(path, difference));
  }

  write(path: string, info: TreeEntry, bytes: Uint8Array): void {
    this.attempt(() => {
      this.#begin(path);
      if (info.meta.kind === 'symlink') this.#writer?.writeSymlink(path, bytes, info.meta);
      else this.#writer?.writeFile(path, bytes, info);
      this.#count(path, info);
    });
  }

  async writePieces(
    path: string,
    info: TreeEntry,
    pieces: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    if (this.#writer === undefined || this.hasFailed()) return;
    const staged = this.#writer.stageFile(path, info);
    try {
      for await (const piece of pieces) {
        this.#timed(() => {
          staged.write(piece);
        });
      }
      // After an abort, what is written here would not be removed again.
      if (this.hasFailed()) {
        staged.discard();
        return;
      }
      this.#timed(() => {
        this.#begin(path);
        staged.commit();
      });
    } catch (error) {
      staged.discard();
      throw error;
    }
    this.#count(path, info);
  }

  /** Removes what is stale, or, after an error, what was written. */
  finish(): Restored {
    this.attempt(() => {
      this.#complete();
    });
    if (this.#error !== undefined) {
      this.#undo();
    } else {
      // From here on there is no way back.
      this.attempt(() => {
        for (const aside of this.#aside.values()) aside.drop();
        this.#writer?.finish();
      });
    }
    if (this.#error !== undefined) {
      const nothing = { files: 0, written: 0, bytes: 0, removed: 0 };
      return { ...nothing, milliseconds: this.#milliseconds, error: this.#error.cause };
    }
    const files = [...this.#entries.values()].filter(({ meta }) => meta.kind !== 'folder').length;
    const [written, removed] = [this.#written.length, this.#stale.length];
    return { files, written, bytes: this.#bytes, removed, milliseconds: this.#milliseconds };
  }

  #timed(work: () => void): void {
    const started = performance.now();
    try {
      work();
    } finally {
      this.#milliseconds += performance.now() - started;
    }
  }

  /** What is left to do when all content is there. */
  #complete(): void {
    for (const { path, kind } of this.#stale) {
      if (kind === 'folder') this.#writer?.remove(path);
      else this.#setAside(path);
    }
    for (const [path, info] of this.#attributes) {
      this.#writer?.setAttributes(path, info.meta);
      this.#request.wrote?.(path, info);
    }
  }

  /**
   * Half of a build's outputs would make the next build believe that it is done; and what was there
   * before may be all that there is.
   */
  #undo(): void {
    try {
      this.#writer?.undo(this.#written, this.#aside.values());
    } catch (undoError) {
      const cause = this.#error?.cause;
      const message = `Restoring failed, and what had been restored could not be removed again.`;
      this.#error = { cause: new AggregateError([cause, undoError], message) };
    }
  }

  #plan(path: string, difference: Difference): [string, TreeEntry][] {
    const info = this.#entries.get(path);
    if (info === undefined || difference === 'same') return [];
    if (difference === 'attributes') {
      this.#attributes.push([path, info]);
      return [];
    }
    if (difference === 'content') this.#occupied.add(path);
    if (info.meta.kind !== 'folder') return [[path, info]];
    this.#begin(path);
    this.#writer?.makeFolder(path, info.meta);
    this.#count(path, info);
    return [];
  }

  /** Makes room for something that is written next. */
  #begin(path: string): void {
    if (this.#occupied.has(path)) this.#setAside(path);
    this.#written.push(path);
  }

  #count(path: string, info: TreeEntry): void {
    this.#bytes += info.size;
    this.#request.wrote?.(path, info);
  }

  #setAside(path: string): void {
    if (this.#aside.has(path)) return;
    const aside = this.#writer?.setAside(path);
    if (aside !== undefined) this.#aside.set(path, aside);
  }

  #mayRemove(path: string): boolean {
    const { area } = this.#request;
    const isIn = area.select(path, 'file') || area.select(path, 'folder');
    return isIn && this.#request.removes(path);
  }
}

/** Every entry lies in the area and none in a file, or the whole request is refused. */
function checkEntries(area: Selection, entries: ReadonlyMap<string, TreeEntry>): void {
  for (const [path, { meta }] of entries) {
    if (area.select(path, meta.kind ?? 'file')) continue;
    throw new CafsError(
      'CONTAINMENT',
      `The entry ${showPath(path)} lies outside the named outputs.`,
    );
  }
  for (const folder of foldersOf(entries.keys())) {
    const entry = entries.get(folder);
    const kind = entry?.meta.kind ?? 'file';
    if (entry !== undefined && kind !== 'folder') {
      throw new CafsError(
        'MALFORMED',
        `The entry ${showPath(folder)} is a ${kind}, and other entries lie in it.`,
      );
    }
  }
}

function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

/** Brings each content to all the places that want it. */
class Targets implements Receiver {
  readonly #targets = new Map<Digest, { job: Job; path: string; info: TreeEntry }[]>();

  add(job: Job, path: string, info: TreeEntry): void {
    const known = this.#targets.get(info.digest);
    if (known === undefined) this.#targets.set(info.digest, [{ job, path, info }]);
    else known.push({ job, path, info });
  }

  *entries(): Generator<Entry> {
    for (const targets of this.#targets.values()) {
      const wanted = targets.find(({ job }) => !job.hasFailed());
      if (wanted !== undefined) yield wanted.info;
    }
  }

  whole(digest: Digest, bytes: Uint8Array): void {
    for (const { job, path, info } of this.#of(digest)) job.write(path, info, bytes);
  }

  async pieces(digest: Digest, pieces: () => AsyncIterable<Uint8Array>): Promise<void> {
    // Equal large files are rare: each place downloads its own, so that none is held in memory.
    for (const { job, path, info } of this.#of(digest)) {
      try {
        await job.writePieces(path, info, pieces());
      } catch (error) {
        job.fail(error);
      }
    }
  }

  failed(digest: Digest, error: unknown): void {
    for (const { job } of this.#of(digest)) job.fail(error);
  }

  #of(digest: Digest): readonly { job: Job; path: string; info: TreeEntry }[] {
    return this.#targets.get(digest) ?? [];
  }
}
