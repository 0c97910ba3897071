import * as core from '@actions/core';

import { hitOf } from './hit.ts';
import { keepRecords } from './kept-records.ts';
import { restoreLines } from './log.ts';
import { restoreOutputs } from './outputs.ts';
import { type RestoreResult, everythingChanged, restore, stateOf } from './restore.ts';
import { inGroup, reportProblem, setOutputs, writeSummary } from './run.ts';
import { SAVE_VARIABLE } from './save.ts';
import type { Session } from './session.ts';
import { UNFINISHED } from './state.ts';
import { saveState } from './state-file.ts';
import { restoreSummary } from './summary.ts';

/** The main step: restores what did not change, tells what did, and leaves state for the post step. */
export async function mainStep(session: Session): Promise<void> {
  // Killed from here on, this step must not look to the post step as if there had been none.
  saveState(session, UNFINISHED);
  await restoreStep(session, (result) => {
    finishState(session, result);
    // The post step's condition cannot read inputs, but it can read the environment.
    // It is one for all steps of the job: a step that wants to save always must not be overruled.
    if (session.environment.variable(SAVE_VARIABLE) !== 'always')
      core.exportVariable(SAVE_VARIABLE, session.inputs.save);
  });
}

/** A restore of its own: no post step follows, so nothing is left for one. */
export function restoreOnlyStep(session: Session): Promise<void> {
  return restoreStep(session);
}

async function restoreStep(
  session: Session,
  leave?: (result: RestoreResult) => void,
): Promise<void> {
  const started = performance.now();
  const { inputs, remote } = session;
  const took = (): number => performance.now() - started;
  const result = await inGroup(
    `cafs: restore from ${remote.name}`,
    () => restore(session).catch((error: unknown) => everythingChanged(session, error)),
    (done) => restoreLines(done, remote.stats, took()),
  );
  setOutputs(restoreOutputs(result, remote.stats));
  leave?.(result);
  if (result.failure !== undefined) reportProblem(result.failure, inputs.strict);
  await writeSummary(restoreSummary(result, remote.stats, took()));
  if (inputs['fail-on-cache-miss'] && hitOf(result).kind === 'miss') {
    core.setFailed(
      inputs.key === ''
        ? `No snapshot has what was asked for; looked for ${result.lookedFor.join(', ')}.`
        : `Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: ${inputs.key}`,
    );
  }
}

/** Where this fails, the post step finds the main step unfinished, and saves nothing. */
function finishState(session: Session, result: RestoreResult): void {
  try {
    keepRecords(session, result);
    saveState(session, stateOf(result, session.inputs.key));
  } catch (error) {
    reportProblem(error, session.inputs.strict);
  }
}
