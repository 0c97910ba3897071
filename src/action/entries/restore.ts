import { mainStep } from '../main-step.ts';
import { runStep } from '../run.ts';

await runStep(mainStep);
