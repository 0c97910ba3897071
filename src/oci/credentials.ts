/** A name and a secret for one registry. */
export interface UsernamePassword {
  readonly username: string;
  readonly password: string;
}

/**
 * Gives the credentials for a registry, or undefined to go there without any. It is asked when the
 * registry demands it, and again when a token has run out.
 *
 * @param host as in the reference, with the port: `ghcr.io`, `docker.io`, `localhost:5000`
 */
export type CredentialSource = (
  host: string,
) => UsernamePassword | undefined | Promise<UsernamePassword | undefined>;

/** The value of an `Authorization` header. */
export function basicAuthorization({ username, password }: UsernamePassword): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
