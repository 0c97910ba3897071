import { execFileSync, spawnSync } from 'node:child_process';

import { describe } from '@jest/globals';

const isHere = spawnSync('skopeo', ['--version']).status === 0;
const isDemanded = process.platform === 'linux' && process.env['CI'] === 'true';

/**
 * `describe`, for what skopeo makes of our work. Skipped where there is no skopeo: unlike a registry, it
 * cannot be had without being installed, since it needs libraries beside it. On the Linux machines of a
 * CI, which bring it along, that is an error.
 */
export function describeWithSkopeo(name: string, tests: () => void): void {
  if (isHere || isDemanded) describe(name, tests);
  else describe.skip(`${name} (skipped: skopeo is not on the PATH)`, tests);
}

/** Runs skopeo, and gives what it writes. Registries are spoken to in the clear. */
export function skopeo(command: 'copy' | 'inspect', ...args: readonly string[]): Buffer {
  const insecure =
    command === 'copy'
      ? ['--src-tls-verify=false', '--dest-tls-verify=false', '--quiet']
      : ['--tls-verify=false'];
  // What it says goes into the error, not to the terminal.
  return execFileSync('skopeo', ['--insecure-policy', command, ...insecure, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
