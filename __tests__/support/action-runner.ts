import { randomUUID } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { parseFileCommands } from './file-commands.ts';

/** One step of a job: a bundled entry, and where it runs. */
export interface EntryRun {
  /** JavaScript file to run, as an action's `main` or `post` names it. */
  readonly entry: string;
  /** The checkout: `GITHUB_WORKSPACE`, and the working directory. */
  readonly workspace: string;
  /** The action's inputs, by their names in `action.yml`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Payload of the event. Default: a push to `ref` in a repository whose default branch is main. */
  readonly event?: object;
  /** Default: `push`. */
  readonly eventName?: string;
  /** Full name of a ref. Default: `refs/heads/main`. */
  readonly ref?: string;
  /** Commit of the checkout. Default: forty zeros. */
  readonly sha?: string;
  /** What an earlier entry of this action saved: `STATE_*`. */
  readonly state?: Readonly<Record<string, string>>;
  /** More variables: a job's own, and what earlier steps exported. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Folder that stands for the machine: it holds `RUNNER_TEMP` and `HOME`, and steps that share it
   * run on the same machine. Default: a machine of its own, thrown away afterwards.
   */
  readonly machine?: string;
  /**
   * Number of the user, and of the group, to run as: only root may say so. The machine's folder becomes
   * theirs; what else they need is theirs already. Default: whoever runs the tests.
   */
  readonly user?: number | undefined;
  /** Milliseconds after which the process is killed, without a chance to clean up. */
  readonly killAfter?: number;
}

/** What a step leaves behind. */
export interface EntryResult {
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  /** With workflow commands such as `::warning::`, as the runner would read them. */
  readonly stdout: string;
  readonly stderr: string;
  /** Outputs of the step. */
  readonly outputs: Readonly<Record<string, string>>;
  /** To hand to the post step. */
  readonly state: Readonly<Record<string, string>>;
  /** Variables that the steps after this one see. */
  readonly env: Readonly<Record<string, string>>;
  /** Markdown of the job summary. */
  readonly summary: string;
  /** Wall time. */
  readonly seconds: number;
}

/** Files that a step writes its commands into, by the variable that names each. */
const FILE_COMMANDS = [
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_ENV',
  'GITHUB_STEP_SUMMARY',
] as const;

/**
 * Runs a bundled entry as GitHub's runner does: a process of its own that sees the variables of the
 * Actions environment and, of this process's own, only `PATH`.
 *
 * @example
 * const main = await runEntry({ entry: 'dist/restore/index.js', workspace, inputs });
 * const post = await runEntry({ entry: 'dist/save/index.js', workspace, inputs, state: main.state });
 */
export async function runEntry(options: EntryRun): Promise<EntryResult> {
  const machine = options.machine ?? (await mkdtemp(join(tmpdir(), 'cafs-machine-')));
  try {
    return await runOn(machine, options);
  } finally {
    if (options.machine === undefined) await rm(machine, { recursive: true, force: true });
  }
}

async function runOn(machine: string, options: EntryRun): Promise<EntryResult> {
  const { entry, workspace, inputs = {}, state = {}, env = {}, user, killAfter } = options;
  const folder = join(machine, 'steps', randomUUID());
  const [temp, home] = [join(machine, 'temp'), join(machine, 'home')];
  for (const each of [folder, temp, home]) await mkdir(each, { recursive: true });

  const files = Object.fromEntries(FILE_COMMANDS.map((name) => [name, join(folder, name)]));
  for (const file of Object.values(files)) await writeFile(file, '');
  const event = join(folder, 'event.json');
  await writeFile(event, JSON.stringify(options.event ?? pushEvent(options)));

  if (user !== undefined) execFileSync('chown', ['-R', `${user}:${user}`, machine]);

  const started = performance.now();
  const child = spawn(process.execPath, [entry], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
    ...(killAfter === undefined ? {} : { timeout: killAfter, killSignal: 'SIGKILL' }),
    env: {
      ...inherited(),
      ...githubVariables(options),
      ...files,
      GITHUB_EVENT_PATH: event,
      RUNNER_TEMP: temp,
      HOME: home,
      USERPROFILE: home,
      ...env,
      ...prefixed('INPUT_', inputs, inputName),
      ...prefixed('STATE_', state, (name) => name),
    },
  });
  const exit = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? -1);
    });
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exit,
  ]);
  const seconds = (performance.now() - started) / 1000;

  const [output, saved, exported, summary] = await Promise.all(
    FILE_COMMANDS.map((name) => readFile(join(folder, name), 'utf8')),
  );
  return {
    exitCode,
    stdout,
    stderr,
    outputs: parseFileCommands(output ?? ''),
    state: parseFileCommands(saved ?? ''),
    env: parseFileCommands(exported ?? ''),
    summary: summary ?? '',
    seconds,
  };
}

function githubVariables({ workspace, eventName, ref, sha }: EntryRun): Record<string, string> {
  const fullRef = ref ?? 'refs/heads/main';
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'example/monorepo',
    GITHUB_REPOSITORY_OWNER: 'example',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_ACTOR: 'octocat',
    GITHUB_JOB: 'build',
    GITHUB_WORKFLOW: 'ci',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: eventName ?? 'push',
    GITHUB_REF: fullRef,
    GITHUB_REF_NAME: fullRef.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_SHA: sha ?? '0'.repeat(40),
    RUNNER_OS: { win32: 'Windows', darwin: 'macOS' }[process.platform as string] ?? 'Linux',
    RUNNER_ARCH: process.arch.toUpperCase(),
  };
}

function pushEvent({ ref, sha }: EntryRun): object {
  return {
    ref: ref ?? 'refs/heads/main',
    after: sha ?? '0'.repeat(40),
    repository: { full_name: 'example/monorepo', default_branch: 'main', fork: false },
  };
}

/** What a process needs to start at all; Windows needs more than a `PATH`. */
function inherited(): Record<string, string> {
  const names = process.platform === 'win32' ? ['PATH', 'SystemRoot', 'PATHEXT'] : ['PATH'];
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

/** As the runner does it: spaces become `_`, hyphens stay. */
function inputName(name: string): string {
  return name.replaceAll(' ', '_').toUpperCase();
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, string>>,
  rename: (name: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [prefix + rename(name), value]),
  );
}
