// Builds lib/ and dist/: `npm run build`.
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { buildInto, root } from './bundles.ts';

const dist = join(root, 'dist');
const fresh = join(root, '.cache', `dist-${String(process.pid)}`);
try {
  await mkdir(join(root, '.cache'), { recursive: true });
  await buildInto(fresh);
  // Only a whole build takes the place of the old one.
  await rm(dist, { recursive: true, force: true });
  await rename(fresh, dist);
  console.log('Built lib/ and dist/.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}
