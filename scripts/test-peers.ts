// The contract of remotes against other registries than the one that `npm test` runs: zot and
// distribution 3, built by Go where it is at hand. `npm run test:peers [-- NAME=PROGRAM ...]`
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { root } from './bundles.ts';

interface Peer {
  readonly name: string;
  /** What `go install` takes. */
  readonly module: string;
  /** What it makes of it. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

const PEERS: readonly Peer[] = [
  {
    name: 'distribution 3',
    module: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.1',
    program: 'registry',
    env: {},
  },
  {
    name: 'zot',
    module: 'zotregistry.dev/zot/v2/cmd/zot@latest',
    program: 'zot',
    env: { CGO_ENABLED: '0', GOEXPERIMENT: 'jsonv2' },
  },
];

const base = process.env['XDG_CACHE_HOME'] ?? '';
const cache = join(
  base === '' ? join(homedir(), '.cache') : resolve(base),
  'cafs-action',
  'registry',
  'go',
);

/** Programs named on the command line, in place of those that Go would make. */
const given = new Map(
  process.argv.slice(2).map((arg): [string, string] => {
    const at = arg.indexOf('=');
    return [arg.slice(0, at), resolve(arg.slice(at + 1))];
  }),
);

/** @returns the program, or why there is none */
function build(peer: Peer): { readonly program: string } | { readonly why: string } {
  const named = given.get(peer.program);
  if (named !== undefined) return { program: named };
  const program = join(cache, peer.program);
  if (existsSync(program)) return { program };
  if (spawnSync('go', ['version']).status !== 0) return { why: 'there is no Go' };
  mkdirSync(cache, { recursive: true });
  console.log(`Building ${peer.module} ...`);
  const { status, stderr } = spawnSync('go', ['install', '-ldflags=-s -w', peer.module], {
    cwd: cache,
    env: { ...process.env, ...peer.env, GOBIN: cache },
    encoding: 'utf8',
  });
  if (status === 0) return { program };
  const last = stderr.split('\n').findLast((line) => line.trim() !== '') ?? '';
  return { why: `go install failed: ${last}` };
}

function test(program: string): boolean {
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      '__tests__/oci/registries.test.ts',
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, CAFS_TEST_REGISTRY: '', CAFS_TEST_REGISTRY_PROGRAM: program },
    },
  );
  return status === 0;
}

const summary = PEERS.map((peer) => {
  const built = build(peer);
  if ('why' in built) return `not run  ${peer.name}: ${built.why}`;
  const passed = test(built.program);
  if (!passed) process.exitCode = 1;
  return `${passed ? 'passed ' : 'FAILED '}  ${peer.name} (${built.program})`;
});
console.log(summary.join('\n'));
