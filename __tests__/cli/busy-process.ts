// Does work that lets nothing else run, as a push does while it reads files, and says when it has begun.
import { writeSync } from 'node:fs';

import { stoppable } from '../../src/cli/interrupt.ts';

await stoppable('Nothing has changed.', async ({ during }) => {
  await Promise.resolve();
  during(() => {
    writeSync(1, 'begun\n');
    const end = performance.now() + 20_000;
    while (performance.now() < end);
  });
});
