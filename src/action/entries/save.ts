import { postStep } from '../post-step.ts';
import { runStep } from '../run.ts';

await runStep(postStep);
