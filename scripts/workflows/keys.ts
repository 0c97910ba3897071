import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../bundles.ts';

/** Whether the action has the inputs `key` and `restore-keys`, which an example uses. */
export const HAS_KEYS = /^ {2}key:$/m.test(readFileSync(join(root, 'action.yml'), 'utf8'));
