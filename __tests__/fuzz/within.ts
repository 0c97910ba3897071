import { createContext, Script } from 'node:vm';

/**
 * The longest that a parser may take for an input of 1 MB, in milliseconds: hundreds of times what one
 * that reads it once needs, and a small part of what one needs that goes back again and again.
 */
export const HANG_MS = 1000;

const script = new Script('work()');
const sandbox: { work: () => void } = { work: () => undefined };
const context = createContext(sandbox);

/**
 * Runs a piece of work, and ends it where it hangs: also within a regular expression, which nothing
 * else in this process could interrupt.
 *
 * @throws Error where it took longer than {@link HANG_MS}, twice: a machine may stall once
 */
export function within(work: () => void): void {
  try {
    timed(work);
  } catch (error) {
    if (!isTimeout(error)) throw error;
    try {
      timed(work);
    } catch (again) {
      throw isTimeout(again) ? new Error(`It took longer than ${String(HANG_MS)} ms.`) : again;
    }
  }
}

function timed(work: () => void): void {
  sandbox.work = work;
  try {
    script.runInContext(context, { timeout: HANG_MS });
  } finally {
    sandbox.work = () => undefined;
  }
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
