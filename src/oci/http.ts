import type { BlobContent } from './remote.ts';

/**
 * One HTTP request. Its body can be read again, so that it can be sent again after a challenge, a
 * redirect or a broken connection.
 */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  /**
   * Path and query of the address as a server wrote them, where `URL` would write them in another way:
   * they are sent as they are, since they may be signed.
   */
  readonly target?: string | undefined;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BlobContent;
  readonly signal?: AbortSignal | undefined;
  /**
   * `false`: whoever asks decides what happens after a failure that leaves open whether the server
   * did the work, because sending it again could do harm or answer nonsense. Default `true`.
   */
  readonly replay?: boolean;
  /**
   * Another repository of the same registry that this request reads from, as a mount does: a token for
   * it must allow that as well.
   */
  readonly alsoPullFrom?: string | undefined;
  /** Where it is known: what became of credentials for it. */
  readonly credentials?: CredentialsUse | undefined;
  /** The body is a secret: a redirect to another origin is refused, not followed. */
  readonly confidential?: boolean;
  /**
   * It is not sent later than this, in milliseconds of `performance.now()`, and nor is what becomes of it
   * after a challenge or a redirect.
   */
  readonly notAfter?: number | undefined;
}

/**
 * What became of credentials: `given` to the registry, or to its token server; `none` were found; `unasked`,
 * since they are looked for only when a registry wants some.
 */
export type CredentialsUse = 'given' | 'none' | 'unasked';

/** What a server answered. Its body must be read to the end or given up with `discard`. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a header that came several times is a list. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Where the answer came from, after redirects: what relative addresses in it mean. */
  readonly url: URL;
  readonly body: HttpBody;
  /** The host of a proxy that passed it on in the clear, and may have answered by itself. */
  readonly proxy?: string | undefined;
  /** With a 401, where it is known: what became of credentials. */
  readonly credentials?: CredentialsUse | undefined;
  /** The `Authorization` that the registry got with the request: no error may show it. */
  readonly authorization?: string | undefined;
}

/** A response's body, in the chunks that came over the wire. */
export interface HttpBody extends AsyncIterable<Uint8Array> {
  /** Gives up what has not been read, so that the connection is free or closed. Never throws. */
  discard(): Promise<void>;
}

/**
 * The one function that all HTTP goes through. Everything else is a decorator around it: counting,
 * redirects, retries, authentication.
 */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** All values of a header; none where it is absent. */
export function headerValues(response: HttpResponse, name: string): readonly string[] {
  const value = response.headers[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/**
 * Whether an answer is a page for people: a login, or the words of a proxy. Where its status says that
 * all is well, it says so of something else.
 */
export function isPage(response: HttpResponse): boolean {
  return /^\s*text\/html\b/i.test(headerValue(response, 'content-type') ?? '');
}

/** The first value of a header. */
export function headerValue(response: HttpResponse, name: string): string | undefined {
  return headerValues(response, name)[0];
}
