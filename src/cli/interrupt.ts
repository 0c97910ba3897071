/** How a command was stopped from outside, with the exit code that shells give it then. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Signals that stop a command, and their numbers. */
const SIGNALS = [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

/** What stops a command. */
export interface Stop {
  /** Aborted at Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Does work that lets nothing else run, and that may be ended at any point: Ctrl-C ends the process at
   * once meanwhile, as it ends programs that do not listen for it.
   */
  readonly during: <T>(work: () => T) => T;
}

/**
 * Does work that ends in order when Ctrl-C is pressed. A second one ends the process at once.
 *
 * @param message says what is the case then
 * @throws Interrupted where the work ended for that
 */
export async function stoppable(
  message: string,
  work: (stop: Stop) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const listeners = SIGNALS.map(([name, number]) => {
    const listener = (): void => {
      if (controller.signal.aborted) process.exit(128 + number);
      controller.abort(new Interrupted(`Interrupted. ${message}`, 128 + number));
    };
    return [name, listener] as const;
  });
  const listen = (how: 'on' | 'off'): void => {
    for (const [name, listener] of listeners) process[how](name, listener);
  };
  const during = <T>(task: () => T): T => {
    listen('off');
    try {
      return task();
    } finally {
      listen('on');
    }
  };
  listen('on');
  try {
    await work({ signal: controller.signal, during });
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    listen('off');
  }
}
