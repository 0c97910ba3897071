import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryProgram } from './program.ts';

/** zot, a registry that keeps image layouts and follows the specification closely. */
export function zot(program: string): RegistryProgram {
  return {
    name: `zot (${program})`,
    async configure({ port, folder, htpasswd }) {
      const passwords = join(folder, 'htpasswd');
      if (htpasswd !== undefined) await writeFile(passwords, htpasswd);
      const config = join(folder, 'config.json');
      await writeFile(
        config,
        JSON.stringify({
          storage: { rootDirectory: join(folder, 'content') },
          log: { level: 'warn' },
          http: {
            address: '127.0.0.1',
            port: String(port),
            ...(htpasswd === undefined
              ? {}
              : { realm: 'cafs tests', auth: { htpasswd: { path: passwords } } }),
          },
        }),
      );
      return { program, args: ['serve', config] };
    },
  };
}
