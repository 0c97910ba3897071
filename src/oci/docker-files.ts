import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The files that may hold credentials, in the order in which they are looked at: those that a
 * variable names, then Docker's, then podman's. As with either program, a variable stands in place of
 * the usual file, and does not add to it.
 *
 * @see https://docs.docker.com/reference/cli/docker/#environment-variables
 * @see https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function credentialFiles(env: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const home = given(process.platform === 'win32' ? 'USERPROFILE' : 'HOME') ?? systemHome();
  const dockerFolder = given('DOCKER_CONFIG');
  const podmanFile = given('REGISTRY_AUTH_FILE');

  const files: (string | undefined)[] = [];
  if (dockerFolder !== undefined) files.push(join(dockerFolder, 'config.json'));
  if (podmanFile !== undefined) files.push(podmanFile);
  if (dockerFolder === undefined) files.push(inFolder(home, '.docker', 'config.json'));
  if (podmanFile === undefined) {
    const config = given('XDG_CONFIG_HOME') ?? inFolder(home, '.config');
    files.push(
      inFolder(given('XDG_RUNTIME_DIR'), 'containers', 'auth.json') ?? systemFile(),
      inFolder(config, 'containers', 'auth.json'),
    );
  }
  return files.filter((file) => file !== undefined);
}

function inFolder(folder: string | undefined, ...parts: readonly string[]): string | undefined {
  return folder === undefined ? undefined : join(folder, ...parts);
}

/** A user that no database knows, as in some containers, has no home. */
function systemHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** What podman takes where `XDG_RUNTIME_DIR` is not set, in containers say. */
function systemFile(): string | undefined {
  const user = process.platform === 'linux' ? process.getuid?.() : undefined;
  return user === undefined ? undefined : `/run/containers/${String(user)}/auth.json`;
}
