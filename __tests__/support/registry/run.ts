import { execFile } from 'node:child_process';

/** How a program ended. */
export interface Finished {
  /** Whether it was there and ended with 0. */
  readonly ok: boolean;
  /** What it wrote, both streams. */
  readonly output: string;
}

/**
 * Runs a program to its end. Never throws: a program that is not there did not succeed.
 *
 * @param timeout in milliseconds
 */
export function run(
  program: string,
  args: readonly string[],
  timeout: number,
  cwd?: string,
): Promise<Finished> {
  return new Promise((resolve) => {
    const options = { timeout, killSignal: 'SIGKILL', cwd, maxBuffer: 2 ** 24 } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      const why = error === null ? '' : error.message;
      resolve({ ok: error === null, output: [stdout, stderr, why].join('\n').trim() });
    });
  });
}
