import * as v from 'valibot';

import { CafsError } from '../errors.ts';
import { readLimited } from './body.ts';
import type { Challenge } from './challenge.ts';
import { type UsernamePassword, basicAuthorization } from './credentials.ts';
import { responseError } from './errors.ts';
import type { HttpRequest, Transport } from './http.ts';
import { isLoopback, isNearby, shownUrl } from './origin.ts';

/** A bearer token. */
export interface Token {
  readonly value: string;
  /** How long it holds, from when it was given, in milliseconds. */
  readonly lifetimeMs: number;
}

const MAX_ANSWER_BYTES = 128 * 1024;

/** The least that a token holds, and what holds where the server does not say. */
const MIN_LIFETIME_S = 60;

const ANSWER = v.object({
  token: v.optional(v.string()),
  access_token: v.optional(v.string()),
  expires_in: v.optional(v.pipe(v.number(), v.finite())),
});

/**
 * Asks a token server for a token, with credentials or anonymously.
 *
 * @param realm checked by {@link checkedRealm}
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @throws CafsError `UNAUTHORIZED`, `DENIED`, `MALFORMED`
 */
export async function requestToken(
  transport: Transport,
  realm: URL,
  query: { readonly service: string | undefined; readonly scope: string },
  credentials: UsernamePassword | undefined,
  signal: AbortSignal | undefined,
): Promise<Token> {
  const url = new URL(realm);
  if (query.service !== undefined) url.searchParams.set('service', query.service);
  url.searchParams.append('scope', query.scope);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (credentials !== undefined) headers['authorization'] = basicAuthorization(credentials);
  const request: HttpRequest = { method: 'GET', url, headers, signal };
  const response = await transport(request);
  if (response.status !== 200) throw await responseError(request, response);
  return parseAnswer(await readLimited(response, `token from ${shownUrl(url)}`, MAX_ANSWER_BYTES));
}

/**
 * The address of the token server that a challenge names.
 *
 * Credentials go there, so it must be one that only the registry's owner can mean: over TLS, or
 * both it and the registry on this machine; and a literal address near this machine only where the
 * registry has the same one.
 *
 * @throws CafsError `MALFORMED`
 */
export function checkedRealm(challenge: Challenge, registry: URL): URL {
  const text = challenge.params.get('realm') ?? '';
  const realm = URL.parse(text);
  const refuse = (why: string): never => {
    const shown = realm === null ? JSON.stringify(text.slice(0, 200)) : shownUrl(realm);
    throw new CafsError(
      'MALFORMED',
      `${registry.host} asks for a token from ${shown}, which ${why}; nothing was sent there.`,
      { hint: `Check the configuration of ${registry.host}.` },
    );
  };
  if (realm === null) return refuse('is no address');
  if (realm.username !== '' || realm.password !== '') return refuse('holds user information');
  const local = isLoopback(registry) && registry.protocol === 'http:' && isLoopback(realm);
  if (realm.protocol === 'http:' ? !local : realm.protocol !== 'https:') {
    return refuse('is not over TLS');
  }
  if (isNearby(realm) && !local && realm.hostname !== registry.hostname) {
    return refuse('is an address inside this network');
  }
  return realm;
}

function parseAnswer(bytes: Uint8Array): Token {
  const answer = v.safeParse(ANSWER, parseJson(bytes));
  const value = answer.success ? (answer.output.token ?? answer.output.access_token ?? '') : '';
  // It becomes a header: visible ASCII, nothing else.
  if (!answer.success || !/^[\x21-\x7e]+$/.test(value)) {
    throw new CafsError('MALFORMED', 'The token server answered without a usable token.');
  }
  const seconds = Math.max(answer.output.expires_in ?? 0, MIN_LIFETIME_S);
  return { value, lifetimeMs: seconds * 1000 };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
