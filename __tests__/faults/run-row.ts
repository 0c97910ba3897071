import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { DEFAULT_POLICY } from '../../src/oci/retry.ts';
import { startFaultProxy } from '../support/fault-proxy/proxy.ts';
import type { RunningRegistry } from '../support/registry/start.ts';
import type { TokenServer } from '../support/token-server.ts';
import { CREDENTIALS, Judge } from './judge.ts';
import { OPERATIONS } from './operations.ts';
import type { Row, Verdict } from './row.ts';

/** The registries that all rows share, each with a repository of its own. */
export interface World {
  readonly open: RunningRegistry;
  readonly closed: RunningRegistry;
  readonly tokens: TokenServer;
}

/** Short, so that what never ends is soon known to. */
const TIMEOUTS = { connect: 1000, headers: 1000, body: 1000 };
const POLICY = { ...DEFAULT_POLICY, attempts: 3, baseMs: 20, maxMs: 50 };

const RECOVERY_MS = 30_000;

/** Runs a row in the real world, and judges how it went. */
export async function runRow(row: Row, world: World): Promise<Verdict> {
  const registry = row.tokens === true ? world.closed : world.open;
  const repository = `cafs-faults/${randomUUID()}`;
  const judge = new Judge(
    registry.host,
    repository,
    row.tokens === true ? world.tokens : undefined,
  );
  const proxy = await startFaultProxy({
    upstream: registry.host,
    ...(row.tokens === true ? { tokens: world.tokens.host } : {}),
  });
  const remote = openRemote(`${proxy.host}/${repository}`, {
    cwd: '/',
    credentials: () => (row.tokens === true ? CREDENTIALS : undefined),
    retry: POLICY,
    timeouts: TIMEOUTS,
  });
  const wrong: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => wrong.push(`${what}: ${String(error)}`));
  };

  const deed = await OPERATIONS[row.operation](judge);
  if (row.warm === true) await remote.resolve('nothing');
  const before = proxy.journal.count();
  proxy.faults.add(...row.faults);
  const start = performance.now();
  const outcome = await outcomeOf(deed.act(remote), row.withinMs);
  const ms = performance.now() - start;
  const requests = proxy.journal.count() - before;
  if (outcome !== row.expected) wrong.push(`ended with ${outcome}, not ${row.expected}`);
  if (ms < (row.atLeastMs ?? 0)) wrong.push(`took only ${ms.toFixed(0)} ms`);
  if (proxy.faults.fired === 0) wrong.push('the fault never happened');
  const odd = row.requests?.(proxy.journal);
  if (odd !== undefined) wrong.push(odd);
  proxy.faults.clear();
  await attempt('afterwards', async () => deed.settle?.(outcome === 'ok'));
  await attempt('the remote is of no use any more', () => useAgain(remote));
  await remote.close();
  for (const secret of proxy.storage.leaked) wrong.push(`the other host was sent ${secret}`);
  await attempt('the proxy', () => proxy.stop());
  return { row, outcome, ms, requests, wrong };
}

async function outcomeOf(work: Promise<void>, withinMs: number): Promise<string> {
  const late = new AbortController();
  const deadline = delay(withinMs, 'a hang', { signal: late.signal });
  try {
    return await Promise.race([work.then(() => 'ok'), deadline]);
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    return typeof code === 'string' ? code : String(message);
  } finally {
    late.abort();
    await deadline.catch(() => undefined);
  }
}

/** A remote that something went wrong with is as good as new once it is over. */
async function useAgain(remote: Remote): Promise<void> {
  const bytes = randomBytes(1000);
  const digest = digestOf(bytes);
  const putAndGet = async (): Promise<void> => {
    await remote.putBlob(digest, bytes);
    const found = await remote.getBlob({ digest, size: bytes.byteLength });
    if (!bytes.equals(found)) throw new Error('WRONG: other bytes came.');
  };
  const outcome = await outcomeOf(putAndGet(), RECOVERY_MS);
  if (outcome !== 'ok') throw new Error(`it ends with ${outcome}`);
}
