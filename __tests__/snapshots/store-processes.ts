import { useChildren, type Child } from '../support/child.ts';
import { useTempDirs } from '../support/temp.ts';
import type { Command, Opening, Reply } from './store-commands.ts';

const SCRIPT = new URL('./store-process.ts', import.meta.url);

/** A store in a process of its own. */
export class StoreProcess {
  readonly #child: Child;
  readonly #opened: Promise<unknown>;

  constructor(child: Child) {
    this.#child = child;
    this.#opened = this.#reply();
    // Whoever asks next hears of it.
    this.#opened.catch(() => undefined);
  }

  /** Until the store is open. */
  async ready(): Promise<void> {
    await this.#opened;
  }

  /** Has something done; gives what came of it. */
  async ask(command: Command): Promise<unknown> {
    await this.#opened;
    this.#child.say(JSON.stringify(command));
    return this.#reply();
  }

  /** All texts below a prefix, by whole key. */
  async read(prefix = ''): Promise<Record<string, string>> {
    return (await this.ask({ do: 'read', prefix })) as Record<string, string>;
  }

  /** SIGKILL, and until it is gone. */
  kill(): Promise<void> {
    return this.#child.kill();
  }

  async #reply(): Promise<unknown> {
    const reply = JSON.parse(await this.#child.line()) as Reply;
    if ('done' in reply) return reply.done;
    const { code, message } = reply.failed;
    throw Object.assign(new Error(message), { code });
  }
}

/** Starts stores in processes that are gone when the test file ends. Call it once, outside of tests. */
export function useStoreProcesses(): (opening: Opening) => StoreProcess {
  const start = useChildren();
  const tempDir = useTempDirs();
  // Dozens of processes start: only the first has to compile.
  let folder = '';
  return (opening) => {
    folder ||= tempDir();
    const compile = `import { enableCompileCache } from 'node:module'; enableCompileCache(${JSON.stringify(folder)});`;
    const nodeArgs = [`--import=data:text/javascript,${encodeURIComponent(compile)}`];
    return new StoreProcess(start(SCRIPT, [JSON.stringify(opening)], nodeArgs));
  };
}
