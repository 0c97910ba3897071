import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { findRegistry } from './find.ts';
import type { RegistryProgram, Settings } from './program.ts';

/** A registry that runs on this machine, with nothing in it at first. */
export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as it stands in a reference. */
  readonly host: string;
  /** For people: what it is. */
  readonly name: string;
  /** Ends it and removes what it has kept. */
  stop(): Promise<void>;
}

/** What is out of the ordinary about a registry. */
export interface StartOptions extends Pick<Settings, 'htpasswd' | 'token'> {
  /** Default: whatever {@link findRegistry} finds. */
  readonly program?: RegistryProgram;
}

const READY_MS = 60_000;
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
    const port = await freePort();
    const command = await program.configure({ ...wishes, port, folder });
    const child = supervise(folder, [command.program, ...command.args]);
    const host = `127.0.0.1:${String(port)}`;
    const stop = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) {
        child.ref();
        const exited = once(child, 'exit');
        child.stdin?.end();
        await exited;
      }
      await rm(folder, { recursive: true, force: true });
    };
    const failure = await whyNotReady(host, child);
    if (failure === undefined) {
      return { host, name: program.name, stop, [Symbol.asyncDispose]: stop };
    }
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    await stop();
    // Between looking for a free port and using it, another process may have taken it.
    if (attempt === MAX_STARTS) {
      throw new Error(`${program.name} does not start: ${failure}.\n${log.slice(-2000)}`);
    }
  }
}

/** Waits until a registry answers; says why where it does not. */
export async function whyNotReady(host: string, child?: ChildProcess): Promise<string | undefined> {
  const deadline = Date.now() + READY_MS;
  let failure = 'it was not asked';
  while (Date.now() < deadline) {
    if (child !== undefined && child.exitCode !== null) {
      return `it ended with ${String(child.exitCode)}`;
    }
    try {
      const { status } = await fetch(`http://${host}/v2/`, { signal: AbortSignal.timeout(5000) });
      if (status === 200 || status === 401) return undefined;
      failure = `it answers ${String(status)}`;
    } catch (error) {
      failure = String(error);
    }
    await delay(50);
  }
  return failure;
}

function supervise(folder: string, command: readonly string[]): ChildProcess {
  const script = join(import.meta.dirname, 'supervise.ts');
  const child = spawn(process.execPath, [script, folder, ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Out of the terminal's group: Ctrl-C ends it through the pipe, after the tests are done.
    detached: true,
    // Distribution takes such variables for settings; REGISTRY_AUTH_FILE is one of podman's.
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_')),
    ),
  });
  child.unref();
  // A pipe is a socket, which keeps a process running unless it is told not to.
  (child.stdin as unknown as { unref(): void }).unref();
  child.stdin.on('error', () => undefined);
  return child;
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
