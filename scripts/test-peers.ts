// The contract of remotes against other registries than the one that `npm test` runs: zot and
// distribution 3, built by Go where it is at hand: `npm run test:peers`. `--help` says more.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

import { root } from './bundles.ts';
import { DISTRIBUTION_3, type GoTool, ZOT, goTool } from './go-tool.ts';
import { scriptCommand } from './script-command.ts';

interface Peer extends GoTool {
  readonly name: string;
}

const PEERS: readonly Peer[] = [
  { name: 'distribution 3', ...DISTRIBUTION_3 },
  { name: 'zot', ...ZOT },
];

const NAMES = PEERS.map(({ program }) => program);

const command = scriptCommand(
  'test:peers',
  'Holds the client against other registries than the one that `npm test` runs.',
)
  .argument('[NAME=PROGRAM...]', 'programs in place of those that Go would make')
  .option('--require', 'fail where one of them cannot be had')
  .addHelpText('after', `\nNames: ${NAMES.join(', ')}.`)
  .action((args: readonly string[], options: { readonly require?: boolean }) => {
    const given = new Map(args.map(named));
    const results = PEERS.map((peer) => report(peer, given.get(peer.program)));
    console.log(results.map(({ line }) => line).join('\n'));
    const isWrong = ({ passed = options.require !== true }: Result): boolean => !passed;
    process.exitCode = results.some(isWrong) ? 1 : 0;
  });
command.parse();

function named(arg: string): [name: string, path: string] {
  const [, name = '', path = ''] = /^([^=]+)=(.+)$/.exec(arg) ?? [];
  if (NAMES.includes(name)) return [name, resolve(path)];
  return command.error(`error: ${JSON.stringify(arg)} is no NAME=PROGRAM of a known name`);
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

interface Result {
  readonly line: string;
  /** Undefined: it was not run. */
  readonly passed?: boolean;
}

/** Tests a registry, and says what came of it. */
function report(peer: Peer, given: string | undefined): Result {
  const built = given === undefined ? goTool(peer) : { path: given };
  if ('why' in built) return { line: `not run  ${peer.name}: ${built.why}` };
  const passed = test(built.path);
  return { line: `${passed ? 'passed ' : 'FAILED '}  ${peer.name} (${built.path})`, passed };
}
