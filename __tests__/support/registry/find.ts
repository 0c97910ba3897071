import { findDebianPackage } from './debian.ts';
import { distribution } from './distribution.ts';
import { findDocker } from './docker.ts';
import type { RegistryProgram } from './program.ts';
import { run } from './run.ts';
import { zot } from './zot.ts';

/**
 * Finds a real registry that can be run here: what `CAFS_TEST_REGISTRY_PROGRAM` names, on the PATH,
 * out of Debian's package, or in Docker.
 *
 * @throws Error where there is none, saying what to install. Tests are never skipped for it.
 */
export async function findRegistry(): Promise<RegistryProgram> {
  const named = process.env['CAFS_TEST_REGISTRY_PROGRAM'] ?? '';
  if (named !== '') {
    const program = await recognise(named);
    if (program !== undefined) return program;
    throw new Error(`CAFS_TEST_REGISTRY_PROGRAM names ${named}, which is no registry known here.`);
  }
  const onPath = await findOnPath();
  if (onPath !== undefined) return onPath;
  const debian = await findDebianPackage();
  if (debian.found !== undefined) return debian.found;
  const docker = await findDocker();
  if (docker !== undefined) return docker;
  throw new Error(
    [
      'The tests need a real OCI registry, and there is none on this machine.',
      'Do one of these:',
      '- install distribution ("registry" or "docker-registry") or zot, so that it is on the PATH:',
      '  Debian, Ubuntu: apt-get install docker-registry',
      '  elsewhere: https://github.com/distribution/distribution/releases or https://zotregistry.dev',
      '- start Docker: registry:2 is run in it',
      '- name a registry that runs: CAFS_TEST_REGISTRY=localhost:5000',
      `Tried: PATH (registry, docker-registry, zot); Debian's package (${debian.why}); Docker (no daemon answers, or no image).`,
    ].join('\n'),
  );
}

async function findOnPath(): Promise<RegistryProgram | undefined> {
  for (const program of ['registry', 'docker-registry', 'zot']) {
    const found = await recognise(program);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Other programs are called "registry", too. */
async function recognise(program: string): Promise<RegistryProgram | undefined> {
  const { ok, output } = await run(program, ['--version'], 20_000);
  if (!ok) return undefined;
  // zot names the specification that it follows, distribution the repository that it comes from.
  if (output.includes('distribution-spec')) return zot(program);
  return output.includes('/distribution') ? distribution(program, output) : undefined;
}
