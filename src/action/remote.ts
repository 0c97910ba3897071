import type { CredentialSource } from '../oci/credentials.ts';
import { parseRepository } from '../oci/reference.ts';
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
 *
 * @throws CafsError `INVALID_REFERENCE` where the remote is no repository
 */
export function credentialsFor(
  remote: string,
  inputs: Pick<Inputs, 'username' | 'password'>,
  actor: string,
  token: string,
): CredentialSource {
  const repository = parseRepository(remote);
  const ownHost = repository.kind === 'registry' ? repository.host : undefined;
  return (host) => {
    if (host !== ownHost) return undefined;
    if (inputs.password !== '')
      return { username: inputs.username || actor, password: inputs.password };
    return host === GHCR && token !== ''
      ? { username: actor || 'token', password: token }
      : undefined;
  };
}
