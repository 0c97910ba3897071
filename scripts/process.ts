import { spawn } from 'node:child_process';

interface RunOptions {
  readonly cwd: string;
  /** The whole environment. Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Whether `command` is a line for the shell. */
  readonly shell?: boolean;
}

/** How a program ended that {@link run} was asked to wait for. */
export interface Finished {
  readonly stdout: string;
  /** Wall time. */
  readonly seconds: number;
}

/**
 * Runs a program to its end.
 *
 * @throws Error with everything that the program printed, when it fails or cannot be started
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Finished> {
  const { cwd, env = process.env, shell = false } = options;
  const started = performance.now();
  const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    printed.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const how = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(`failed (${signal ?? `exit code ${String(code)}`})`);
    });
  });
  if (how !== undefined) {
    const line = [command, ...args].join(' ');
    throw new Error(`"${line}" ${how}, in ${cwd}.\n${Buffer.concat(printed).toString().trim()}`);
  }
  return {
    stdout: Buffer.concat(stdout).toString(),
    seconds: (performance.now() - started) / 1000,
  };
}
