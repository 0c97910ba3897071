import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type Table from 'cli-table3';

import { openRemote } from '../../src/oci/open.ts';
import { root } from '../bundles.ts';
import { runAct } from './act.ts';
import type { Started } from './events.ts';
import { type Expected, isFailure, judge } from './expected.ts';
import { type Machine, freshMachine } from './machine.ts';
import type { NpmRegistry } from './npm-registry.ts';
import { BUILD_LOG, type FullBuilds, KEPT, Project, outputsIn } from './project.ts';

/** What a workflow is played with. */
export interface Props {
  /** The program. */
  readonly act: string;
  /** A folder of its own. */
  readonly temp: string;
  /** Its name in `examples/workflows`. */
  readonly workflow: string;
  /** The repository in the registry, with nothing in it. */
  readonly remote: string;
  readonly npm: NpmRegistry;
  /** Shared by all, as the packages are the same. */
  readonly fullBuilds: FullBuilds;
  /** Where it says what came of each run. */
  readonly table: InstanceType<typeof Table>;
}

/** Plays runs of one workflow, each on a machine of its own, and holds them against what is expected. */
export class Stage {
  readonly project: Project;
  readonly #props: Props;
  readonly #action: string;
  #runs = 0;
  #failures = 0;

  private constructor(props: Props, project: Project, action: string) {
    this.#props = props;
    this.project = project;
    this.#action = action;
  }

  static async open(props: Props): Promise<Stage> {
    const { temp, workflow, npm, fullBuilds } = props;
    const machine = freshMachine(join(temp, 'home-of-the-author'), npm.url);
    const project = await Project.create(temp, workflow, machine, fullBuilds);
    // What a tag of the action's repository holds, without what its development needs.
    const action = join(temp, 'action');
    await cp(join(root, 'action.yml'), join(action, 'action.yml'));
    await cp(join(root, 'dist'), join(action, 'dist'), { recursive: true });
    return new Stage(props, project, action);
  }

  /** How many runs were not as expected. */
  get failures(): number {
    return this.#failures;
  }

  /** A machine that was never used. */
  machine(): Machine {
    this.#runs += 1;
    return freshMachine(join(this.#props.temp, `home-${String(this.#runs)}`), this.#props.npm.url);
  }

  /** Plays one run of what is checked out. */
  async play(title: string, { eventName, payload }: Started, expected: Expected): Promise<void> {
    const { act, temp, workflow, remote, npm, table } = this.#props;
    const machine = this.machine();
    const folder = join(temp, `run-${String(this.#runs)}`);
    await mkdir(folder);
    const [eventPath, buildLog] = [join(folder, 'event.json'), join(folder, 'builds')];
    await writeFile(eventPath, JSON.stringify(payload));
    await writeFile(buildLog, '');
    // Where a build fails, there are no outputs to compare.
    const fullBuild = isFailure(expected)
      ? new Map<string, string>()
      : await this.project.fullBuild(this.machine());
    const before = await tagsOf(remote);
    npm.downloads.length = 0;
    const started = performance.now();
    const run = await runAct({
      ...{ act, eventName, eventPath, actor: 'octocat' },
      repository: this.project.folder,
      workflow: join('.github', 'workflows', workflow),
      actions: { 'org/cafs-action@v1': this.#action },
      variables: { CACHE_REMOTE: remote },
      env: { ...machine.env, [BUILD_LOG]: buildLog, [KEPT]: folder },
    });
    const seconds = (performance.now() - started) / 1000;
    await writeFile(join(folder, 'log'), run.log);
    const lastJob = run.jobs.at(-1)?.id ?? '';
    const wrong = judge(
      {
        ...{ run, fullBuild, before, downloads: [...npm.downloads] },
        built: (await readFile(buildLog, 'utf8')).split('\n').filter(Boolean).sort(),
        outputs: await outputsIn(join(folder, lastJob)),
        after: await tagsOf(remote),
      },
      expected,
    );
    if (wrong.length > 0) {
      this.#failures += 1;
      wrong.push(`the log: ${join(folder, 'log')}`);
    }
    const verdict = wrong.length === 0 ? 'ok' : `FAILED\n${wrong.join('\n')}`;
    table.push([workflow, title, verdict, `${seconds.toFixed(0)} s`]);
    console.log(`${verdict.split('\n')[0] ?? ''}  ${workflow}: ${title}`);
  }
}

/** What each tag of a repository points to. */
async function tagsOf(repository: string): Promise<Map<string, string>> {
  const remote = openRemote(repository, { cwd: root });
  try {
    const tags = await remote.listTags();
    const digests = await Promise.all(tags.map((tag) => remote.resolve(tag)));
    return new Map(tags.map((tag, i) => [tag, digests[i]?.digest ?? '']));
  } finally {
    await remote.close();
  }
}
