import pMap from 'p-map';

import { startRegistry } from '../support/registry/start.ts';
import { startTokenServer } from '../support/token-server.ts';
import type { Row, Verdict } from './row.ts';
import { type World, runRow } from './run-row.ts';

/** Most of a row is waiting. */
const AT_ONCE = 32;

/**
 * Runs rows against real registries.
 *
 * @param observe called with each verdict as soon as there is one
 */
export async function runMatrix(
  rows: readonly Row[],
  observe: (verdict: Verdict) => void = () => undefined,
): Promise<readonly Verdict[]> {
  await using tokens = await startTokenServer();
  await using open = await startRegistry();
  await using closed = await startRegistry({ token: tokens.auth });
  const world: World = { open, closed, tokens };
  return await pMap(
    rows,
    async (row) => {
      const verdict = await runRow(row, world);
      observe(verdict);
      return verdict;
    },
    { concurrency: AT_ONCE },
  );
}
