import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

import * as v from 'valibot';

import { CafsError, systemCode } from '../errors.ts';
import type { Credentials } from './credentials.ts';

/** How a credential helper is run. */
export interface HelperOptions {
  /** The file that names the helper, for errors. */
  readonly file: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** How long it may take; it may ask the user something. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

interface Ended {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Characters of what a helper writes: the most that is read, and that an error shows. */
const MAX_STDOUT = 128 * 1024;
const MAX_STDERR = 4096;

const ANSWER = v.object({ Username: v.nullish(v.string(), ''), Secret: v.nullish(v.string(), '') });

/** What helpers say where they have nothing, on stdout and with exit code 1. */
const NOT_FOUND = /credentials not found in native keychain/i;

/**
 * Asks one of Docker's credential helpers: runs `docker-credential-NAME get`, without a shell.
 *
 * @param name the last part of the program's name
 * @param server what Docker calls the registry
 * @see https://github.com/docker/docker-credential-helpers#development
 * @throws CafsError `UNAUTHORIZED` where it gives no answer, `MALFORMED` where its name or its answer
 *   is none
 */
export async function askHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<Credentials | undefined> {
  const { file, signal } = options;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new CafsError(
      'MALFORMED',
      `The file of credentials ${file} names a helper ${JSON.stringify(name.slice(0, 100))}, which is no name of one.`,
      { hint: 'It is the last part of a program\'s name: "pass" means docker-credential-pass.' },
    );
  }
  signal?.throwIfAborted();
  const program = `docker-credential-${name}`;
  const failed = (what: string, cause?: unknown): CafsError =>
    new CafsError('UNAUTHORIZED', `${program}, which ${file} names for ${server}, ${what}.`, {
      hint: `Run "echo ${server} | ${program} get" to see why, or take the helper out of ${file}.`,
      cause,
    });
  const { code, stdout, stderr } = await run(program, server, options, failed);
  if (code === 0) return parseAnswer(stdout, () => failed('gave an answer that is none'));
  if (NOT_FOUND.test(stdout) || NOT_FOUND.test(stderr)) return undefined;
  // What it wrote is not shown: a script that traces itself writes the secret as well.
  throw failed(`ended with ${String(code ?? 'a signal')}`);
}

function parseAnswer(stdout: string, failed: () => CafsError): Credentials | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw failed();
  }
  const parsed = v.safeParse(ANSWER, answer);
  if (!parsed.success) throw failed();
  const { Username: username, Secret: secret } = parsed.output;
  if (secret === '') return undefined;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}

/** Runs a program with text as its input, and waits for no longer than it may take. */
function run(
  program: string,
  input: string,
  { file, env, timeoutMs, signal }: HelperOptions,
  failed: (what: string, cause?: unknown) => CafsError,
): Promise<Ended> {
  // Windows looks for programs in the working folder first, which may be anyone's.
  const cwd = dirname(file);
  const child = spawn(program, ['get'], { cwd, env, stdio: 'pipe', windowsHide: true });
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.length > MAX_STDOUT) reject(failed('does not stop writing'));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(0, MAX_STDERR);
  });
  child.once('error', (error) => {
    const isMissing = systemCode(error) === 'ENOENT';
    reject(failed(isMissing ? 'was not found' : 'cannot be run', error));
  });
  child.once('close', (code) => {
    resolve({ code, stdout, stderr });
  });
  // It may end without having read anything.
  child.stdin.on('error', () => undefined).end(input);
  const timer = setTimeout(() => {
    reject(failed(`gave no answer in ${String(timeoutMs)} ms`));
  }, timeoutMs);
  const onAbort = (): void => {
    reject(signal?.reason as Error);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
    // What it has started may hold them open.
    child.stdout.destroy();
    child.stderr.destroy();
  });
}
