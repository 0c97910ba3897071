import * as v from 'valibot';

import { environment } from '../environment.ts';
import { checkOptions } from '../options.ts';
import type { Authenticator, Credentials } from './credentials.ts';
import { type DockerConfig, readDockerConfig } from './docker-config.ts';
import { entryCredentials } from './docker-entry.ts';
import { credentialFiles } from './docker-files.ts';
import { type HelperOptions, askHelper } from './docker-helper.ts';
import { type Wanted, dockerKey, valuesFor } from './docker-key.ts';

/** How {@link dockerCredentials} looks for credentials. */
export interface DockerCredentialsOptions {
  /** The variables that say where the files are, and those of helpers. Default: this process's. */
  readonly env?: Readonly<NodeJS.ProcessEnv> | undefined;
  /** How long a helper may take, in milliseconds. Default 30,000. */
  readonly helperTimeoutMs?: number | undefined;
}

const HELPER_TIMEOUT_MS = 30_000;

const OPTIONS = {
  name: 'dockerCredentials',
  entries: {
    env: v.optional(v.looseObject({})),
    helperTimeoutMs: v.optional(v.pipe(v.number(), v.minValue(1))),
  },
};

/**
 * Credentials as `docker login` and `podman login` leave them. The first file that has some for the
 * registry counts; in a file, a helper for the registry (`credHelpers`) goes before the helper for all
 * (`credsStore`), and that before what stands in the file itself (`auths`).
 *
 * Files: `$DOCKER_CONFIG/config.json` and `$REGISTRY_AUTH_FILE` where these variables are set; then
 * `~/.docker/config.json` in place of the former, and podman's `containers/auth.json` in
 * `$XDG_RUNTIME_DIR` and in `$XDG_CONFIG_HOME` or `~/.config` in place of the latter.
 *
 * Each file is read when a registry asks for the first time, and once. Helpers run every time: what
 * they give does not hold for ever.
 *
 * @example
 * const remote = openRemote('ghcr.io/me/cache', { cwd, credentials: dockerCredentials() });
 * @throws CafsError `INVALID_INPUT` for an option
 */
export function dockerCredentials(options: DockerCredentialsOptions = {}): Authenticator {
  checkOptions(options, OPTIONS);
  const { env = environment(), helperTimeoutMs = HELPER_TIMEOUT_MS } = options;
  const files = credentialFiles(env).map((file) => once(() => readDockerConfig(file)));
  return async (host, { repository, signal }) => {
    for (const read of files) {
      const config = await read();
      if (config === undefined) continue;
      const helper = { file: config.file, env, timeoutMs: helperTimeoutMs, signal };
      const found = await findCredentials(config, { host, repository }, helper);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

async function findCredentials(
  { file, auths, credHelpers, credsStore }: DockerConfig,
  wanted: Wanted,
  options: HelperOptions,
): Promise<Credentials | undefined> {
  // An empty name takes a registry out of what `credsStore` is for.
  const helper = valuesFor(credHelpers, { ...wanted, repository: '' })[0] ?? credsStore ?? '';
  if (helper !== '') {
    const found = await askHelper(helper, dockerKey(wanted.host), options);
    if (found !== undefined) return found;
  }
  for (const entry of valuesFor(auths, wanted)) {
    const found = entryCredentials(entry, file, wanted.host);
    if (found !== undefined) return found;
  }
  return undefined;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => (started ??= work());
}
