import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const READY_MS = 60_000;

/** Waits until a registry answers; says why where it does not. */
export async function whyNotReady(host: string, child?: ChildProcess): Promise<string | undefined> {
  const deadline = Date.now() + READY_MS;
  let failure = 'it was not asked';
  while (Date.now() < deadline) {
    if (child !== undefined && child.exitCode !== null) {
      return `it ended with ${String(child.exitCode)}`;
    }
    try {
      const { status } = await fetch(`http://${host}/v2/`, { signal: AbortSignal.timeout(5000) });
      if (status === 200 || status === 401) return undefined;
      failure = `it answers ${String(status)}`;
    } catch (error) {
      failure = String(error);
    }
    await delay(50);
  }
  return failure;
}
