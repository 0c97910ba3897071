import { CafsError, type ErrorCode, type ErrorDetails } from '../errors.ts';
import { isIdentity } from './body.ts';
import { ConnectionError } from './connection-error.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { headerValue, isPage } from './http.ts';
import { hintFor, isImmutable, isRateLimit, isRefusedKind } from './hints.ts';
import { parseHttpDate } from './http-date.ts';
import { shownUrl } from './origin.ts';
import { type RegistryProblem, parseProblems } from './problem.ts';
import { parseRetryAfter, retryAfterInText } from './retry-after.ts';
import { type Sent, maskOf } from './secrets.ts';
import { shownHeader } from './shown-header.ts';

/** Bytes of an error's body that are looked at. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * How long an error's body is waited for. Distribution 2.8.2 announces a blob's whole length with
 * a 416 and sends 33 bytes: whoever waits for the rest waits for ever.
 */
const ERROR_BODY_MS = 2000;

/** An answer that is an error. */
export class ResponseError extends CafsError {
  /** The HTTP status. */
  readonly status: number;
  /**
   * What the body says, in order: of each error its code, such as `MANIFEST_BLOB_UNKNOWN`, and its words.
   * The code is empty where the body has none, as with a proxy's page; the list is, where there was no
   * body to read, as with HEAD. At most five.
   */
  readonly problems: readonly RegistryProblem[];
  /** How long the server asks to wait before trying again, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** All tries have been used up: who tried again would multiply them. */
  readonly exhausted: boolean;
  /** Nothing in a 404 is a registry's: not even the repository was looked for. */
  readonly isForeign: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & {
      readonly status: number;
      readonly problems: readonly RegistryProblem[];
      readonly retryAfterMs: number | undefined;
      readonly exhausted?: boolean;
      readonly isForeign?: boolean;
    },
  ) {
    super(code, message, details);
    this.status = details.status;
    this.problems = details.problems;
    this.retryAfterMs = details.retryAfterMs;
    this.exhausted = details.exhausted ?? false;
    this.isForeign = details.isForeign ?? false;
  }

  /** Whether the registry gave one of these codes. */
  names(...codes: readonly string[]): boolean {
    return this.problems.some(({ code }) => codes.includes(code));
  }
}

/** Not implemented, no such version of HTTP, and no room left. */
const FINAL: ReadonlySet<number> = new Set([501, 505, 507]);

/** Whether a status, whatever the body says, may well be another one later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && !FINAL.has(status));
}

/**
 * Makes an error of an answer, and gives up what is left of its body. What was sent with the request
 * to say who asks is not in it, though the server may repeat it.
 */
export async function responseError(
  request: Pick<HttpRequest, 'method' | 'url' | 'credentials'> & Sent,
  response: HttpResponse,
): Promise<ResponseError> {
  // What a proxy has compressed is no text.
  const isText = request.method !== 'HEAD' && isIdentity(response);
  const text = isText ? await readSome(response) : '';
  await response.body.discard();
  const mask = maskOf(request, response);
  const problems = parseProblems(text, mask);
  const { status } = response;
  const retryAfterMs = waitAsked(response, problems);
  const told = problems
    .map(({ code, message }) => [code, message].filter((part) => part !== '').join(': '))
    .filter((part) => part !== '')
    .join('; ');
  const host = mask(response.url.host);
  const elsewhere = response.url.origin !== request.url.origin;
  const isForeign = !elsewhere && isForeignAnswer(request, response, problems);
  const hint = hintFor({
    status,
    host,
    sentBy: elsewhere ? mask(request.url.host) : undefined,
    method: request.method,
    problems,
    credentials: response.credentials ?? (elsewhere ? undefined : request.credentials),
    foreignType: isForeign ? shownType(response) : undefined,
    isManifestDigest: MANIFEST_DIGEST.test(request.url.pathname),
    proxy: problems.some(({ code }) => code !== '') ? undefined : response.proxy,
  });
  const by = response.proxy === undefined ? '' : ` by way of the proxy ${response.proxy}`;
  return new ResponseError(
    codeOf(status, problems, retryAfterMs),
    `${request.method} ${mask(shownUrl(request.url))} answered ${String(status)}${elsewhere ? ` by way of ${host}` : ''}${by}${told === '' ? '' : ` (${told})`}.`,
    { status, problems, retryAfterMs, isForeign, ...(hint === undefined ? {} : { hint }) },
  );
}

