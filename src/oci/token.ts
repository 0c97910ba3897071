import * as v from 'valibot';

import { CafsError } from '../errors.ts';
import { readLimited } from './body.ts';
import { type IdentityToken, type UsernamePassword, basicAuthorization } from './credentials.ts';
import { responseError } from './errors.ts';
import type { HttpRequest, HttpResponse, Transport } from './http.ts';
import { shownUrl } from './origin.ts';

/** A bearer token. */
export interface Token {
  readonly value: string;
  /** How long it holds, from when it was asked for, in milliseconds. */
  readonly lifetimeMs: number;
}

/** What a token is to be for. */
export interface TokenQuery {
  /** The registry, as its challenge names it. */
  readonly service: string | undefined;
  /** `repository:NAME:pull,push`, one or more. */
  readonly scopes: readonly string[];
}

const MAX_ANSWER_BYTES = 128 * 1024;

/** The least that a token holds, and what holds where the server does not say. */
const MIN_LIFETIME_S = 60;

/** What servers answer that do not exchange identity tokens by POST. */
const NO_EXCHANGE: ReadonlySet<number> = new Set([400, 401, 404, 405]);

/** `issued_at` is not looked at: the server's clock may be another one than ours. Go writes `null` for what is absent. */
const ANSWER = v.object({
  token: v.nullish(v.string(), ''),
  access_token: v.nullish(v.string(), ''),
  expires_in: v.nullish(v.pipe(v.number(), v.finite()), 0),
});

const NOTHING = { token: '', access_token: '', expires_in: 0 };

/**
 * Asks a token server for a token, with credentials or anonymously. An identity token is exchanged
 * by POST; where the server knows no such thing, it goes in place of a password.
 *
 * Tries once; the caller decides about more.
 *
 * @param realm checked by `checkedRealm`
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 * @throws CafsError `UNAUTHORIZED`, `DENIED`, `MALFORMED`
 */
export async function requestToken(
  transport: Transport,
  realm: URL,
  query: TokenQuery,
  credentials: UsernamePassword | IdentityToken | undefined,
  signal: AbortSignal | undefined,
): Promise<Token> {
  if (credentials === undefined || 'password' in credentials) {
    return tokenIn(await send(transport, getRequest(realm, query, credentials, signal)));
  }
  const { identityToken } = credentials;
  const exchange = exchangeRequest(realm, query, identityToken, signal);
  const sent = await send(transport, exchange);
  if (!NO_EXCHANGE.has(sent.response.status)) return tokenIn(sent);
  await sent.response.body.discard();
  const instead = { username: '', password: identityToken };
  return tokenIn(await send(transport, getRequest(realm, query, instead, signal)));
}

function getRequest(
  realm: URL,
  { service, scopes }: TokenQuery,
  credentials: UsernamePassword | undefined,
  signal: AbortSignal | undefined,
): HttpRequest {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization =
    credentials === undefined ? {} : { authorization: basicAuthorization(credentials) };
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...authorization },
    signal,
    replay: false,
  };
}

function exchangeRequest(
  url: URL,
  { service, scopes }: TokenQuery,
  identityToken: string,
  signal: AbortSignal | undefined,
): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'cafs',
    ...(service === undefined ? {} : { service }),
    scope: scopes.join(' '),
    refresh_token: identityToken,
  });
  return {
    method: 'POST',
    url,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
    confidential: true,
    signal,
    replay: false,
  };
}

interface Sent {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

async function send(transport: Transport, request: HttpRequest): Promise<Sent> {
  return { request, response: await transport(request) };
}

async function tokenIn({ request, response }: Sent): Promise<Token> {
  if (response.status !== 200) throw await responseError(request, response);
  const what = `token from ${shownUrl(request.url)}`;
  return parseAnswer(await readLimited(response, what, MAX_ANSWER_BYTES));
}

function parseAnswer(bytes: Uint8Array): Token {
  const answer = v.safeParse(ANSWER, parseJson(bytes));
  const { token, access_token: other, expires_in: told } = answer.success ? answer.output : NOTHING;
  const value = token === '' ? other : token;
  if (!isTokenText(value)) {
    throw new CafsError('MALFORMED', 'The token server answered without a usable token.');
  }
  const seconds = Math.max(told, MIN_LIFETIME_S);
  return { value, lifetimeMs: seconds * 1000 };
}

/** Whether text can become a header: visible ASCII, nothing else. */
export function isTokenText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
