import * as core from '@actions/core';

import { describeError, hasCode } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { describeProblem } from './inputs.ts';
import { type Opened, type Session, openSession } from './session.ts';
import { type State, decodeState } from './state.ts';

/** The name under which the main step's state is kept. */
export const STATE_NAME = 'cafs';

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
  const opened = open();
  if (opened === undefined) return;
  const { session, problems } = opened;
  if (session === undefined) {
    for (const problem of problems) core.error(describeProblem(problem));
    core.setFailed(
      `${String(problems.length)} wrong input${problems.length === 1 ? '' : 's'}; nothing was touched.`,
    );
    return;
  }
  for (const warning of session.environment.warnings) core.warning(warning);
  try {
    await step(session, decodeState(core.getState(STATE_NAME)));
  } catch (error) {
    reportProblem(error, session.inputs.strict);
  } finally {
    await session.remote.close();
  }
}

/** Reports a problem of the cache. */
export function reportProblem(error: unknown, strict: boolean): void {
  const message = `The cache could not be used: ${explain(error)}`;
  if (strict) core.setFailed(message);
  else core.warning(`${message} The job goes on without it.`);
  if (error instanceof Error && error.stack !== undefined) core.debug(error.stack);
}

/** Adds to the job summary, where there is one. */
export async function writeSummary(markdown: string): Promise<void> {
  if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(markdown).write();
}

function open(): Opened | undefined {
  try {
    const environment: Environment = readEnvironment();
    return openSession((name) => core.getInput(name), environment, observer(), readState());
  } catch (error) {
    if (hasCode(error, 'INVALID_INPUT')) core.setFailed(describeError(error));
    else reportProblem(error, /^true$/i.test(core.getInput('strict')));
    return undefined;
  }
}

/** A state that cannot be read must not keep the step from saying so in its own way. */
function readState(): State | undefined {
  return decodeState(core.getState(STATE_NAME));
}

function observer(): Observer {
  let last = performance.now();
  return (event) => {
    if ('message' in event) (event.kind === 'warning' ? core.warning : core.info)(event.message);
    else if (performance.now() - last > 5000) {
      last = performance.now();
      core.info(
        `${event.kind}: ${event.done.toLocaleString('en')} done, ${(event.bytes / 1e6).toFixed(0)} MB`,
      );
    }
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
