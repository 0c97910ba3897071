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

/** The value of an `Authorization` header. */
export function basicAuthorization({ username, password }: UsernamePassword): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
