import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryProgram, Settings } from './program.ts';

/** What both say of their versions: 2.x `.../distribution 2.8.2`, 3.x `.../distribution/v3 3.0.0`. */
const IS_3 = /\/distribution\/v3\b| v?3\.\d/;

/**
 * CNCF distribution, 2.x or 3.x: the reference implementation, also known as `registry`.
 *
 * @param version what it says with `--version`
 */
export function distribution(program: string, version: string): RegistryProgram {
  return {
    name: `distribution (${program})`,
    // 2.x takes digests only.
    lacks: { deletesTags: IS_3.test(version) },
    async configure(settings) {
      const { port, folder } = settings;
      const config = configIn(folder);
      // JSON is YAML.
      await writeFile(
        config,
        JSON.stringify({
          version: '0.1',
          log: { level: 'warn' },
          storage: {
            filesystem: { rootdirectory: join(folder, 'content') },
            delete: { enabled: true },
          },
          http: { addr: `127.0.0.1:${String(port)}` },
          ...(await authOf(settings)),
        }),
      );
      return { program, args: ['serve', config] };
    },
    /** @see https://distribution.github.io/distribution/about/garbage-collection/ */
    collect: ({ folder }, { deleteUntagged = false }) => {
      const options = deleteUntagged ? ['--delete-untagged'] : [];
      return { program, args: ['garbage-collect', ...options, configIn(folder)] };
    },
  };
}

function configIn(folder: string): string {
  return join(folder, 'config.yml');
}

/** @see https://distribution.github.io/distribution/about/configuration/#auth */
async function authOf({ folder, htpasswd, token }: Settings): Promise<object> {
  if (htpasswd !== undefined) {
    const path = join(folder, 'htpasswd');
    await writeFile(path, htpasswd);
    return { auth: { htpasswd: { realm: 'cafs tests', path } } };
  }
  if (token !== undefined) {
    const rootcertbundle = join(folder, 'token.pem');
    await writeFile(rootcertbundle, token.certificate);
    const { realm, service, issuer } = token;
    return { auth: { token: { realm, service, issuer, rootcertbundle } } };
  }
  return {};
}
