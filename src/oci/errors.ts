import { CafsError, type ErrorCode, type ErrorDetails } from '../errors.ts';
import { ConnectionError } from './connection-error.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { headerValue } from './http.ts';
import { shownUrl } from './origin.ts';
import { type RegistryProblem, parseProblems } from './problem.ts';
import { parseRetryAfter, retryAfterInText } from './retry-after.ts';

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
  /** Codes out of the body, such as `MANIFEST_BLOB_UNKNOWN`. */
  readonly problems: readonly RegistryProblem[];
  /** How long the server asks to wait before trying again, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & {
      readonly status: number;
      readonly problems: readonly RegistryProblem[];
      readonly retryAfterMs: number | undefined;
    },
  ) {
    super(code, message, details);
    this.status = details.status;
    this.problems = details.problems;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether the registry gave one of these codes. */
  names(...codes: readonly string[]): boolean {
    return this.problems.some(({ code }) => codes.includes(code));
  }
}

/** Whether a status, whatever the body says, may well be another one later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Makes an error of an answer, and gives up what is left of its body. */
export async function responseError(
  request: Pick<HttpRequest, 'method' | 'url'>,
  response: HttpResponse,
): Promise<ResponseError> {
  const text = request.method === 'HEAD' ? '' : await readSome(response);
  await response.body.discard();
  const problems = parseProblems(text);
  const { status } = response;
  const told = problems
    .map(({ code, message }) => [code, message].filter((part) => part !== '').join(': '))
    .join('; ');
  const hint = hintFor(status, response.url.host, problems, response.credentialsGiven);
  const elsewhere =
    response.url.origin === request.url.origin ? '' : ` by way of ${response.url.host}`;
  return new ResponseError(
    codeOf(status, problems),
    `${request.method} ${shownUrl(request.url)} answered ${String(status)}${elsewhere}${told === '' ? '' : ` (${told})`}.`,
    {
      status,
      problems,
      retryAfterMs:
        parseRetryAfter(headerValue(response, 'retry-after'), Date.now()) ?? retryAfterInText(text),
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

/** Whether the same request may well go through later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ResponseError) {
    const { status, problems } = error;
    return isTransientStatus(status) || (status === 403 && isRateLimit(problems));
  }
  return error instanceof ConnectionError && error.transient;
}

function codeOf(status: number, problems: readonly RegistryProblem[]): ErrorCode {
  if (problems.some(({ code }) => code === 'DIGEST_INVALID')) return 'INTEGRITY';
  // Registries answer 400 as well as 404 to a manifest whose blobs are not there.
  if (problems.some(({ code }) => code === 'MANIFEST_BLOB_UNKNOWN')) return 'NOT_FOUND';
  // Quay and GitLab say MANIFEST_INVALID of media types that they do not know.
  const refused = problems.some(
    ({ code }) => code === 'MANIFEST_INVALID' || code === 'UNSUPPORTED',
  );
  if (refused || status === 405 || status === 415) return 'UNSUPPORTED';
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 403) return isRateLimit(problems) ? 'REMOTE' : 'DENIED';
  if (status === 404) return 'NOT_FOUND';
  return status === 408 ? 'TIMEOUT' : 'REMOTE';
}

/** GitHub answers 403, not 429, to bursts. */
function isRateLimit(problems: readonly RegistryProblem[]): boolean {
  return problems.some(
    ({ code, message }) =>
      code === 'TOOMANYREQUESTS' || /secondary rate limit|rate limit exceeded/i.test(message),
  );
}

/**
 * What a user can do about an error that a host answered.
 *
 * @param credentialsGiven undefined: unknown
 */
export function hintFor(
  status: number,
  host: string,
  problems: readonly RegistryProblem[],
  credentialsGiven?: boolean,
): string | undefined {
  if (status === 401) return `${host} ${wish(credentialsGiven)} ${whereCredentialsGo(host)}`;
  if (status === 403 && !isRateLimit(problems)) {
    return host === 'ghcr.io'
      ? 'In a workflow, the job needs "permissions: packages: write", and the package must give this repository write access (Package settings, Manage Actions access).'
      : `The credentials for ${host} do not allow this; ask for the right to pull from and push to this repository.`;
  }
  if (status === 413) return 'The registry, or a proxy before it, limits the size of uploads.';
  if (status === 429 || status === 403)
    return `${host} limits how often it may be asked; try later.`;
  if (status >= 500) return `The fault lies with ${host}, or with a proxy before it; try later.`;
  return undefined;
}

/** All the ways to give credentials. */
export function whereCredentialsGo(host: string): string {
  return `Run "docker login ${host}", or give them by hand: library: auth: () => ({ username, password }); action: inputs username and password; command line: CAFS_USERNAME and CAFS_PASSWORD.`;
}

function wish(credentialsGiven: boolean | undefined): string {
  if (credentialsGiven === undefined) {
    return 'wants credentials, or refuses those that it was given.';
  }
  return credentialsGiven
    ? 'refuses the credentials that it was given.'
    : 'wants credentials, and was given none.';
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
