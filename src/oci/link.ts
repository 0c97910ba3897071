import { Scanner } from './scanner.ts';

/** One link out of a `Link` header. */
export interface Link {
  /** As it was written: it may be relative. */
  readonly target: string;
  /** Names in lower case; where one comes twice, the first counts. */
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Reads all `Link` headers of a response, each of which may hold several links. What is malformed
 * ends its header; the links before it count.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#appendix-B.2
 * @example
 * parseLinks(['</v2/a/tags/list?last=x>; rel="next"'])
 */
export function parseLinks(headers: readonly string[]): readonly Link[] {
  return headers.flatMap((header) => parseHeader(new Scanner(header)));
}

/**
 * The address of the next page; undefined on the last one. Only path and query are taken from the
 * link: a registry behind a proxy may not know its own host or that it is reached over TLS, and
 * nothing that it says makes a page, and the credentials for it, go anywhere else.
 *
 * @param base where the response came from
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
export function parseNextLink(headers: readonly string[], base: URL): URL | undefined {
  for (const { target, params } of parseLinks(headers)) {
    const relations = params.get('rel')?.toLowerCase().split(/\s+/) ?? [];
    // With an anchor, it is a link of something else than this page.
    if (!relations.includes('next') || params.has('anchor')) continue;
    const url = URL.parse(target, base.href);
    if (url === null || !/^https?:$/.test(url.protocol)) continue;
    const next = new URL(base.href);
    // Set one by one: as the text of an address, a path that begins with `//` would be a host.
    next.pathname = url.pathname;
    next.search = url.search;
    next.hash = '';
    return next;
  }
  return undefined;
}

function parseHeader(scanner: Scanner): Link[] {
  const links: Link[] = [];
  for (;;) {
    scanner.skip(/[\s,]*/y);
    const target = scanner.take(/<[^>]*>/y);
    if (target === undefined) return links;
    const params = parseParams(scanner);
    links.push({ target: target.slice(1, -1).trim(), params });
    if (scanner.take(/\s*,/y) === undefined) return links;
  }
}

function parseParams(scanner: Scanner): Map<string, string> {
  const params = new Map<string, string>();
  while (scanner.take(/\s*;\s*/y) !== undefined) {
    const name = scanner.takeToken()?.toLowerCase();
    // `<...>;; rel=next`
    if (name === undefined) continue;
    let value = '';
    if (scanner.take(/\s*=\s*/y) !== undefined) {
      value = scanner.takeQuoted() ?? scanner.take(/[^\s;,"]+/y) ?? '';
    }
    if (!params.has(name)) params.set(name, value);
  }
  return params;
}
