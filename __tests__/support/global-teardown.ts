import { shared } from './registry/shared.ts';

/** Ends what global-setup has started. A registry that was there before stays. */
export default async function globalTeardown(): Promise<void> {
  const { registry } = shared();
  if (registry === undefined) return;
  shared().registry = undefined;
  delete process.env['CAFS_TEST_REGISTRY'];
  await registry.stop();
}
