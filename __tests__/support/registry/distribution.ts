import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryProgram } from './program.ts';

/** CNCF distribution, 2.x or 3.x: the reference implementation, also known as `registry`. */
export function distribution(program: string): RegistryProgram {
  return {
    name: `distribution (${program})`,
    async configure({ port, folder, htpasswd }) {
      const passwords = join(folder, 'htpasswd');
      if (htpasswd !== undefined) await writeFile(passwords, htpasswd);
      const config = join(folder, 'config.yml');
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
          ...(htpasswd === undefined
            ? {}
            : { auth: { htpasswd: { realm: 'cafs tests', path: passwords } } }),
        }),
      );
      return { program, args: ['serve', config] };
    },
  };
}
