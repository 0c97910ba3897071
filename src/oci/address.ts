/** Where a server says that it goes on. */
export interface Address {
  readonly url: URL;
  /** Path and query, as the server wrote them: they may be signed. */
  readonly target: string;
}

/**
 * Reads a `Location`.
 *
 * `URL` changes addresses that are right as they are: it writes `'` as `%27`, and takes `..` away. That
 * does for where they lead to, and not for what is asked for there. What is no address as RFC 3986 has it
 * (with blanks, `<` or other alphabets) is asked for as `URL` writes it. User information is left out:
 * nobody has asked for it.
 *
 * @param base what it is relative to
 * @returns undefined for what is no address
 */
export function parseAddress(text: string, base: URL): Address | undefined {
  const url = URL.parse(text, base.href);
  if (url === null) return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return { url, target: writtenTarget(text) ?? `${url.pathname}${url.search}` };
}

const SCHEME_AND_HOST = /^https?:\/\/[\w\-.~%!$&'()*+,;=:@[\]]+(?=\/)/i;
const PATH_AND_QUERY = /^\/[\w\-.~%!$&'()*+,;=:@[\]/?]*/;

/** Path and query of an address that stands there as a whole, or has all but its host. */
function writtenTarget(text: string): string | undefined {
  const host = SCHEME_AND_HOST.exec(text)?.[0];
  // Two slashes begin a host.
  if (host === undefined && text.startsWith('//')) return undefined;
  const rest = text.slice(host?.length ?? 0);
  const found = PATH_AND_QUERY.exec(rest)?.[0];
  const end = rest[found?.length ?? 0];
  return end === undefined || end === '#' ? found : undefined;
}
