import type { HttpRequest, HttpResponse } from './http.ts';
import { findSpellings } from './spellings.ts';

/** Takes out of what a server wrote what must not be shown. */
export type Mask = (text: string) => string;

/** What a request says about secrets that it carries. */
export type Sent = Pick<HttpRequest, 'headers' | 'body' | 'confidential'>;

/** What a secret is shown as. */
const HIDDEN = '***';

/**
 * Hides what was sent with a request. Some servers, and proxies that are to be debugged, repeat the
 * headers that they got, in a page, an error or an address; what they write ends in a log.
 *
 * Hidden are the token or the base64 in `Authorization`, the password in that, and an identity token that
 * was to be exchanged, each in any of the spellings that {@link findSpellings} knows.
 *
 * @param response where it knows more than the request, which is authorized further below
 */
export function maskOf(request: Sent, response?: Pick<HttpResponse, 'authorization'>): Mask {
  const secrets = [request.headers?.['authorization'], response?.authorization]
    .flatMap((authorization) => (authorization === undefined ? [] : secretsIn(authorization)))
    .concat(exchangedToken(request));
  return (text) => hideAuthorizations(hide(text, secrets));
}

function hide(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const spans = findSpellings(text, secrets).toSorted((a, b) => a.start - b.start);
  let shown = '';
  let position = 0;
  for (const { start, end } of spans) {
    if (start >= position) shown += text.slice(position, start) + HIDDEN;
    position = Math.max(position, end);
  }
  return shown + text.slice(position);
}

/** Whatever stands behind the name of a scheme, whosever it is. */
const AUTHORIZATION =
  /\b(Basic|Bearer)((?:\s|%20|\+)+)(?!(?:realm=|(?:auth|authentication|authorization|challenges?|credentials?|schemes?|tokens?|is|was)(?:$|[\s,;:!?)"']|\.(?:\s|$))))[^\s"'<>]+/gi;

/** Hides the credentials of any `Authorization` that a text quotes: `Basic ***`, `Bearer ***`. */
export function hideAuthorizations(text: string): string {
  return text.replaceAll(AUTHORIZATION, `$1$2${HIDDEN}`);
}

function secretsIn(authorization: string): readonly string[] {
  const [scheme = '', value = ''] = authorization.split(/\s+(.*)/s);
  if (scheme.toLowerCase() !== 'basic') return [value];
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  return [value, decoded.slice(decoded.indexOf(':') + 1)];
}

/** The identity token in the body of an exchange. */
function exchangedToken({ body, confidential }: Sent): readonly string[] {
  if (confidential !== true || !(body instanceof Uint8Array)) return [];
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
  return form.getAll('refresh_token');
}