/**
 * Reads a 404 that is to mean that something is not there. Any web server answers so, to whatever it is
 * asked; a registry says it by a code.
 *
 * @throws CafsError `NOT_FOUND` where the answer is not a registry's
 */
export async function assertAbsent(
  request: Pick<HttpRequest, 'method' | 'url' | 'credentials'> & Sent,
  response: HttpResponse,
): Promise<void> {
  const error = await responseError(request, response);
  if (error.isForeign) throw error;
}

function shownType(response: HttpResponse): string {
  const isNamed = headerValue(response, 'content-type') !== undefined;
  return isNamed ? shownHeader(response, 'content-type') : 'no media type';
}

const MANIFEST_DIGEST = /\/manifests\/sha256:[0-9a-f]{64}$/;

/** Whether a 404 of a registry's API has words, but no code of an error: a page, `{}`, plain text. */
function isForeignAnswer(
  { method, url }: Pick<HttpRequest, 'method' | 'url'>,
  response: HttpResponse,
  problems: readonly RegistryProblem[],
): boolean {
  if (response.status !== 404 || !url.pathname.startsWith('/v2/')) return false;
  if (method === 'HEAD') return isPage(response);
  return problems.length > 0 && problems.every(({ code }) => code === '');
}

/** Whether the same request may well go through later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ResponseError) {
    const { status, problems, retryAfterMs, exhausted } = error;
    if (exhausted) return false;
    return isTransientStatus(status) || isBurstRefusal(status, problems, retryAfterMs);
  }
  return error instanceof ConnectionError && error.transient;
}

/** By the server's own clock where it shows one: it need not be ours. */
function waitAsked(
  response: HttpResponse,
  problems: readonly RegistryProblem[],
): number | undefined {
  const ours = Date.now();
  const theirs = parseHttpDate(headerValue(response, 'date') ?? '', ours);
  const asked = parseRetryAfter(headerValue(response, 'retry-after'), theirs ?? ours);
  return asked ?? retryAfterInText(problems.map(({ message }) => message).join(' '));
}

/** A 403 that does not stay one: GitHub's for bursts, which names the wait where it has no body. */
function isBurstRefusal(
  status: number,
  problems: readonly RegistryProblem[],
  retryAfterMs: number | undefined,
): boolean {
  return status === 403 && (retryAfterMs !== undefined || isRateLimit(status, problems));
}

function codeOf(
  status: number,
  problems: readonly RegistryProblem[],
  retryAfterMs: number | undefined,
): ErrorCode {
  if (status === 401) return 'UNAUTHORIZED';
  if (status >= 500 || status === 429) return 'REMOTE';
  const has = (...codes: readonly string[]): boolean =>
    problems.some(({ code }) => codes.includes(code));
  if (isImmutable(status, problems)) return 'DENIED';
  if (has('DIGEST_INVALID', 'SIZE_INVALID')) return 'INTEGRITY';
  // Registries answer 400 as well as 404 to a manifest whose blobs are not there.
  if (has('MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN')) return 'NOT_FOUND';
  // What is missing is the registry's own: nothing that anybody has asked for.
  if (has('BLOB_UPLOAD_UNKNOWN')) return 'REMOTE';
  if (isRefusedKind(status, problems)) return 'UNSUPPORTED';
  if (status === 403) return isBurstRefusal(status, problems, retryAfterMs) ? 'REMOTE' : 'DENIED';
  if (status === 404) return 'NOT_FOUND';
  return status === 408 ? 'TIMEOUT' : 'REMOTE';
}

async function readSome(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  const read = async (): Promise<void> => {
    let size = 0;
    for await (const chunk of response.body) {
      chunks.push(chunk.subarray(0, MAX_ERROR_BYTES - size));
      size += chunk.byteLength;
      if (size >= MAX_ERROR_BYTES) return;
    }
  };
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    resolve(undefined);
  }, ERROR_BODY_MS);
  try {
    // A body that breaks off still tells something: what is there is what is used.
    await Promise.race([read().catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
