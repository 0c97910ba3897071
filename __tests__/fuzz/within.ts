import { Script, createContext } from 'node:vm';

/**
 * The longest that a parser may compute for an input of 1 MB, in milliseconds: several times what one
 * needs that reads it once, and a small part of what one needs that goes back again and again.
 */
const HANG_MS = 1000;

/** How much longer it may take on a machine that has other things to do. */
const PATIENCE = 64;

const script = new Script('work()');
const sandbox: { work: () => void } = { work: () => undefined };
const context = createContext(sandbox);

/**
 * Runs a piece of work, and ends it where it hangs: also within a regular expression, which nothing
 * else in this process could interrupt. What counts is the processor's time.
 *
 * @throws Error where it took longer than {@link HANG_MS}
 */
export function within(work: () => void): void {
  for (let timeout = HANG_MS; ; timeout *= 2) {
    const before = process.threadCpuUsage();
    try {
      timed(work, timeout);
      return;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      const { user, system } = process.threadCpuUsage(before);
      if ((user + system) / 1000 > 0.9 * HANG_MS || timeout >= PATIENCE * HANG_MS) {
        throw new Error(`It took longer than ${String(HANG_MS)} ms.`, { cause: error });
      }
    }
  }
}

function timed(work: () => void, timeout: number): void {
  sandbox.work = work;
  try {
    script.runInContext(context, { timeout });
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
