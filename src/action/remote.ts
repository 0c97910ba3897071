import type { Authenticator, Credentials } from '../oci/credentials.ts';
import { dockerCredentials } from '../oci/docker-credentials.ts';
import { parseRepository } from '../oci/reference.ts';
import type { Inputs } from './inputs.ts';

const GHCR = 'ghcr.io';

/** Where credentials may come from, and who hears of them. */
export interface CredentialSources {
  readonly inputs: Pick<Inputs, 'username' | 'password'>;
  readonly actor: string;
  /** The workflow's token, for ghcr.io alone. */
  readonly token: string;
  /** What `docker login` has left. */
  readonly docker?: Authenticator;
  /** Hears of every secret that comes from elsewhere than the inputs, so that no log shows it. */
  readonly onSecret?: (secret: string) => void;
}

/** The remote's name: as given, or the repository's own place in GitHub's registry. */
export function remoteOf(input: string, repository: string): string | undefined {
  if (input !== '') return input;
  return repository === '' ? undefined : `${GHCR}/${repository.toLowerCase()}/cafs`;
}

/**
 * Credentials for the remote's own registry, and for no other host: the inputs; else, for ghcr.io
 * alone, the workflow's token; else Docker's.
 *
 * @throws CafsError `INVALID_REFERENCE` where the remote is no repository
 */
export function credentialsFor(remote: string, sources: CredentialSources): Authenticator {
  const { inputs, actor, token, docker = dockerCredentials(), onSecret } = sources;
  const repository = parseRepository(remote);
  const ownHost = repository.kind === 'registry' ? repository.host : undefined;
  return async (host, request) => {
    if (host !== ownHost) return undefined;
    if (inputs.password !== '')
      return { username: inputs.username || actor, password: inputs.password };
    if (host === GHCR && token !== '') return { username: actor || 'token', password: token };
    const found = await docker(host, request);
    if (found !== undefined) onSecret?.(secretOf(found));
    return found;
  };
}

function secretOf(credentials: Credentials): string {
  if ('password' in credentials) return credentials.password;
  return 'identityToken' in credentials ? credentials.identityToken : credentials.registryToken;
}
