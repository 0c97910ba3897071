import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A program that Go can make of a module. */
export interface GoTool {
  /** What it makes of it. */
  readonly program: string;
  /** What `go install` takes. */
  readonly module: string;
  readonly env?: Readonly<Record<string, string>>;
}

/*
 * The versions are pinned, and none is "latest": a test that fails says something of this repository,
 * and not of what others have released overnight. A newer one is taken when all passes with it.
 */

/** CNCF distribution 3: the reference implementation, after the 2.8 that `npm test` runs. */
export const DISTRIBUTION_3: GoTool = {
  program: 'registry',
  module: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.1',
};

/** zot, without its extensions, as its own Makefile builds `zot-minimal`. */
export const ZOT: GoTool = {
  program: 'zot',
  module: 'zotregistry.dev/zot/v2/cmd/zot@v2.1.20',
  env: { CGO_ENABLED: '0', GOEXPERIMENT: 'jsonv2' },
};

export const ORAS: GoTool = { program: 'oras', module: 'oras.land/oras/cmd/oras@v1.3.6' };

export const CRANE: GoTool = {
  program: 'crane',
  module: 'github.com/google/go-containerregistry/cmd/crane@v0.22.1',
};

/** Runs workflows as GitHub's runner does, also without containers. */
export const ACT: GoTool = { program: 'act', module: 'github.com/nektos/act@v0.2.89' };

export const ACTIONLINT: GoTool = {
  program: 'actionlint',
  module: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
};

const base = process.env['XDG_CACHE_HOME'] ?? '';
const cache = join(base === '' ? join(homedir(), '.cache') : resolve(base), 'cafs-action', 'go');

/** Makes a program by Go, or finds it made before; says why where there is none. */
export function goTool({
  program,
  module,
  env = {},
}: GoTool): { readonly path: string } | { readonly why: string } {
  // A version of its own has a folder of its own.
  const folder = join(cache, module.replaceAll(/[^\w.@-]/g, '_'));
  const path = join(folder, process.platform === 'win32' ? `${program}.exe` : program);
  if (existsSync(path)) return { path };
  if (spawnSync('go', ['version']).status !== 0) return { why: 'there is no Go' };
  mkdirSync(folder, { recursive: true });
  console.log(`Building ${module} ...`);
  const { status, stderr } = spawnSync('go', ['install', '-ldflags=-s -w', module], {
    cwd: folder,
    env: { ...process.env, ...env, GOBIN: folder },
    encoding: 'utf8',
  });
  if (status === 0) return { path };
  const last = stderr.split('\n').findLast((line) => line.trim() !== '') ?? '';
  return { why: `go install failed: ${last}` };
}
