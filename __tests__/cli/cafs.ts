import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** How the program ended. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the program is started. */
export interface Start {
  /** The cache folder. */
  readonly cache: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command line's sources in a process of their own, without this one's environment. */
export function cafs({ cache, cwd, env }: Start, ...args: string[]): Promise<Result> {
  const script = join(import.meta.dirname, '../../src/cli/bin.ts');
  // No credentials of whoever runs the tests.
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const own = { PATH, NODE_COMPILE_CACHE, HOME: cache, CAFS_CACHE_DIR: join(cache, 'cafs') };
  return new Promise((resolve) => {
    const options = { env: { ...own, ...env }, ...(cwd === undefined ? {} : { cwd }) };
    const child = execFile(process.execPath, [script, ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
