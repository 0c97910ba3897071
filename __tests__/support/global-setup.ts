import { join } from 'node:path';

import { whyNotReady } from './registry/ready.ts';
import { startRegistry } from './registry/start.ts';
import { shared } from './registry/shared.ts';
import { provideSkopeo } from './skopeo.ts';

/** Gives all tests a real registry, once for the whole run: see `registry/find.ts`. */
export default async function globalSetup(): Promise<void> {
  // Nobody's own credentials take part: there are no such files.
  process.env['DOCKER_CONFIG'] = join(import.meta.dirname, 'no-credentials');
  process.env['REGISTRY_AUTH_FILE'] = join(import.meta.dirname, 'no-credentials', 'auth.json');
  // Many tests start sources as processes of their own: types are taken out of them once, and not by each.
  process.env['NODE_COMPILE_CACHE'] ??= join(
    import.meta.dirname,
    '../../node_modules/.cache/compiled',
  );
  await provideSkopeo();
  const given = process.env['CAFS_TEST_REGISTRY'] ?? '';
  if (given === '') {
    const registry = await startRegistry();
    shared().registry = registry;
    process.env['CAFS_TEST_REGISTRY'] = registry.host;
    return;
  }
  const failure = await whyNotReady(given);
  if (failure !== undefined) {
    throw new Error(`CAFS_TEST_REGISTRY names ${given}, which does not answer: ${failure}.`);
  }
}
