import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A child process that puts and syncs in a loop, and what it has been promised. */
export class Writer {
  readonly #child: ChildProcess;
  #output = '';
  #errors = '';

  constructor(cacheDir: string, namespace: string, name: string) {
    const script = join(import.meta.dirname, 'looping-writer.ts');
    this.#child = spawn(process.execPath, [script, cacheDir, namespace, name], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
  }

  /** Waits for the first sync. */
  async ready(): Promise<void> {
    while (!this.#output.includes('\n')) {
      if (this.#child.exitCode !== null) throw new Error(`The writer failed: ${this.#errors}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /**
   * Kills it.
   *
   * @returns the entries that its syncs had reported
   * @throws where it had ended by itself before, in an error
   */
  async kill(): Promise<Map<string, string>> {
    if (this.#child.exitCode !== null) throw new Error(`The writer failed: ${this.#errors}`);
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
    if (this.#errors !== '') throw new Error(`The writer failed: ${this.#errors}`);
    const promised = new Map<string, string>();
    for (const line of this.#output.split('\n').slice(0, -1)) {
      const { puts = [], deleted } = JSON.parse(line) as {
        puts?: [string, string][];
        deleted?: string;
      };
      for (const [key, text] of puts) promised.set(key, text);
      if (deleted !== undefined) promised.delete(deleted);
    }
    return promised;
  }
}
