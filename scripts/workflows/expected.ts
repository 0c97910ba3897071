import { isDeepStrictEqual } from 'node:util';

import { type Tree, differences } from '../files.ts';
import type { JobRun, StepRun, WorkflowRun } from './act.ts';
import { ofFingerprint, ofKey, withoutMark } from './tags.ts';

/** What a run of a workflow must come to. */
export interface Expected {
  /** The jobs' results; a leg of a matrix is `build packages/core`. */
  readonly jobs: Readonly<Record<string, string>>;
  /** The packages that were built, sorted. */
  readonly built: readonly string[];
  /** Why packages were changed, in the first job. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Outputs of the action's main step, by the job's key. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What a line of the action's main step must match, by the job's key. */
  readonly says?: Readonly<Record<string, RegExp>>;
  /** What the last line of each job's post step must match, by the job's key. One that fails has no post step. */
  readonly saves: Readonly<Record<string, RegExp>>;
  /** Tags that were not there before, but for {@link fingerprints} and {@link addsKey}. */
  readonly added?: readonly string[];
  /** Packages whose fingerprints have a tag that was not there before, of main or of a pull request. */
  readonly fingerprints?: {
    readonly scope: 'main' | 'pull request';
    readonly of: readonly string[];
  };
  /** The tag of the key that the action's main step looked for was not there before. */
  readonly addsKey?: true;
  /** Tags that point elsewhere than before. */
  readonly moved?: readonly string[];
  /** Packages that npm fetched from its registry. */
  readonly downloads?: readonly string[];
}

/** What a run came to. */
export interface Played {
  readonly run: WorkflowRun;
  /** Sorted; as often as it was built. */
  readonly built: readonly string[];
  /** The outputs of all packages when `npm test` had run; empty where it did not. */
  readonly outputs: Tree;
  /** What a build of everything makes. */
  readonly fullBuild: Tree;
  /** What each tag points to. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly downloads: readonly string[];
}

/** Everything that is not as it should be, in words. */
export function judge(played: Played, expected: Expected): string[] {
  const { run, before, after } = played;
  const wrong: string[] = [];
  const same = (what: string, is: unknown, should: unknown): void => {
    if (isDeepStrictEqual(is, should)) return;
    wrong.push(`${what}: ${JSON.stringify(is)}, expected ${JSON.stringify(should)}`);
  };
  const fails = isFailure(expected);
  same('exit code', run.exitCode, fails ? 1 : 0);
  const jobs = run.jobs.map((job) => [nameOf(job), job.result] as const);
  same('jobs', Object.fromEntries(jobs.toSorted()), expected.jobs);
  // Legs of a matrix may build the same dependency, each for itself. One job builds nothing twice.
  const { built } = played;
  same('built', run.jobs.length === 1 ? built : [...new Set(built)], expected.built);
  const [main] = run.jobs.flatMap(({ steps }) => steps.filter(isAction('Main')));
  if (expected.reasons !== undefined) {
    same('reasons', JSON.parse(main?.outputs['reasons'] ?? '{}'), expected.reasons);
  }
  for (const [id, outputs] of Object.entries(expected.outputs ?? {})) {
    const step = run.jobs.find((job) => job.id === id)?.steps.find(isAction('Main'));
    for (const [name, value] of Object.entries(outputs)) {
      same(`${id}: output ${name}`, step?.outputs[name], value);
    }
  }
  for (const [id, line] of Object.entries(expected.says ?? {})) {
    const steps = run.jobs.filter((job) => job.id === id).flatMap((job) => job.steps);
    const lines = steps.filter(isAction('Main')).flatMap((step) => step.lines);
    if (!lines.some((each) => line.test(each)))
      wrong.push(`${id}: no line is like ${String(line)}`);
  }
  wrong.push(...run.jobs.flatMap((job) => judgeJob(job, expected.saves[job.id])));
  if (expected.added !== undefined) {
    const digests = JSON.parse(main?.outputs['digests'] ?? '{}') as Record<string, string>;
    const { scope = 'main', of = [] } = expected.fingerprints ?? {};
    const fingerprints = of.map((name) => ofFingerprint(digests[name] ?? '', scope));
    const added = [...after.keys()].filter((tag) => !before.has(tag)).map(withoutMark);
    const keys = expected.addsKey === true ? [ofKey(main?.outputs['cache-primary-key'] ?? '')] : [];
    same('added tags', added.sort(), [...expected.added, ...fingerprints, ...keys].sort());
  }
  if (expected.moved !== undefined) {
    const moved = [...before].filter(([tag, digest]) => after.get(tag) !== digest);
    same(
      'moved tags',
      moved.map(([tag]) => tag),
      expected.moved,
    );
  }
  if (expected.downloads !== undefined) same('downloads', played.downloads, expected.downloads);
  if (fails) return wrong;
  const different = differences(played.fullBuild, played.outputs);
  if (played.fullBuild.size === 0) wrong.push('a build of everything makes nothing');
  wrong.push(...different.slice(0, 5).map(({ path, what }) => `outputs: ${path}: ${what}`));
  return wrong;
}

/** Whether a job is to fail. */
export function isFailure({ jobs }: Expected): boolean {
  return Object.values(jobs).includes('failure');
}

/** `build packages/core` for a leg of a matrix, otherwise the job's key. */
function nameOf({ id, matrix }: JobRun): string {
  const { subtree } = matrix;
  return typeof subtree === 'string' ? `${id} ${subtree}` : id;
}

function judgeJob(job: JobRun, save: RegExp | undefined): string[] {
  const name = nameOf(job);
  const post = job.steps.find(isAction('Post'));
  if (job.result === 'failure') {
    return post === undefined
      ? []
      : [`${name} failed, and has a post step: ${post.lines.join(' ')}`];
  }
  const wrong = job.steps.flatMap((step) => [
    ...(step.result === 'success' || step.result === 'skipped'
      ? []
      : [`${name}: ${step.stage} ${step.name}: ${step.result}`]),
    ...step.annotations.map((text) => `${name}: ${step.name}: annotation: ${text}`),
    ...(isAction(step.stage)(step) && step.summary === ''
      ? [`${name}: ${step.stage} ${step.name} adds nothing to the summary`]
      : []),
  ]);
  const last = post?.lines.at(-1) ?? '(there was no post step)';
  if (save?.test(last) !== true) wrong.push(`${name}: the post step ends with: ${last}`);
  return wrong;
}

/** Steps that the action runs are those that set its outputs, main and post alike. */
function isAction(stage: StepRun['stage']): (step: StepRun) => boolean {
  return (step) =>
    step.stage === stage && (stage === 'Main' ? 'hit-kind' : 'saved') in step.outputs;
}
