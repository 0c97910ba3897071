/**
 * One way to authenticate that a server offers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Reads all `WWW-Authenticate` headers of a response, each of which may hold several challenges.
 * What is malformed ends its header; the challenges before it count.
 *
 * @example
 * parseChallenges(['Bearer realm="https://ghcr.io/token",service="ghcr.io"'])
 */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] {
  return headers.flatMap((header) => parseHeader(new Scanner(header)));
}

function parseHeader(scanner: Scanner): Challenge[] {
  const challenges: Challenge[] = [];
  let params: Map<string, string> | undefined;
  for (;;) {
    scanner.skip(/[\s,]*/y);
    const name = scanner.take(TOKEN)?.toLowerCase();
    if (name === undefined) return challenges;
    if (params !== undefined && scanner.take(/\s*=\s*/y) !== undefined) {
      const value = readValue(scanner);
      if (value === undefined) return challenges;
      if (!params.has(name)) params.set(name, value);
    } else {
      params = new Map();
      challenges.push({ scheme: name, params });
      // Credentials-like text, as in `Negotiate YII=`, is none of our schemes.
      scanner.skip(/\s+[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y);
    }
  }
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;

/** A quoted string without its escapes, or bare text, more of which is tolerated than is legal. */
function readValue(scanner: Scanner): string | undefined {
  const quoted = scanner.take(/"(?:[^"\\]|\\.)*"/sy);
  if (quoted !== undefined) return quoted.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
  return scanner.take(/[^\s,"]+/y);
}

/** Reads text from left to right with sticky patterns. */
class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  skip(pattern: RegExp): void {
    this.take(pattern);
  }
}
