import * as core from '@actions/core';

import { plain, saveLines } from './log.ts';
import { setOutputs } from './main-step.ts';
import { saveOutputs } from './outputs.ts';
import { writeSummary } from './run.ts';
import { save } from './save.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';
import { saveSummary } from './summary.ts';

/** The post step, or a save of its own: publishes what was built. */
export async function postStep(session: Session, state: State | undefined): Promise<void> {
  const started = performance.now();
  const { remote } = session;
  const { result, summary } = await core.group(`cafs: save to ${remote.name}`, async () => {
    const done = await save(session, state);
    const lines = saveLines(done, remote.stats, performance.now() - started).map(plain);
    for (const line of lines.slice(0, -1)) core.info(line);
    return { result: done, summary: lines.at(-1) ?? '' };
  });
  // Outside of the group, which GitHub shows folded.
  core.info(summary);
  setOutputs(saveOutputs(result, remote.stats));
  await writeSummary(saveSummary(result, remote.stats, performance.now() - started));
}
