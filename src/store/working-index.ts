import type { Index } from './entry-index.ts';
import type { IndexFile } from './index-file.ts';
import type { Lineage } from './lineage.ts';

/**
 * The index of a namespace as one store works with it: in memory, with changes that are not on disk yet,
 * and on the disk, where other processes write to it too.
 */
export class WorkingIndex {
  /** Its place on the disk. */
  readonly file: IndexFile;
  readonly #onSaved: () => Promise<void>;
  #entries: Index;

  /**
   * Reads the index.
   *
   * @param onSaved called whenever the disk has everything that is in memory
   * @throws as {@link IndexFile.load}
   */
  constructor(file: IndexFile, onSaved: () => Promise<void>) {
    this.file = file;
    this.#onSaved = onSaved;
    this.#entries = file.load();
  }

  /** As it is in memory. It is replaced by another one where changes come together. */
  get entries(): Index {
    return this.#entries;
  }

  /** Where it stands to snapshots, as the disk said last. */
  get lineage(): Lineage {
    return this.file.lineage;
  }

  /** Whether it has changes that are not on disk yet. */
  get isDirty(): boolean {
    return this.#entries.hasChanges;
  }

  /** Writes what has changed, and takes what other processes have changed. */
  async sync(signal: AbortSignal | undefined): Promise<void> {
    await this.flush(signal);
    if (!this.isDirty && this.file.isStale()) this.#entries = this.file.load();
  }

  /** Writes what has changed. */
  async flush(signal: AbortSignal | undefined): Promise<void> {
    if (this.isDirty) await this.save((index) => index, signal);
    else await this.#onSaved();
  }

  /**
   * Writes the index after a change, with what others wrote to it meanwhile.
   *
   * @param lineage where the changed index stands; asked for after the change was made
   */
  async save(
    change: (index: Index) => Index,
    signal: AbortSignal | undefined,
    lineage = (): Lineage => this.lineage,
  ): Promise<void> {
    await this.file.locked(() => {
      this.#takeTheirs();
      const next = change(this.#entries);
      this.file.save(next, lineage());
      next.markSaved();
      this.#entries = next;
    }, signal);
    if (!this.isDirty) await this.#onSaved();
  }

  /**
   * Does something with the index as it is, what others wrote included, once it is on disk; nobody writes it
   * meanwhile.
   */
  look<T>(work: (index: Index) => T, signal: AbortSignal | undefined): Promise<T> {
    return this.file.locked(() => {
      this.#takeTheirs();
      if (this.isDirty) {
        this.file.save(this.#entries);
        this.#entries.markSaved();
      }
      return work(this.#entries);
    }, signal);
  }

  /** Takes what other processes wrote to the index meanwhile. Lock it before. */
  #takeTheirs(): void {
    if (!this.file.isStale()) return;
    const theirs = this.file.load();
    theirs.apply(this.#entries.changes());
    this.#entries = theirs;
  }
}
