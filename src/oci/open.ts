import { resolve } from 'node:path';

import type { Authenticator } from './credentials.ts';
import { dockerCredentials } from './docker-credentials.ts';
import { LayoutRemote } from './layout.ts';
import { parseRepository } from './reference.ts';
import { RegistryRemote, type RegistryOptions } from './registry.ts';
import type { Remote } from './remote.ts';

/** How a remote is opened. */
export interface OpenRemoteOptions extends RegistryOptions {
  /** The folder that a relative `oci:DIR` is relative to. */
  readonly cwd: string;
  /**
   * Gives the registry's credentials when it asks for some. Default: {@link dockerCredentials}, what
   * `docker login` has left. `() => undefined` goes without any.
   */
  readonly credentials?: Authenticator | undefined;
}

/**
 * Opens a remote: a repository in a registry, or an image layout in a folder. Nothing is sent or
 * written before the first call needs it.
 *
 * @example
 * const remote = openRemote('ghcr.io/owner/repo/cafs', { cwd, credentials });
 * const layout = openRemote('oci:./cache', { cwd });
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` where a variable holds no address of a proxy
 */
export function openRemote(text: string, options: OpenRemoteOptions): Remote {
  const repository = parseRepository(text);
  if (repository.kind === 'registry') {
    const { credentials = dockerCredentials() } = options;
    return new RegistryRemote(repository, { ...options, credentials });
  }
  return new LayoutRemote(resolve(options.cwd, repository.folder), {
    name: text,
    signal: options.signal,
  });
}
