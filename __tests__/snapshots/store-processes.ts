import { useChildren, type Child } from '../support/child.ts';
import { useTempDirs } from '../support/temp.ts';
import type { Command, Opening, Reply } from './store-commands.ts';

const SCRIPT = new URL('./store-process.ts', import.meta.url);

/** A store in a process of its own. */
export class StoreProcess {
  readonly #child: Promise<Child>;
  readonly #opened: Promise<unknown>;

  constructor(child: Promise<Child>) {
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
    (await this.#child).say(JSON.stringify(command));
    return this.#reply();
  }

  /** All texts below a prefix, by whole key. */
  async read(prefix = ''): Promise<Record<string, string>> {
    return (await this.ask({ do: 'read', prefix })) as Record<string, string>;
  }

  /** SIGKILL, and until it is gone. */
  async kill(): Promise<void> {
    await (await this.#child).kill();
  }

  async #reply(): Promise<unknown> {
    const reply = JSON.parse(await (await this.#child).line()) as Reply;
    if ('done' in reply) return reply.done;
    const { code, message } = reply.failed;
    throw Object.assign(new Error(message), { code });
  }
}

/** Starts stores in processes that are gone when the test file ends. Call it once, outside of tests. */
export function useStoreProcesses(): (opening: Opening) => StoreProcess {
  const start = useChildren();
  const tempDir = useTempDirs();
  let first: StoreProcess | undefined;
  let nodeArgs: readonly string[] = [];
  const started = async (opening: Opening, compiled: Promise<void>): Promise<Child> => {
    await compiled;
    return start(SCRIPT, [JSON.stringify(opening)], nodeArgs);
  };
  return (opening) => {
    if (first !== undefined) {
      // Dozens of them start at once: what the first has compiled is there when it is ready.
      return new StoreProcess(started(opening, first.ready()));
    }
    const cache = `import { enableCompileCache } from 'node:module'; enableCompileCache(${JSON.stringify(tempDir())});`;
    nodeArgs = [`--import=data:text/javascript,${encodeURIComponent(cache)}`];
    first = new StoreProcess(started(opening, Promise.resolve()));
    return first;
  };
}
