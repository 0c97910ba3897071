import { mkdirSync } from 'node:fs';
import { devNull } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { root } from '../bundles.ts';

/** A machine that was never used before: a home of its own, and nothing of the caller's environment but the programs. */
export interface Machine {
  readonly env: Readonly<Record<string, string>>;
}

/**
 * @param home a folder that does not exist yet
 * @param npmRegistry where npm finds packages
 */
export function freshMachine(home: string, npmRegistry: string): Machine {
  mkdirSync(home, { recursive: true });
  const ours = join(root, 'node_modules', '.bin');
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ours);
  return {
    env: {
      // Node of this process first: the action says `using: node24`.
      PATH: [dirname(process.execPath), ...path].join(delimiter),
      HOME: home,
      LANG: 'C.UTF-8',
      NO_PROXY: '127.0.0.1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      npm_config_registry: npmRegistry,
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      // The lock file holds no address, so that any registry serves.
      npm_config_omit_lockfile_registry_resolved: 'true',
    },
  };
}
