import { CafsError } from '../errors.ts';
import type { HttpRequest, HttpResponse, Transport } from './http.ts';
import { headerValue } from './http.ts';
import { parseAddress } from './address.ts';
import { mayGoOn, shownUrl } from './origin.ts';
import { maskOf } from './secrets.ts';

const MAX_REDIRECTS = 10;

/** All that another origin may learn: no credential, and nothing that a registry alone knows. */
const HARMLESS_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'range']);

/**
 * Follows redirects: blobs often lie at another host, behind a signed address.
 *
 * Only to TLS or to this machine, never from TLS to plain http, with no `Authorization` off the
 * origin, and no more than 10. A request with a body is sent again only where the status says that
 * method and body stay what they are (307, 308).
 *
 * @throws CafsError `REMOTE`
 */
export function followingRedirects(next: Transport): Transport {
  return async (request) => {
    let current = request;
    for (let count = 0; ; count += 1) {
      const response = await next(current);
      const location = headerValue(response, 'location');
      if (!isRedirect(response.status) || location === undefined) return response;
      await response.body.discard();
      if (count === MAX_REDIRECTS) {
        throw refused(request, `more than ${String(MAX_REDIRECTS)} redirects`);
      }
      current = redirected(current, response, location);
    }
  };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function redirected(request: HttpRequest, response: HttpResponse, location: string): HttpRequest {
  const keepsMethod = response.status === 307 || response.status === 308;
  if (!keepsMethod && request.method !== 'GET' && request.method !== 'HEAD') {
    throw refused(
      request,
      `a redirect with status ${String(response.status)}, which loses the body`,
    );
  }
  const found = parseAddress(location, response.url);
  if (found === undefined) throw refused(request, 'a redirect to no valid address');
  const { url, target } = found;
  if (!mayGoOn(request.url, url)) {
    throw refused(request, `a redirect to ${shownUrl(url)}, where bytes would go in the clear`);
  }
  if (request.confidential === true && url.origin !== request.url.origin) {
    throw refused(request, `a redirect to ${shownUrl(url)}, which must not get what was sent`);
  }
  const headers =
    url.origin === request.url.origin ? request.headers : harmless(request.headers ?? {});
  return { ...request, url, target, ...(headers === undefined ? {} : { headers }) };
}

function harmless(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name)));
}

function refused(request: HttpRequest, what: string): CafsError {
  return new CafsError(
    'REMOTE',
    `${request.method} ${shownUrl(request.url)} led to ${maskOf(request)(what)}; it is not followed.`,
    { hint: `Check the address and the configuration of ${request.url.host}.` },
  );
}
