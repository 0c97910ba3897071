// The workflows of examples/workflows under a real runner, act in host mode, with a real registry: `npm run
// test:workflows`. act is built by Go where that is at hand; without it, this says so. `--help` says more.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Table from 'cli-table3';

import { startRegistry } from '../__tests__/support/registry/start.ts';
import { ACT, goTool } from './go-tool.ts';
import { scriptCommand } from './script-command.ts';
import { NpmRegistry } from './workflows/npm-registry.ts';
import { playActionsCache } from './workflows/play-actions-cache.ts';
import { playChangedPackages } from './workflows/play-changed-packages.ts';
import { playMatrix } from './workflows/play-matrix.ts';
import type { FullBuilds } from './workflows/project.ts';
import { Stage } from './workflows/stage.ts';

const PLAYS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'actions-cache': playActionsCache,
  'changed-packages': playChangedPackages,
  matrix: playMatrix,
};

interface Options {
  readonly require?: boolean;
  readonly keep?: boolean;
}

const command = scriptCommand(
  'test:workflows',
  'Runs the workflows of examples/workflows under act, with a real registry.',
)
  .argument('[names...]', `which of them: ${Object.keys(PLAYS).join(', ')}`)
  .option('--require', 'fail where there is no act and no Go to build it')
  .option('--keep', 'leave the folder with all logs')
  .action(async (names: readonly string[], options: Options) => {
    for (const name of names) {
      if (!(name in PLAYS))
        command.error(`error: no workflow has the name ${JSON.stringify(name)}`);
    }
    const act = process.platform === 'win32' ? { why: 'they are for Linux' } : goTool(ACT);
    if ('path' in act) process.exitCode = (await play(act.path, names, options)) === 0 ? 0 : 1;
    else {
      console.log(`not run  examples/workflows: ${act.why}`);
      process.exitCode = options.require === true ? 1 : 0;
    }
  });
await command.parseAsync();

/** @returns how many runs were not as expected */
async function play(act: string, names: readonly string[], { keep }: Options): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'cafs-workflows-'));
  const table = new Table({
    head: ['workflow', 'run', 'verdict', 'took'],
    colWidths: [22, 44, 60, 8],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  const fullBuilds: FullBuilds = new Map();
  let failures = 0;
  try {
    await using registry = await startRegistry();
    await using npm = await NpmRegistry.start(['typescript', 'p-map'], folder);
    for (const [name, scenario] of Object.entries(PLAYS)) {
      if (names.length > 0 && !names.includes(name)) continue;
      const temp = join(folder, name);
      await mkdir(temp);
      const remote = `${registry.host}/octo-org/monorepo/${name}`;
      const stage = await Stage.open({
        act,
        temp,
        workflow: `${name}.yml`,
        remote,
        npm,
        fullBuilds,
        table,
      });
      await scenario(stage);
      failures += stage.failures;
    }
    console.log(table.toString());
  } finally {
    if (keep === true || failures > 0) console.log(`The logs are in ${folder}.`);
    else await rm(folder, { recursive: true, force: true });
  }
  return failures;
}
