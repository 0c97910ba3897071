// What dist/save/index.js does, from the sources.
import { save } from '../../src/action/steps.ts';

await save();
