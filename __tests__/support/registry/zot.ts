import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryProgram, Settings } from './program.ts';

/** zot, a registry that keeps image layouts and follows the specification closely. */
export function zot(program: string): RegistryProgram {
  return {
    name: `zot (${program})`,
    // A manifest goes with its last tag, and is taken whether or not its blobs are there.
    lacks: { keepsUntagged: false, checksBlobs: false },
    async configure(settings) {
      const { port, folder } = settings;
      const config = join(folder, 'config.json');
      await writeFile(
        config,
        JSON.stringify({
          storage: { rootDirectory: join(folder, 'content') },
          log: { level: 'warn' },
          http: { address: '127.0.0.1', port: String(port), ...(await authOf(settings)) },
        }),
      );
      return { program, args: ['serve', config] };
    },
  };
}

/** @see https://zotregistry.dev/latest/articles/authn-authz/ */
async function authOf({ folder, htpasswd, token }: Settings): Promise<object> {
  if (htpasswd !== undefined) {
    const path = join(folder, 'htpasswd');
    await writeFile(path, htpasswd);
    return { realm: 'cafs tests', auth: { htpasswd: { path } } };
  }
  if (token !== undefined) {
    const cert = join(folder, 'token.pem');
    await writeFile(cert, token.certificate);
    return { auth: { bearer: { realm: token.realm, service: token.service, cert } } };
  }
  return {};
}
