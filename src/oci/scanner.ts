/** Characters that are looked at: four times what all headers of a response may have. */
const MAX_READ = 64 * 1024;

/**
 * Reads a header from left to right with sticky patterns (`/.../y`). Nothing is read twice, so that
 * the time it takes grows with the text alone, as long as every pattern's own does.
 */
export class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text.slice(0, MAX_READ);
  }

  /** The text that a pattern matches here, which is then behind us; undefined where it does not. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  /** Goes past what a pattern matches here, if it does. */
  skip(pattern: RegExp): void {
    this.take(pattern);
  }

  /**
   * The name of something.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
   */
  takeToken(): string | undefined {
    return this.take(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y);
  }

  /**
   * A quoted text, without its quotes and escapes.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4
   */
  takeQuoted(): string | undefined {
    const quoted = this.take(/"[^"\\]*(?:\\.[^"\\]*)*"/sy);
    return quoted?.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
  }
}
