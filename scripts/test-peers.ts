// The contract of remotes against other registries than the one that `npm test` runs: zot and
// distribution 3, built by Go where it is at hand. `npm run test:peers [-- NAME=PROGRAM ...]`
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

import { root } from './bundles.ts';
import { type GoTool, goTool } from './go-tool.ts';

interface Peer extends GoTool {
  readonly name: string;
}

const PEERS: readonly Peer[] = [
  {
    name: 'distribution 3',
    module: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.1',
    program: 'registry',
  },
  {
    name: 'zot',
    module: 'zotregistry.dev/zot/v2/cmd/zot@latest',
    program: 'zot',
    env: { CGO_ENABLED: '0', GOEXPERIMENT: 'jsonv2' },
  },
];

/** Programs named on the command line, in place of those that Go would make. */
const given = new Map(
  process.argv.slice(2).map((arg): [string, string] => {
    const at = arg.indexOf('=');
    return [arg.slice(0, at), resolve(arg.slice(at + 1))];
  }),
);

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
  const named = given.get(peer.program);
  const built = named === undefined ? goTool(peer) : { path: named };
  if ('why' in built) return `not run  ${peer.name}: ${built.why}`;
  const passed = test(built.path);
  if (!passed) process.exitCode = 1;
  return `${passed ? 'passed ' : 'FAILED '}  ${peer.name} (${built.path})`;
});
console.log(summary.join('\n'));
