import type { HttpRequest, HttpResponse } from './http.ts';

/** Takes out of what a server wrote what must not be shown. */
export type Mask = (text: string) => string;

/** What a request says about secrets that it carries. */
export type Sent = Pick<HttpRequest, 'headers' | 'body' | 'confidential'>;

/** What a secret is shown as. */
const HIDDEN = '***';

/** A shorter secret is looked for as a whole word only: "pass" is in every other text. */
const SHORT = 8;

/**
 * Hides what was sent with a request. Some servers, and proxies that are to be debugged, repeat the
 * headers that they got, in a page, an error or an address; what they write ends in a log.
 *
 * Hidden are the value of `Authorization`, the token or the base64 in it, the password in that, and an
 * identity token that was to be exchanged, each also as JSON, HTML and addresses write it.
 *
 * @param response where it knows more than the request, which is authorized further below
 */
export function maskOf(request: Sent, response?: Pick<HttpResponse, 'authorization'>): Mask {
  const secrets = [request.headers?.['authorization'], response?.authorization]
    .flatMap((authorization) => (authorization === undefined ? [] : secretsIn(authorization)))
    .concat(exchangedToken(request));
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  if (forms.length === 0) return hideAuthorizations;
  // The longest first, so that no rest of one stays.
  const choices = [...new Set(forms)].sort((a, b) => b.length - a.length).map(patternOf);
  const pattern = new RegExp(choices.join('|'), 'gi');
  return (text) => hideAuthorizations(text.replaceAll(pattern, HIDDEN));
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

/** How a secret may be written. */
function formsOf(secret: string): readonly string[] {
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    secret,
    // Base64 is also written without its end, and with two other characters for addresses.
    secret.replace(/=+$/, ''),
    secret.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    html.replaceAll('"', '&#34;').replaceAll("'", '&apos;'),
  ];
}

function patternOf(form: string): string {
  const exact = form.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  if (form.length >= SHORT) return exact;
  // In an address, what stands before it may be `%3A`; in JSON, `\\n`.
  return `(?<=^|[^a-z0-9]|%[0-9a-f]{2}|\\\\[a-z])${exact}(?![a-z0-9])`;
}
