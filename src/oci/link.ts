/**
 * The address of the next page out of `Link` headers; undefined on the last one, or where it lies
 * at another origin, which no registry has reason to name.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 * @example
 * parseNextLink(['</v2/a/tags/list?last=x>; rel="next"'], new URL('https://ghcr.io/v2/a/tags/list'))
 */
export function parseNextLink(headers: readonly string[], base: URL): URL | undefined {
  for (const header of headers) {
    for (const [, target = '', params = ''] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
      if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)(?=\s*[;,]|\s*$)/i.test(params)) {
        continue;
      }
      const url = URL.parse(target, base.href);
      if (url?.origin === base.origin) return url;
    }
  }
  return undefined;
}
