import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findRegistry } from './find.ts';
import { LocalRegistry, type RunningRegistry } from './local.ts';
import type { RegistryProgram, Settings } from './program.ts';

export type { RunningRegistry } from './local.ts';

/** What is out of the ordinary about a registry. */
export interface StartOptions extends Pick<Settings, 'htpasswd' | 'token'> {
  /** Default: whatever {@link findRegistry} finds. */
  readonly program?: RegistryProgram;
}

const MAX_STARTS = 3;

/**
 * Starts a registry of one's own on a free port. It ends with `stop`, and with this process,
 * however that ends.
 *
 * @example
 * await using registry = await startRegistry();
 * const remote = openRemote(`${registry.host}/demo`, { cwd });
 */
export async function startRegistry(options: StartOptions = {}): Promise<RunningRegistry> {
  const { program = await findRegistry(), ...wishes } = options;
  for (let attempt = 1; ; attempt += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'cafs-registry-'));
    const registry = new LocalRegistry(program, { ...wishes, port: await freePort(), folder });
    const failure = await registry.start();
    if (failure === undefined) return registry;
    await registry.stop();
    // Between looking for a free port and using it, another process may have taken it.
    if (attempt === MAX_STARTS) throw new Error(`${program.name} does not start: ${failure}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
