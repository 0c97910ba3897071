import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import * as v from 'valibot';

/** What one step of a job did, in one of its stages. */
export interface StepRun {
  readonly name: string;
  readonly stage: 'Main' | 'Post';
  /** `success`, `failure`, `skipped`. */
  result: string;
  /** What it printed, line by line. */
  readonly lines: string[];
  readonly outputs: Record<string, string>;
  /** Messages of annotations: warnings and errors. */
  readonly annotations: string[];
  /** Its part of the job summary. */
  summary: string;
}

/** One job; each leg of a matrix is one of its own. */
export interface JobRun {
  /** Its key in the workflow. */
  readonly id: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  /** `success`, `failure`; empty where it did not end. */
  result: string;
  readonly steps: StepRun[];
}

/** A run of a workflow. */
export interface WorkflowRun {
  readonly exitCode: number | null;
  readonly jobs: readonly JobRun[];
  /** All that act printed. */
  readonly log: string;
}

/** What act is started with. */
export interface ActOptions {
  /** Its program. */
  readonly act: string;
  /** The repository: what is checked out in it is what the jobs get. */
  readonly repository: string;
  /** Path of the workflow in the repository. */
  readonly workflow: string;
  readonly eventName: string;
  /** File with the event's payload. */
  readonly eventPath: string;
  readonly actor: string;
  /** Folders with actions, by what `uses:` says. */
  readonly actions: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** The whole environment of the runner. */
  readonly env: Readonly<Record<string, string>>;
}

const Optional = v.optional(v.string(), '');
const Line = v.object({
  job: Optional,
  jobID: Optional,
  matrix: v.optional(v.record(v.string(), v.unknown()), {}),
  step: Optional,
  stage: Optional,
  stepResult: Optional,
  jobResult: Optional,
  command: Optional,
  name: Optional,
  arg: Optional,
  content: Optional,
  msg: Optional,
  raw_output: v.optional(v.boolean(), false),
});
type Line = v.InferOutput<typeof Line>;

/** Runs a workflow by act in host mode: jobs are processes of this machine, each in a folder of its own. */
export async function runAct(options: ActOptions): Promise<WorkflowRun> {
  const { act, repository, workflow, eventName, eventPath, actor, actions, variables } = options;
  const args = [
    ...[eventName, '--json', '--workflows', workflow, '--eventpath', eventPath, '--actor', actor],
    ...['--platform', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
    // No daemon of containers is looked for.
    ...['--container-daemon-socket', '-'],
    ...Object.entries(actions).flatMap(([uses, folder]) => [
      '--local-repository',
      `${uses}=${folder}`,
    ]),
    ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    // Without one, act asks other programs of this machine for it.
    ...['--secret', 'GITHUB_TOKEN=none'],
  ];
  const child = spawn(act, args, {
    cwd: repository,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [exitCode, stdout, stderr] = await Promise.all([
    exited,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, jobs: readLog(stdout), log: stdout + stderr };
}

function readLog(log: string): JobRun[] {
  const jobs = new Map<string, JobRun>();
  for (const json of log.split('\n').filter((each) => each.startsWith('{'))) {
    const line = v.parse(Line, JSON.parse(json));
    if (line.jobID === '') continue;
    const job = jobs.get(line.job) ?? {
      ...{ id: line.jobID, result: '', steps: [] },
      // The first lines of a leg do not have it yet.
      matrix: {},
    };
    jobs.set(line.job, job);
    Object.assign(job.matrix, line.matrix);
    if (line.jobResult !== '') job.result = line.jobResult;
    if (line.stage === 'Main' || line.stage === 'Post') addToStep(job, line.stage, line);
  }
  return [...jobs.values()];
}

function addToStep({ steps }: JobRun, stage: StepRun['stage'], line: Line): void {
  const same = (step: StepRun): boolean => step.name === line.step && step.stage === stage;
  let step = steps.find(same);
  if (step === undefined) {
    step = {
      ...{ name: line.step, stage, result: '', lines: [], outputs: {} },
      ...{ annotations: [], summary: '' },
    };
    steps.push(step);
  }
  if (line.stepResult !== '') step.result = line.stepResult;
  if (line.raw_output) step.lines.push(line.msg.trimEnd());
  switch (line.command) {
    case 'set-output':
      step.outputs[line.name] = line.arg;
      break;
    case 'warning':
    case 'error':
      step.annotations.push(line.arg);
      break;
    case 'summary':
      step.summary += line.content;
      break;
    default:
  }
}
