import { CafsError } from '../errors.ts';
import { showPath } from '../names.ts';
import type { Observer } from '../observe.ts';
import { hashContent, type HashedFile, hashSymlink } from './content.ts';
import type { Candidate } from './files.ts';
import { Turns } from './turns.ts';

const STEP_BYTES = 1024 * 1024;

/** How often progress is told, in milliseconds. */
const PROGRESS_MS = 100;

/** Who hears of hashing, and who may end it. */
export interface HashOptions {
  readonly observer?: Observer | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Hashes files, each once, in bounded memory. Files that are gone are not in the result.
 *
 * Reads synchronously, which is several times faster for many small files, but gives other
 * work its turn in between.
 *
 * @param workspace absolute path
 * @returns by path, in the order of `files`
 * @throws CafsError `CHANGED` for a file that is being written to; `INVALID_INPUT` for one that
 *   may not be read
 */
export async function hashFiles(
  workspace: string,
  files: readonly Candidate[],
  options: HashOptions = {},
): Promise<ReadonlyMap<string, HashedFile>> {
  const run = new HashRun(files.length, options);
  const hashed = new Map<string, HashedFile>();
  for (const { path, kind } of files) {
    const file = `${workspace}/${path}`;
    const result = (kind === 'symlink' ? hashSymlink(file) : undefined) ?? (await run.hash(file));
    if (result !== undefined) hashed.set(path, result);
    await run.countFile();
  }
  run.tell();
  return hashed;
}

class HashRun {
  readonly #total: number;
  readonly #observer: Observer | undefined;
  readonly #turns: Turns;
  readonly #buffer = Buffer.allocUnsafe(STEP_BYTES);
  #done = 0;
  #bytes = 0;
  #toldAt = performance.now();

  constructor(total: number, { observer, signal }: HashOptions) {
    this.#total = total;
    this.#observer = observer;
    this.#turns = new Turns(signal);
  }

  /** Hashes a file, once more where it changed meanwhile; undefined: it is gone. */
  async hash(file: string): Promise<HashedFile | undefined> {
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const steps = hashContent(file, this.#buffer);
      let step = steps.next();
      for (; !step.done; step = steps.next()) {
        this.#bytes += step.value;
        await this.#pause();
      }
      if (step.value === 'missing') return undefined;
      if (step.value !== 'changed') return step.value;
    }
    throw new CafsError('CHANGED', `${showPath(file)} changed while it was read, twice.`, {
      hint: 'Make sure that nothing writes to the inputs at the same time.',
    });
  }

  async countFile(): Promise<void> {
    this.#done += 1;
    await this.#pause();
  }

  tell(): void {
    this.#observer?.({
      kind: 'hash',
      done: this.#done,
      total: this.#total,
      bytes: this.#bytes,
    });
    this.#toldAt = performance.now();
  }

  async #pause(): Promise<void> {
    if (!this.#turns.due) return;
    if (performance.now() >= this.#toldAt + PROGRESS_MS) this.tell();
    await this.#turns.give();
  }
}
