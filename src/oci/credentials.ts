import * as v from 'valibot';

import { CafsError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/** A name and a secret for one registry. */
export interface UsernamePassword {
  readonly username: string;
  readonly password: string;
}

/** What a token server exchanges for tokens; the registry itself never gets it. */
export interface IdentityToken {
  readonly identityToken: string;
}

/** A token that the registry takes as it is. */
export interface RegistryToken {
  readonly registryToken: string;
}

export type Credentials = UsernamePassword | IdentityToken | RegistryToken;

/** What else there is to know about a request for credentials. */
export interface CredentialsRequest {
  /** The repository's name: `owner/repository/cafs`. */
  readonly repository: string;
  /** Nobody waits for the credentials any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives the credentials for a registry, or undefined to go there without any. It is asked when the
 * registry demands it, and again when a token has run out.
 *
 * @param host as in the reference, with the port: `ghcr.io`, `docker.io`, `localhost:5000`
 * @example
 * const auth: Authenticator = (host) =>
 *   host === 'ghcr.io' ? { username: 'me', password: secret } : undefined;
 */
export type Authenticator = (
  host: string,
  request: CredentialsRequest,
) => Credentials | undefined | Promise<Credentials | undefined>;

/** What an option must be that is an {@link Authenticator}. */
export const CREDENTIALS = v.optional(
  v.function('it must be a function: (host) => ({ username, password })'),
);

/**
 * An authenticator whose answers are whole. With a half of them, a registry would be asked anonymously
 * or refuse them later, in words that say nothing of it.
 *
 * @throws CafsError `INVALID_INPUT`, by what it returns, that says what is missing
 */
export function checkedAuthenticator(authenticator: Authenticator): Authenticator {
  return async (host, request) => {
    const found: unknown = await authenticator(host, request);
    return found === undefined ? undefined : checkedCredentials(found, host);
  };
}

/** Names only, never a value: any of them may be a secret, in the wrong place, too. */
function checkedCredentials(found: unknown, host: string): Credentials {
  const fields = new Map(
    typeof found === 'object' && found !== null ? Object.entries(found) : [],
  ) as ReadonlyMap<string, unknown>;
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  const [registryToken, identityToken] = [text('registryToken'), text('identityToken')];
  if (registryToken !== '') return { registryToken };
  if (identityToken !== '') return { identityToken };
  const [username, password] = [text('username'), text('password')];
  // Where a password is a token, some registries want no name with it.
  if (password !== '' && typeof fields.get('username') === 'string') return { username, password };
  const wanted =
    ['registryToken', 'identityToken'].find((name) => fields.has(name)) ??
    (password === '' ? 'password' : 'username');
  const given = [...fields.keys()].filter((name) => name !== wanted).map(quoted);
  throw new CafsError(
    'INVALID_INPUT',
    `The credentials for ${host} have no ${quoted(wanted)}${given.length === 0 ? '' : `, only ${given.join(', ')}`}.`,
    {
      hint: 'They are { username, password }, { identityToken }, { registryToken }, or undefined to go there without any.',
    },
  );
}

/** The value of an `Authorization` header. */
export function basicAuthorization({ username, password }: UsernamePassword): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
