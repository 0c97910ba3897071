import * as core from '@actions/core';

import { describeError, hasCode } from '../errors.ts';
import { formatCount } from '../format.ts';
import type { Observer } from '../observe.ts';
import { compatibilityNotes } from './compatibility.ts';
import { readEnvironment } from './environment.ts';
import { type Problem, describeProblem } from './inputs.ts';
import { type Session, openSession } from './session.ts';
import { plain } from './log.ts';
import { progressLines } from './progress.ts';
import type { State } from './state.ts';
import { loadState } from './state-file.ts';

/** A step's work. */
export type Step = (session: Session, state: State | undefined) => Promise<void>;

/**
 * Runs a step, and turns what goes wrong into annotations: wrong inputs fail the step; a problem of
 * the cache is a warning, unless `strict` is set.
 */
export async function runStep(step: Step): Promise<void> {
  for (const name of ['password', 'github-token']) {
    const secret = core.getInput(name);
    if (secret !== '') core.setSecret(secret);
  }
  try {
    const environment = readEnvironment();
    const read = (name: string): string => core.getInput(name);
    const { session, state, problems } = openSession(read, environment, observe(), loadState);
    if (session === undefined) reportInputs(problems);
    else await runIn(session, step, state);
  } catch (error) {
    if (hasCode(error, 'INVALID_INPUT')) core.setFailed(describeError(error));
    else reportProblem(error, /^true$/i.test(core.getInput('strict')));
  }
}

async function runIn(session: Session, step: Step, state: State | undefined): Promise<void> {
  const warnings = [...session.environment.warnings, ...session.plan.warnings];
  for (const warning of warnings) core.warning(warning);
  if (state === undefined) for (const note of compatibilityNotes(session.inputs)) core.info(note);
  try {
    await step(session, state);
  } catch (error) {
    reportProblem(error, session.inputs.strict);
  } finally {
    session.statCaches.save();
    await session.remote.close();
  }
}

function reportInputs(problems: readonly Problem[]): void {
  for (const problem of problems) core.error(describeProblem(problem));
  const count = formatCount(problems.length, 'wrong input');
  core.setFailed(`${count}; nothing was touched.`);
}

/** Reports a problem of the cache. */
export function reportProblem(error: unknown, strict: boolean): void {
  const message = `The cache could not be used: ${explain(error)}`;
  if (strict) core.setFailed(message);
  else core.warning(`${message} The job goes on without it.`);
  if (error instanceof Error && error.stack !== undefined) core.debug(error.stack);
}

/**
 * Does the work of a step in a group of the log. The last line stands below it: GitHub shows groups
 * folded.
 *
 * @param describe the lines for the log, once it is done
 */
export async function inGroup<T>(
  title: string,
  work: () => Promise<T>,
  describe: (result: T) => readonly string[],
): Promise<T> {
  const { result, last } = await core.group(title, async () => {
    const done = await work();
    const lines = describe(done).map(plain);
    for (const line of lines.slice(0, -1)) core.info(line);
    return { result: done, last: lines.at(-1) };
  });
  if (last !== undefined) core.info(last);
  return result;
}

/** Sets the step's outputs. */
export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

/** Adds to the job summary, where there is one. */
export async function writeSummary(markdown: string): Promise<void> {
  if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(markdown).write();
}

function observe(): Observer {
  const progress = progressLines(core.info);
  return (event) => {
    if (!('message' in event)) progress(event);
    else (event.kind === 'warning' ? core.warning : core.info)(plain(event.message));
  };
}

function explain(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const inner =
    cause instanceof Error && !describeError(error).includes(cause.message)
      ? ` (${cause.message})`
      : '';
  return `${describeError(error)}${inner}`;
}
