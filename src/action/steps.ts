import { mainStep, restoreOnlyStep } from './main-step.ts';
import { postStep } from './post-step.ts';
import { runStep } from './run.ts';

/** What `dist/restore/index.js` runs: the main step. */
export function restore(): Promise<void> {
  return runStep(mainStep);
}

/** What `dist/restore-only/index.js` runs: a restore of its own, without a post step. */
export function restoreOnly(): Promise<void> {
  return runStep(restoreOnlyStep);
}

/** What `dist/save/index.js` runs: the post step, or a save of its own. */
export function save(): Promise<void> {
  return runStep(postStep);
}
