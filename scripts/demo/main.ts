// The main job, end to end, with the bundled action on a real repository: `npm start`.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Command } from 'commander';

import { cloneOwnRepository } from './own-repository.ts';
import { describeAll } from './report.ts';
import { createSample } from './sample.ts';
import { playScenario } from './scenario.ts';
import type { Subject } from './subject.ts';

interface Options {
  readonly remote?: string;
  readonly repo?: string;
  readonly subtrees?: string[];
  readonly outputs?: string[];
  readonly build?: string;
  readonly install?: string;
  readonly keep?: true;
}

const program: Command = new Command('npm start --')
  .description(
    'Plays four CI runs, each on a fresh checkout and a fresh machine, with the bundled action:\n' +
      'the first one; nothing changed; a source changed; that change reverted.',
  )
  .option('--remote <remote>', 'registry repository (localhost:5000/demo) or oci:DIR')
  .option('--repo <dir>', 'a git repository of yours; it is cloned and never written to')
  .option('--subtrees <globs...>', 'its subtrees, relative to the repository: packages/*')
  .option('--outputs <globs...>', "outputs, relative to each subtree: 'dist/**'")
  .option('--build <command>', 'builds a subtree; runs in its folder, with its name in $SUBTREE')
  .option('--install <command>', 'makes a checkout ready; runs once in its root')
  .option('--keep', 'keep the temporary folder: checkouts, and the logs of the steps')
  .addHelpText(
    'after',
    '\nWithout --repo it takes a monorepo of its own; without --remote, an image layout in the ' +
      'temporary\nfolder. The name of a remote gets a random ending, so that the first run is one.',
  )
  .parse();
const options = program.opts<Options>();

// npm runs scripts in the project's root; paths are meant from where the caller stands.
const here = process.env['INIT_CWD'] ?? process.cwd();

function chooseRemote(temp: string): string {
  const { remote } = options;
  if (remote === undefined) return `oci:${join(temp, 'remote')}`;
  const suffix = randomBytes(4).toString('hex');
  if (!remote.startsWith('oci:')) return `${remote}-${suffix}`;
  return `oci:${resolve(here, remote.slice('oci:'.length))}-${suffix}`;
}

async function chooseSubject(temp: string): Promise<Subject> {
  const { repo, subtrees, outputs, build, install } = options;
  if (repo === undefined) {
    if (subtrees ?? outputs ?? build ?? install) {
      program.error('--subtrees, --outputs, --build and --install go together with --repo.');
    }
    return createSample(temp);
  }
  if (subtrees === undefined || outputs === undefined || build === undefined) {
    program.error('--repo needs --subtrees, --outputs and --build.');
  }
  return cloneOwnRepository(temp, { repo: resolve(here, repo), subtrees, outputs, build, install });
}

// The real path: on macOS the temporary folder is behind a symlink.
const temp = realpathSync(mkdtempSync(join(tmpdir(), 'cafs-demo-')));
process.on('exit', () => {
  if (options.keep === true) console.log(`Kept: ${temp}`);
  else rmSync(temp, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    process.exit(1);
  });
}

const print = (text: string): void => {
  console.log(text);
};
try {
  const subject = await chooseSubject(temp);
  const remote = chooseRemote(temp);
  print(`Repository: ${subject.title}\nRemote: ${remote}\n`);
  const runs = await playScenario(subject, remote, temp, print);
  print(describeAll(runs));
  const [, , third] = runs;
  print(
    `Four CI runs went as they must: the second and the fourth restored everything and built ` +
      `nothing, the third built ${third?.run.built.length ?? 0} of ` +
      `${runs[0]?.run.built.length ?? 0} subtrees, and every output is what a build makes.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
