import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, parse, resolve } from 'node:path';

import type { WorkflowEvent } from './event.ts';
import type { Roots } from './paths.ts';

/** What the runner says of itself and of the job: the one place that reads the environment. */
export interface Environment {
  readonly roots: Roots;
  readonly event: WorkflowEvent;
  /** The URL of the repository, for provenance. */
  readonly repositoryUrl: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly jobName: string;
  /** In lower case, as GitHub names them: `linux`, `macos`, `windows`. */
  readonly os: string;
  /** In lower case: `x64`, `arm64`. */
  readonly arch: string;
  readonly cacheDir: string;
  /** `read`, `write`, `write-only` or `none`; empty: no limit. */
  readonly cacheMode: string;
  /** Values of variables that enter fingerprints. */
  variable(name: string): string | undefined;
  readonly warnings: readonly string[];
}

const OS_NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macos', win32: 'windows' };

/** Reads the environment of an Actions runner; outside of one, what stands in for it. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const get = (name: string): string => env[name] ?? '';
  const warnings: string[] = [];
  const repository = get('GITHUB_REPOSITORY');
  return {
    roots: {
      ws: toPosix(resolve(get('GITHUB_WORKSPACE') || process.cwd())),
      home: toPosix(get('HOME') || homedir()),
      root: toPosix(parse(resolve('/')).root),
    },
    event: {
      name: get('GITHUB_EVENT_NAME'),
      ref: get('GITHUB_REF'),
      sha: get('GITHUB_SHA'),
      actor: get('GITHUB_ACTOR'),
      repository,
      payload: readPayload(get('GITHUB_EVENT_PATH'), warnings),
    },
    repositoryUrl:
      repository === '' ? '' : `${get('GITHUB_SERVER_URL') || 'https://github.com'}/${repository}`,
    runId: get('GITHUB_RUN_ID'),
    runAttempt: get('GITHUB_RUN_ATTEMPT'),
    jobName: get('GITHUB_JOB'),
    os: (get('RUNNER_OS') || (OS_NAMES[process.platform] ?? process.platform)).toLowerCase(),
    arch: (get('RUNNER_ARCH') || process.arch).toLowerCase(),
    cacheDir: get('CAFS_CACHE_DIR') || join(get('RUNNER_TEMP') || tmpdir(), 'cafs'),
    cacheMode: get('ACTIONS_CACHE_MODE'),
    variable: (name) => env[name],
    warnings,
  };
}

function readPayload(path: string, warnings: string[]): unknown {
  if (path === '') return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    warnings.push(
      `The event's payload at ${path} cannot be read; only what the environment says is known.`,
    );
    return {};
  }
}

function toPosix(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}
