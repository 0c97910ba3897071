import { saveLines } from './log.ts';
import { saveOutputs } from './outputs.ts';
import { inGroup, setOutputs, writeSummary } from './run.ts';
import { save } from './save.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';
import { failedSaveSummary, saveSummary } from './summary.ts';

/** The post step, or a save of its own: publishes what was built. */
export async function postStep(session: Session, state: State | undefined): Promise<void> {
  const started = performance.now();
  const took = (): number => performance.now() - started;
  const { remote } = session;
  const result = await inGroup(
    `cafs: save to ${remote.name}`,
    () => save(session, state),
    (done) => saveLines(done, remote.stats, took()),
  ).catch(async (error: unknown) => {
    await writeSummary(failedSaveSummary(error, remote.stats, took()));
    throw error;
  });
  setOutputs(saveOutputs(result, remote.stats));
  await writeSummary(saveSummary(result, remote.stats, took()));
}
