import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as v from 'valibot';

import { runEntry } from '../../__tests__/support/action-runner.ts';
import type { EntryResult, EntryRun } from '../../__tests__/support/action-runner.ts';
import { root } from '../bundles.ts';
import { git } from './git.ts';
import { inBuildOrder } from './packages.ts';
import type { Subject, Subtree } from './subject.ts';

/** A CI run that has ended. */
export interface CiRun {
  readonly checkout: string;
  readonly main: EntryResult;
  readonly post: EntryResult;
  /** Names of the subtrees that came from the remote, as the action reported them. */
  readonly restored: readonly string[];
  /** What the action called changed, and the run then built, in that order. */
  readonly built: readonly Subtree[];
  /** Why each changed subtree did, by name. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Fingerprints by name. */
  readonly digests: Readonly<Record<string, string>>;
  /** What the builds alone took. */
  readonly buildSeconds: number;
}

const Names = v.array(v.string());
const Texts = v.record(v.string(), v.string());
const Matrix = v.object({ include: v.array(v.object({ subtree: v.string(), path: v.string() })) });

/**
 * Plays one CI run on a fresh checkout and a fresh machine: main step, build of what changed, post step.
 *
 * @param folder where the checkout and the machine go; there is nothing yet
 * @throws Error when a step fails or warns, or an output is not as `action.yml` promises it
 */
export async function playRun(subject: Subject, remote: string, folder: string): Promise<CiRun> {
  const checkout = await checkOut(subject, folder);
  const step = {
    workspace: checkout,
    machine: join(folder, 'machine'),
    ref: 'refs/heads/main',
    sha: await git(checkout, 'rev-parse', 'HEAD'),
    inputs: { ...subject.inputs, remote, strict: 'true' },
  };

  const main = await runStep('main', folder, {
    ...step,
    entry: join(root, 'dist', 'restore', 'index.js'),
  });
  const output = <T>(name: string, schema: v.GenericSchema<unknown, T>): T =>
    readOutput(main, name, schema);
  const changed = output('changed', Names);
  const { include } = output('matrix', Matrix);
  const subtrees = include.map(({ subtree, path }) => ({ name: subtree, path }));
  const built = await inBuildOrder(checkout, subtrees);
  if (
    built
      .map(({ name }) => name)
      .sort()
      .join() !== [...changed].sort().join()
  ) {
    throw new Error('The outputs "changed" and "matrix" do not name the same subtrees.');
  }

  const buildSeconds = await buildAll(subject, checkout, built);
  const post = await runStep('post', folder, {
    ...step,
    entry: join(root, 'dist', 'save', 'index.js'),
    state: main.state,
    env: main.env,
  });
  return {
    checkout,
    main,
    post,
    restored: output('unchanged', Names),
    built,
    reasons: output('reasons', Texts),
    digests: output('digests', Texts),
    buildSeconds,
  };
}

/** Makes a fresh checkout that is ready to build. */
export async function checkOut(subject: Subject, folder: string): Promise<string> {
  const checkout = join(folder, 'checkout');
  await git(root, 'clone', '--quiet', subject.origin, checkout);
  await subject.install(checkout);
  return checkout;
}

/** Builds subtrees one after another and gives the seconds that it took. */
export async function buildAll(
  subject: Subject,
  checkout: string,
  subtrees: readonly Subtree[],
): Promise<number> {
  const started = performance.now();
  for (const subtree of subtrees) await subject.build(checkout, subtree);
  return (performance.now() - started) / 1000;
}

/** Runs a step; its log stays in `folder`, for whoever keeps that. */
async function runStep(name: string, folder: string, step: EntryRun): Promise<EntryResult> {
  const result = await runEntry(step);
  const log = result.stdout + result.stderr;
  await writeFile(join(folder, `${name}.log`), log);
  const alarmed = /^::(error|warning)/m.test(result.stdout);
  if (result.exitCode === 0 && !alarmed) return result;
  const what = result.exitCode === 0 ? 'warned' : `ended with ${result.exitCode}`;
  throw new Error(`The ${name} step ${what}:\n${log}`.trimEnd());
}

function readOutput<T>(
  { outputs }: EntryResult,
  name: string,
  schema: v.GenericSchema<unknown, T>,
): T {
  const text = outputs[name];
  if (text === undefined) throw new Error(`The main step did not set its output "${name}".`);
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (cause) {
    throw new Error(`The output "${name}" is not as promised: ${text.slice(0, 200)}`, { cause });
  }
}
