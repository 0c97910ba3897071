import { extname, join } from 'node:path';

import { Tinypool } from 'tinypool';

import type { Digest } from '../digest.ts';
import type { FileToStore, Task } from './tasks.ts';

/** Beside this file, in TypeScript or compiled as this one is. */
const ENTRY = join(import.meta.dirname, `entry${extname(import.meta.filename)}`);

/** Threads that do tasks: synchronous file calls in threads are several times as fast as asynchronous ones. */
export class WorkerPool implements AsyncDisposable {
  readonly threads: number;
  readonly #cacheDir: string;
  readonly #pool: Tinypool;

  /** Starts the threads. */
  constructor(cacheDir: string, threads: number) {
    this.threads = threads;
    this.#cacheDir = cacheDir;
    this.#pool = new Tinypool({
      filename: ENTRY,
      name: 'run',
      minThreads: threads,
      maxThreads: threads,
    });
  }

  /** Hashes files and keeps their contents: `storeFiles`, in a thread. */
  storeFiles(files: readonly FileToStore[]): Promise<readonly (Digest | undefined)[]> {
    return this.#run({ kind: 'store', cacheDir: this.#cacheDir, files });
  }

  /** Reads blobs: `readBlobs`, in a thread. */
  readBlobs(digests: readonly Digest[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#run({ kind: 'read', cacheDir: this.#cacheDir, digests });
  }

  async #run<T>(task: Task): Promise<T> {
    return (await this.#pool.run(task)) as T;
  }

  /** Ends the threads. Nothing may be under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}
