import { Batches } from '../batches.ts';
import { WorkerPool } from '../worker/pool.ts';
import type { EntryImporter, ImportedEntry, Target } from './import-entry.ts';

/** Larger files, in bytes, are read piece by piece on this thread, which has little else to do. */
const SMALL_BYTES = 1024 * 1024;

/** Starting threads takes as long as reading about this many files. */
const WORTH_THREADS = 512;

/** A target with its size, for batches. */
interface Sized {
  readonly target: Target;
  /** Bytes. */
  readonly size: number;
}

/** Reads the files that have to be read: a few on this thread, many in others. */
export class FileReader implements AsyncDisposable {
  readonly #importer: EntryImporter;
  readonly #cacheDir: string;
  readonly #threads: number;
  readonly #brought: (target: Target, entry: ImportedEntry) => void;
  readonly #waiting: Target[] = [];
  #pool: WorkerPool | undefined;
  #batches: Batches<Sized> | undefined;

  /**
   * @param brought hears of each file that has an entry now
   * @param threads 1: this one alone
   */
  constructor(
    importer: EntryImporter,
    brought: (target: Target, entry: ImportedEntry) => void,
    { cacheDir, threads }: { readonly cacheDir: string; readonly threads: number },
  ) {
    this.#importer = importer;
    this.#brought = brought;
    this.#cacheDir = cacheDir;
    this.#threads = threads;
  }

  /** @throws as `importTree`, also for files that were added before */
  async add(target: Target): Promise<void> {
    if (this.#threads < 2) return this.#bring(target);
    if (this.#batches !== undefined) return this.#pass(this.#batches, target);
    this.#waiting.push(target);
    if (this.#waiting.length >= WORTH_THREADS) await this.#start();
    return undefined;
  }

  /** Waits until all files have entries. */
  async end(): Promise<void> {
    for (const target of this.#waiting.splice(0)) await this.#bring(target);
    await this.#batches?.end();
  }

  async #start(): Promise<void> {
    const pool = new WorkerPool(this.#cacheDir, this.#threads);
    this.#pool = pool;
    const batches = new Batches<Sized>(this.#threads * 2, (batch) => this.#read(pool, batch));
    this.#batches = batches;
    for (const target of this.#waiting.splice(0)) await this.#pass(batches, target);
  }

  async #pass(batches: Batches<Sized>, target: Target): Promise<void> {
    const size = Number(target.found.stats.size);
    if (size > SMALL_BYTES) await this.#bring(target);
    else await batches.add({ target, size });
  }

  async #read(pool: WorkerPool, batch: readonly Sized[]): Promise<void> {
    const since = this.#importer.now();
    const digests = await pool.storeFiles(
      batch.map(({ target }) => this.#importer.fileToStore(target)),
    );
    for (const [number, { target }] of batch.entries()) {
      const digest = digests[number];
      const entry = digest && (await this.#importer.bringStored(target, digest, since));
      if (entry === undefined) await this.#bring(target);
      else this.#brought(target, entry);
    }
  }

  async #bring(target: Target): Promise<void> {
    this.#brought(target, await this.#importer.bring(target));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#batches?.settled();
    await this.#pool?.[Symbol.asyncDispose]();
  }
}
