import * as core from '@actions/core';

import { hitOf } from './hit.ts';
import { keepRecords } from './kept-records.ts';
import { plain, restoreLines } from './log.ts';
import { restoreOutputs } from './outputs.ts';
import { restore, stateOf } from './restore.ts';
import { STATE_NAME, reportProblem, writeSummary } from './run.ts';
import type { Session } from './session.ts';
import { encodeState } from './state.ts';
import { restoreSummary } from './summary.ts';

/** The main step: restores what did not change, and tells what did. */
export async function mainStep(session: Session): Promise<void> {
  const started = performance.now();
  const { inputs, remote } = session;
  // The post step's condition cannot read inputs, but it can read the environment.
  core.exportVariable('CAFS_SAVE', inputs.save);
  const result = await core.group(`cafs: restore from ${remote.name}`, async () => {
    const done = await restore(session);
    for (const line of restoreLines(done, remote.stats, performance.now() - started))
      core.info(plain(line));
    return done;
  });
  for (const [name, value] of Object.entries(restoreOutputs(result, remote.stats)))
    core.setOutput(name, value);
  keepRecords(session, result);
  core.saveState(STATE_NAME, encodeState(stateOf(result)));
  if (result.failure !== undefined) reportProblem(result.failure, inputs.strict);
  const summary = restoreSummary(result, remote.stats, performance.now() - started);
  await writeSummary(summary);
  if (inputs['fail-on-cache-miss'] && hitOf(result).kind === 'miss') {
    core.setFailed(
      `No snapshot has what was asked for; looked for ${result.lookedFor.join(', ')}.`,
    );
  }
}
