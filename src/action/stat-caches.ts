import { lstatSync } from 'node:fs';

import { describeError } from '../errors.ts';
import { encodePath } from '../names.ts';
import type { Observer } from '../observe.ts';
import type { TreeEntry } from '../tree/area.ts';
import { type HashFile, hashFile } from '../tree/hash-file.ts';
import { StatCache } from '../tree/stat-cache.ts';

/**
 * Digests of files that an earlier step has read or written, for each root: what the main step
 * restored, the post step does not read again unless somebody wrote to it. A cache that cannot be
 * used costs time, and nothing else.
 */
export class StatCaches {
  readonly #cacheDir: string;
  readonly #observer: Observer;
  /** By root folder; undefined: it has none. */
  readonly #opened = new Map<string, StatCache | undefined>();

  constructor(cacheDir: string, observer: Observer) {
    this.#cacheDir = cacheDir;
    this.#observer = observer;
  }

  /** Hashes the files below a root's folder, or spares that. */
  hashIn(base: string): HashFile {
    return this.#of(base)?.hash ?? ((file) => hashFile(file));
  }

  /** Remembers a file that was just written. */
  wrote(base: string, path: string, { digest, meta }: TreeEntry): void {
    const cache = this.#of(base);
    if (cache === undefined || meta.kind !== undefined) return;
    const file = encodePath(`${base}/${path}`);
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats !== undefined) cache.rememberWritten(path, stats, digest);
  }

  /** Keeps what was learnt. The last thing to do. */
  save(): void {
    for (const cache of this.#opened.values()) {
      this.#attempt(() => {
        cache?.save();
      });
    }
    this.#opened.clear();
  }

  #of(base: string): StatCache | undefined {
    if (!this.#opened.has(base))
      this.#opened.set(
        base,
        this.#attempt(() => StatCache.open(base, this.#cacheDir)),
      );
    return this.#opened.get(base);
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const message = `Digests of files are not remembered: ${describeError(error)}`;
      this.#observer({ kind: 'notice', message });
      return undefined;
    }
  }
}
