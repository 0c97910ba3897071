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

/** The main step: restores what did not change, and tells what did. */
export async function mainStep(session: Session): Promise<void> {
  const started = performance.now();
  const { inputs, remote } = session;
  // Killed from here on, this step must not look to the post step as if there had been none.
  saveState(session, UNFINISHED);
  const took = (): number => performance.now() - started;
  const result = await inGroup(
    `cafs: restore from ${remote.name}`,
    () => restore(session).catch((error: unknown) => everythingChanged(session, error)),
    (done) => restoreLines(done, remote.stats, took()),
  );
  setOutputs(restoreOutputs(result, remote.stats));
  finishState(session, result);
  if (result.failure !== undefined) reportProblem(result.failure, inputs.strict);
  // The post step's condition cannot read inputs, but it can read the environment.
  // It is one for all steps of the job: a step that wants to save always must not be overruled.
  if (session.environment.variable(SAVE_VARIABLE) !== 'always')
    core.exportVariable(SAVE_VARIABLE, inputs.save);
  await writeSummary(restoreSummary(result, remote.stats, took()));
  if (inputs['fail-on-cache-miss'] && hitOf(result).kind === 'miss') {
    core.setFailed(
      `No snapshot has what was asked for; looked for ${result.lookedFor.join(', ')}.`,
    );
  }
}

/** Where this fails, the post step finds the main step unfinished, and saves nothing. */
function finishState(session: Session, result: RestoreResult): void {
  try {
    keepRecords(session, result);
    saveState(session, stateOf(result));
  } catch (error) {
    reportProblem(error, session.inputs.strict);
  }
}
