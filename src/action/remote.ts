import type { CredentialSource } from '../oci/credentials.ts';
import type { Inputs } from './inputs.ts';

const GHCR = 'ghcr.io';

/** The remote's name: as given, or the repository's own place in GitHub's registry. */
export function remoteOf(input: string, repository: string): string | undefined {
  if (input !== '') return input;
  return repository === '' ? undefined : `${GHCR}/${repository.toLowerCase()}/cafs`;
}

/**
 * Credentials for the remote's own registry, and for no other host. The workflow's token goes to
 * ghcr.io alone.
 */
export function credentialsFor(
  remote: string,
  inputs: Pick<Inputs, 'username' | 'password'>,
  actor: string,
  token: string,
): CredentialSource {
  const [ownHost = ''] = remote.split('/');
  return (host) => {
    if (host !== ownHost) return undefined;
    if (inputs.password !== '')
      return { username: inputs.username || actor, password: inputs.password };
    return host === GHCR && token !== ''
      ? { username: actor || 'token', password: token }
      : undefined;
  };
}
