import type { RunningRegistry } from './start.ts';

interface Shared {
  registry?: RunningRegistry | undefined;
}

const KEY = Symbol.for('cafs.test.shared');

/** What global-setup leaves for global-teardown, which jest loads as modules of their own. */
export function shared(): Shared {
  const all = globalThis as unknown as Record<symbol, Shared | undefined>;
  return (all[KEY] ??= {});
}
