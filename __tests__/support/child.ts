import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterAll } from '@jest/globals';

/** A process of its own that runs a script and talks in lines. */
export class Child {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #stderr = '';

  constructor(script: URL, args: readonly string[], nodeArgs: readonly string[]) {
    const child = spawn(process.execPath, [...nodeArgs, fileURLToPath(script), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.#ended = once(child, 'close');
    child.stderr.on('data', (text: Buffer) => (this.#stderr += text.toString()));
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line it prints; fails where it ends instead. */
  async line(): Promise<string> {
    const step = await this.#lines.next();
    if (step.done === true) throw new Error(`The process ended: ${this.#stderr}`);
    return step.value;
  }

  /** All that it prints from now on, until it ends. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let step = await this.#lines.next(); step.done !== true;) {
      lines.push(step.value);
      step = await this.#lines.next();
    }
    return lines;
  }

  /** Tells it something, in a line. */
  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** Kills it in a way that it cannot notice, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** Waits for its end; gives its exit code and what it had to complain. */
  async end(): Promise<{ readonly code: number | null; readonly stderr: string }> {
    await this.#ended;
    return { code: this.#process.exitCode, stderr: this.#stderr };
  }
}

/** Starts processes that are gone when the test file ends. Call it once, outside of tests. */
export function useChildren(): (
  script: URL,
  args?: readonly string[],
  nodeArgs?: readonly string[],
) => Child {
  const started: Child[] = [];
  afterAll(async () => {
    await Promise.all(started.map((child) => child.kill()));
  });
  return (script, args = [], nodeArgs = []) => {
    const child = new Child(script, args, nodeArgs);
    started.push(child);
    return child;
  };
}
