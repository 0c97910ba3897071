import { Scanner } from './scanner.ts';

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
    const name = scanner.takeToken()?.toLowerCase();
    if (name === undefined) return challenges;
    if (params !== undefined && scanner.take(/\s*=\s*/y) !== undefined) {
      // Bare text may hold more than is legal: some servers do not quote addresses.
      const value = scanner.takeQuoted() ?? scanner.take(/[^\s,"]+/y);
      if (value === undefined) return challenges;
      if (!params.has(name)) params.set(name, value);
    } else {
      params = new Map();
      challenges.push({ scheme: name, params });
      // What stands alone behind the scheme, as in `Negotiate YII=`, is for none of our schemes.
      scanner.skip(/\s+[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y);
    }
  }
}
