import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { unpackDebian } from './debian.ts';

/*
 * skopeo, the tool of others that registries and image layouts of ours are held against: on the PATH, or
 * out of Debian's packages.
 */

/** What the start of a test run leaves for its tests. */
const PROGRAM = 'CAFS_TEST_SKOPEO';
const LIBRARIES = 'CAFS_TEST_SKOPEO_LIBRARIES';
const MISSING = 'CAFS_TEST_SKOPEO_MISSING';
/** Set where it is an error that there is none. */
const DEMANDED = 'CAFS_TEST_SKOPEO_DEMANDED';

/** Finds skopeo before the tests. */
export async function provideSkopeo(): Promise<void> {
  if (runs({ program: 'skopeo', libraries: '' })) {
    process.env[PROGRAM] = 'skopeo';
    return;
  }
  const { folder, why } =
    process.platform === 'linux'
      ? await unpackDebian({
          name: 'skopeo',
          place: 'skopeo',
          libraries: true,
          isWhole: (place) => Promise.resolve(runs(skopeoIn(place))),
        })
      : { folder: undefined, why: 'it is not installed' };
  if (folder === undefined) {
    process.env[MISSING] = why;
    if (process.env[DEMANDED] === '1') throw new Error(`There is no skopeo: ${why}.`);
    return;
  }
  const { program, libraries } = skopeoIn(folder);
  process.env[PROGRAM] = program;
  process.env[LIBRARIES] = libraries;
}

interface Skopeo {
  readonly program: string;
  /** Where the loader finds its libraries. */
  readonly libraries: string;
}

function skopeoIn(folder: string): Skopeo {
  const libraries = ['usr/lib', 'lib'].flatMap((dir) => {
    try {
      return readdirSync(join(folder, dir)).map((name) => join(folder, dir, name));
    } catch {
      return [];
    }
  });
  return { program: join(folder, 'usr', 'bin', 'skopeo'), libraries: libraries.join(':') };
}

function environmentOf({ libraries }: Skopeo): NodeJS.ProcessEnv {
  return libraries === '' ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries };
}

function runs(one: Skopeo): boolean {
  return spawnSync(one.program, ['--version'], { env: environmentOf(one) }).status === 0;
}

/** Why there is none, where there is none. */
export function whyNoSkopeo(): string | undefined {
  return process.env[MISSING];
}

/** Runs skopeo, and gives what it writes. */
export function runSkopeo(args: readonly string[]): Buffer {
  const { [PROGRAM]: program = 'skopeo', [LIBRARIES]: libraries = '' } = process.env;
  // What it says goes into the error, not to the terminal.
  return execFileSync(program, args, {
    env: environmentOf({ program, libraries }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs skopeo with registries that are spoken to in the clear. */
export function skopeo(command: 'copy' | 'inspect', ...args: readonly string[]): Buffer {
  const insecure =
    command === 'copy'
      ? ['--src-tls-verify=false', '--dest-tls-verify=false', '--quiet']
      : ['--tls-verify=false'];
  return runSkopeo(['--insecure-policy', command, ...insecure, ...args]);
}
