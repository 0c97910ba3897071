import { CafsError } from '../errors.ts';
import type { AuthOptions } from './auth-options.ts';
import { BearerTokens } from './bearer.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { type Authenticator, basicAuthorization } from './credentials.ts';
import { whereCredentialsGo } from './hints.ts';
import type { CredentialsUse, HttpRequest, HttpResponse, Transport } from './http.ts';
import { headerValues } from './http.ts';
import { orAborted } from '../until-aborted.ts';

/**
 * Answers a registry's challenges: with a bearer token (anonymous or for credentials), or with
 * Basic. What was once found out is sent along from then on.
 *
 * A 401 that cannot be answered comes out as it is.
 */
export function withAuth(next: Transport, options: AuthOptions): Transport {
  const session = new Session(next, options);
  return async (request) => {
    if (request.url.origin !== options.registry.origin) return next(request);
    let sent = await session.authorization(request);
    let response = await next(session.authorized(request, sent));
    for (let answers = 0; answers < MAX_ANSWERS && session.asks(response); answers += 1) {
      const answer = await session.answer(request, response, sent, answers > 0);
      if (answer === undefined || answer === sent) break;
      await response.body.discard();
      sent = answer;
      response = await next(session.authorized(request, sent));
    }
    return session.marked(response, sent);
  };
}

/** One for who must say who they are, one for what the token must be for. */
const MAX_ANSWERS = 2;

/** What has been found out about a registry's wishes. */
class Session {
  readonly #options: AuthOptions;
  readonly #tokens: BearerTokens;
  #scheme: 'bearer' | 'basic' | undefined;
  #basic: string | undefined;
  #asking: Promise<string | undefined> | undefined;
  #use: CredentialsUse = 'unasked';

  constructor(next: Transport, options: AuthOptions) {
    const credentials: Authenticator = async (host, asked) => {
      const found = await options.credentials?.(host, asked);
      this.#use = found === undefined ? 'none' : 'given';
      return found;
    };
    this.#options = { ...options, credentials };
    this.#tokens = new BearerTokens(next, this.#options);
  }

  /** The request as it is sent. Who is below, and makes an error of a 403, is told of credentials. */
  authorized(request: HttpRequest, authorization: string | undefined): HttpRequest {
    const credentials = this.#use;
    if (authorization === undefined) return { ...request, credentials };
    return { ...request, credentials, headers: { ...request.headers, authorization } };
  }

  /** Says what was sent, and with a 401 that stays one, what became of credentials. */
  marked(response: HttpResponse, authorization: string | undefined): HttpResponse {
    const marked = { ...response, authorization };
    return this.asks(response) ? { ...marked, credentials: this.#use } : marked;
  }

  /** Whether the registry itself, not someone that it redirects to, wants to know who asks. */
  asks(response: HttpResponse): boolean {
    return response.status === 401 && response.url.origin === this.#options.registry.origin;
  }

  /** The `Authorization` that a request needs as far as is known. */
  async authorization(request: HttpRequest): Promise<string | undefined> {
    if (this.#scheme === 'basic') return this.#basic;
    if (this.#scheme === 'bearer') return this.#tokens.authorization(request);
    return undefined;
  }

  /**
   * The `Authorization` that a 401 asks for; undefined where there is none to give.
   *
   * @param again the request has been answered for before: the same kind of answer will not do
   */
  async answer(
    request: HttpRequest,
    response: HttpResponse,
    rejected: string | undefined,
    again: boolean,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(headerValues(response, 'www-authenticate'));
    const find = (scheme: string): Challenge | undefined =>
      challenges.find((challenge) => challenge.scheme === scheme);
    const bearer = find('bearer');
    if (bearer !== undefined) {
      this.#scheme = 'bearer';
      const changed = this.#tokens.accept(request, bearer, rejected);
      return again && !changed ? undefined : this.#tokens.authorization(request);
    }
    if (again || find('basic') === undefined) return undefined;
    // Others may have found it out since this request was sent.
    if (this.#basic !== undefined && this.#basic !== rejected) return this.#basic;
    this.#asking ??= this.#askBasic().finally(() => {
      this.#asking = undefined;
    });
    return orAborted(this.#asking, request.signal);
  }

  /** Requests that need credentials at the same time share one question: it may start a program. */
  async #askBasic(): Promise<string | undefined> {
    const { credentials, host, repository, signal } = this.#options;
    const found = await credentials?.(host, { repository, signal });
    if (found === undefined) return undefined;
    if (!('password' in found)) {
      throw new CafsError(
        'UNAUTHORIZED',
        `${host} takes a user name and a password only, and what there is for it is a token.`,
        { hint: whereCredentialsGo(host) },
      );
    }
    this.#basic = basicAuthorization(found);
    this.#scheme = 'basic';
    return this.#basic;
  }
}
