import { CafsError } from '../errors.ts';
import type { AuthOptions } from './auth-options.ts';
import { BearerTokens } from './bearer.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { type Authenticator, basicAuthorization } from './credentials.ts';
import { whereCredentialsGo } from './errors.ts';
import type { HttpRequest, HttpResponse, Transport } from './http.ts';
import { headerValues } from './http.ts';

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
    const known = await session.authorization(request);
    const response = await next(authorized(request, known));
    if (response.status !== 401 || response.url.origin !== options.registry.origin) return response;
    const answer = await session.answer(request, response, known);
    if (answer === undefined || answer === known) return session.marked(response);
    await response.body.discard();
    return session.marked(await next(authorized(request, answer)));
  };
}

/** What has been found out about a registry's wishes. */
class Session {
  readonly #options: AuthOptions;
  readonly #tokens: BearerTokens;
  #scheme: 'bearer' | 'basic' | undefined;
  #basic: string | undefined;
  #given = false;

  constructor(next: Transport, options: AuthOptions) {
    const credentials: Authenticator = async (host, asked) => {
      const found = await options.credentials?.(host, asked);
      this.#given = found !== undefined;
      return found;
    };
    this.#options = { ...options, credentials };
    this.#tokens = new BearerTokens(next, this.#options);
  }

  /** A 401 that stays one says whether there were credentials. */
  marked(response: HttpResponse): HttpResponse {
    return response.status === 401 ? { ...response, credentialsGiven: this.#given } : response;
  }

  /** The `Authorization` that a request needs as far as is known. */
  async authorization(request: HttpRequest): Promise<string | undefined> {
    if (this.#scheme === 'basic') return this.#basic;
    if (this.#scheme === 'bearer') return this.#tokens.authorization(request);
    return undefined;
  }

  /** The `Authorization` that a 401 asks for; undefined where there is none to give. */
  async answer(
    request: HttpRequest,
    response: HttpResponse,
    rejected: string | undefined,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(headerValues(response, 'www-authenticate'));
    const find = (scheme: string): Challenge | undefined =>
      challenges.find((challenge) => challenge.scheme === scheme);
    const bearer = find('bearer');
    if (bearer !== undefined) {
      this.#scheme = 'bearer';
      return this.#tokens.renewed(request, bearer, rejected);
    }
    if (find('basic') === undefined) return undefined;
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

function authorized(request: HttpRequest, authorization: string | undefined): HttpRequest {
  if (authorization === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization } };
}
