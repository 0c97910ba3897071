import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CollectOptions, Command, RegistryProgram, Settings } from './program.ts';
import { whyNotReady } from './ready.ts';

/** A registry that runs on this machine, with nothing in it at first. */
export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as it stands in a reference. */
  readonly host: string;
  /** For people: what it is. */
  readonly name: string;
  /**
   * Removes what no manifest names, as an administrator does: ends the registry, runs its
   * `garbage-collect`, and starts it again at the same port. Connections to it break.
   *
   * @throws Error where the program has no such command (zot collects by itself), or fails
   */
  collectGarbage(options?: CollectOptions): Promise<void>;
  /** Ends it and removes what it has kept. */
  stop(): Promise<void>;
}

/** A registry in a folder, with a process that comes and goes. */
export class LocalRegistry implements RunningRegistry {
  readonly host: string;
  readonly name: string;
  readonly #program: RegistryProgram;
  readonly #settings: Settings;
  #child: ChildProcess | undefined;

  constructor(program: RegistryProgram, settings: Settings) {
    this.host = `127.0.0.1:${String(settings.port)}`;
    this.name = program.name;
    this.#program = program;
    this.#settings = settings;
  }

  /** @returns why it does not start, or undefined */
  async start(): Promise<string | undefined> {
    this.#child = supervise(this.#settings.folder, await this.#program.configure(this.#settings));
    const failure = await whyNotReady(this.host, this.#child);
    return failure === undefined ? undefined : `${failure}.\n${await this.#log()}`;
  }

  async collectGarbage(options: CollectOptions = {}): Promise<void> {
    const command = this.#program.collect?.(this.#settings, options);
    if (command === undefined) throw new Error(`${this.name} has no command for garbage.`);
    // The supervisor ends with what it runs, and leaves the folder as long as its standard input is open.
    await this.#end((child) => child.kill('SIGTERM'));
    this.#child = supervise(this.#settings.folder, command);
    await this.#end(() => undefined);
    const { exitCode } = this.#child;
    if (exitCode !== 0) {
      throw new Error(`${this.name} ends with ${String(exitCode)}.\n${await this.#log()}`);
    }
    const failure = await this.start();
    if (failure !== undefined) {
      throw new Error(`${this.name} does not start after garbage collection: ${failure}`);
    }
  }

  async stop(): Promise<void> {
    await this.#end((child) => child.stdin?.end());
    await rm(this.#settings.folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Waits until the process is no more. @param end makes it end, where it still runs */
  async #end(end: (child: ChildProcess) => unknown): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const exited = once(child, 'exit');
    end(child);
    await exited;
  }

  async #log(): Promise<string> {
    const log = await readFile(join(this.#settings.folder, 'log'), 'utf8').catch(() => '');
    return log.slice(-2000);
  }
}

function supervise(folder: string, { program, args }: Command): ChildProcess {
  const script = join(import.meta.dirname, 'supervise.ts');
  const child = spawn(process.execPath, [script, folder, program, ...args], {
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
