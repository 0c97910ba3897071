import { showPath } from '../names.ts';

/** Paths that are named. */
const MAX_SHOWN = 5;

/** What a push leaves out: counted, and the first few by their names. */
export class Skipped {
  #count = 0;
  readonly #shown: string[] = [];

  readonly add = (path: string, why: string): void => {
    this.#count += 1;
    if (this.#shown.length < MAX_SHOWN) this.#shown.push(`${showPath(path)} (${why})`);
  };

  /** A line about it; undefined: there is nothing. */
  describe(): string | undefined {
    if (this.#count === 0) return undefined;
    const more = this.#count - this.#shown.length;
    const rest = more === 0 ? '' : ` and ${more.toLocaleString('en')} more`;
    return `Left out, ${this.#count.toLocaleString('en')} in all: ${this.#shown.join(', ')}${rest}`;
  }
}
