import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from './run.ts';
import type { RegistryProgram } from './program.ts';

const IMAGE = 'registry:2';

/** Distribution in a container, where a Docker daemon answers; undefined where none does. */
export async function findDocker(): Promise<RegistryProgram | undefined> {
  const daemon = await run('docker', ['info', '--format', '{{.ServerVersion}}'], 20_000);
  if (!daemon.ok) return undefined;
  const image = await run('docker', ['pull', '--quiet', IMAGE], 300_000);
  if (!image.ok) return undefined;
  return {
    name: `${IMAGE} in Docker`,
    lacks: { deletesTags: false },
    async configure({ port, folder, htpasswd, token }) {
      const options = ['--publish', `127.0.0.1:${String(port)}:5000`];
      const settings = ['STORAGE_DELETE_ENABLED=true'];
      if (htpasswd !== undefined) {
        const passwords = join(folder, 'htpasswd');
        await writeFile(passwords, htpasswd);
        options.push('--volume', `${passwords}:/htpasswd:ro`);
        settings.push('AUTH=htpasswd', 'AUTH_HTPASSWD_REALM=cafs', 'AUTH_HTPASSWD_PATH=/htpasswd');
      }
      if (token !== undefined) {
        const certificate = join(folder, 'token.pem');
        await writeFile(certificate, token.certificate);
        options.push('--volume', `${certificate}:/token.pem:ro`);
        settings.push('AUTH=token', 'AUTH_TOKEN_ROOTCERTBUNDLE=/token.pem');
        for (const name of ['realm', 'service', 'issuer'] as const) {
          settings.push(`AUTH_TOKEN_${name.toUpperCase()}=${token[name]}`);
        }
      }
      for (const setting of settings) options.push('--env', `REGISTRY_${setting}`);
      return { program: 'docker', args: ['run', '--rm', ...options, IMAGE] };
    },
  };
}
