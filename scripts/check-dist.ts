// Fails unless the committed dist/ is what a build of the sources writes: `npm run check:dist`.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { buildInto, root } from './bundles.ts';
import { differences, readTree } from './files.ts';

await mkdir(join(root, '.cache'), { recursive: true });
const fresh = await mkdtemp(join(root, '.cache', 'check-dist-'));
try {
  await buildInto(fresh);
  // Of the permissions git keeps only whether a file can be executed.
  const permissions = 'executable';
  const built = await readTree(fresh, { permissions });
  const committed = await readTree(join(root, 'dist'), { permissions });
  const found = differences(built, committed);
  for (const { path, what } of found) console.error(`dist/${path}: ${what}`);
  if (found.length > 0) {
    console.error('dist/ is not what the sources build. Run "npm run build" and commit dist/.');
    process.exitCode = 1;
  } else {
    console.log('dist/ is what the sources build.');
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}
