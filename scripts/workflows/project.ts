import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';

import { root } from '../bundles.ts';
import { commitAll, git } from '../demo/git.ts';
import { type Tree, readTree } from '../files.ts';
import { run } from '../process.ts';
import type { Machine } from './machine.ts';

/** What the jobs write outside of their workspaces, by names of variables in their environment. */
export const BUILD_LOG = 'BUILD_LOG';
export const KEPT = 'KEPT_OUTPUTS';

/** What a build of everything makes of packages, by the digest that git has of them. */
export type FullBuilds = Map<string, Promise<Tree>>;

interface PackageJson {
  scripts: Record<string, string>;
  dependencies?: Record<string, string>;
}

/** A repository with `examples/monorepo` and a workflow, as somebody has it who has copied both. */
export class Project {
  readonly folder: string;
  readonly #temp: string;
  readonly #fullBuilds: FullBuilds;

  private constructor(temp: string, fullBuilds: FullBuilds) {
    this.#temp = temp;
    this.#fullBuilds = fullBuilds;
    this.folder = join(temp, 'repository');
  }

  /**
   * @param temp an empty folder
   * @param workflow its name in `examples/workflows`
   */
  static async create(
    temp: string,
    workflow: string,
    machine: Machine,
    fullBuilds: FullBuilds,
  ): Promise<Project> {
    const project = new Project(temp, fullBuilds);
    const { folder } = project;
    const generated = /[/\\](node_modules|dist)$/;
    await cp(join(root, 'examples', 'monorepo'), folder, {
      recursive: true,
      filter: (path) => !generated.test(path),
    });
    await cp(
      join(root, 'examples', 'workflows', workflow),
      join(folder, '.github', 'workflows', workflow),
    );
    await project.#leaveTraces();
    await run('npm', ['install', '--package-lock-only'], { cwd: folder, env: machine.env });
    await git(folder, 'init', '--quiet', '--initial-branch=main');
    await git(folder, 'remote', 'add', 'origin', 'https://github.com/octo-org/monorepo');
    await commitAll(folder, 'Begin');
    return project;
  }

  /** Replaces text in a file, and commits. */
  async change(file: string, from: string, to: string): Promise<void> {
    const path = join(this.folder, file);
    const before = await readFile(path, 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file} does not hold ${JSON.stringify(from)}.`);
    await writeFile(path, after);
    await commitAll(this.folder, `Change ${file}`);
  }

  /** Adds a dependency, and commits. */
  async addDependency(name: string, machine: Machine): Promise<void> {
    const args = ['install', '--package-lock-only', '--save-dev', name];
    await run('npm', args, { cwd: this.folder, env: machine.env });
    await commitAll(this.folder, `Add ${name}`);
  }

  /** Undoes the last commit by another one. */
  async revert(): Promise<void> {
    await git(this.folder, 'revert', '--no-edit', 'HEAD');
  }

  /** Goes on with a branch, which is made of what is checked out where there is none yet. */
  async switchTo(branch: string, how: 'new' | 'known'): Promise<void> {
    await git(this.folder, 'switch', '--quiet', ...(how === 'new' ? ['--create'] : []), branch);
  }

  /** Brings a branch into what is checked out. */
  async merge(branch: string): Promise<void> {
    await git(this.folder, 'merge', '--quiet', '--ff-only', branch);
  }

  head(): Promise<string> {
    return git(this.folder, 'rev-parse', 'HEAD');
  }

  /** The outputs of all packages as a build of everything makes them of what is checked out. */
  async fullBuild(machine: Machine): Promise<Tree> {
    const packages = await git(this.folder, 'rev-parse', 'HEAD:packages');
    let tree = this.#fullBuilds.get(packages);
    if (tree === undefined) {
      tree = this.#buildAll(machine);
      this.#fullBuilds.set(packages, tree);
    }
    return tree;
  }

  async #buildAll({ env }: Machine): Promise<Tree> {
    const clone = join(this.#temp, 'full-build');
    await git(this.#temp, 'clone', '--quiet', this.folder, clone);
    const more = { ...env, [BUILD_LOG]: devNull };
    await run('npm', ['ci'], { cwd: clone, env: more });
    await run('npm', ['run', 'build'], { cwd: clone, env: more });
    const tree = await outputsIn(join(clone, 'packages'));
    await rm(clone, { recursive: true });
    return tree;
  }

  /** Lets builds say that they ran, and keeps the packages as `npm test` finds them. */
  async #leaveTraces(): Promise<void> {
    await edit(join(this.folder, 'package.json'), ({ scripts }) => {
      scripts['posttest'] = `cp -pR packages "$${KEPT}/$GITHUB_JOB"`;
    });
    for (const name of await readdir(join(this.folder, 'packages'))) {
      await edit(join(this.folder, 'packages', name, 'package.json'), ({ scripts }) => {
        scripts['postbuild'] = `echo packages/${name} >> "$${BUILD_LOG}"`;
      });
    }
  }
}

/** The outputs of packages, each with its mode and content. */
export function outputsIn(packages: string): Promise<Tree> {
  return readTree(packages, {
    wanted: (path) => /^[^/]+\/dist(\/|$)/.test(path),
    enter: (folder) => !folder.endsWith('node_modules'),
  });
}

async function edit(file: string, change: (json: PackageJson) => void): Promise<void> {
  const json = JSON.parse(await readFile(file, 'utf8')) as PackageJson;
  change(json);
  await writeFile(file, `${JSON.stringify(json, undefined, 2)}\n`);
}
