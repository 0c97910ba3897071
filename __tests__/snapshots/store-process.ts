/*
 * A store in a process of its own, which does what it is told: it reads a command a line, and prints a
 * reply a line, both as JSON. Argument: how the store is opened, as JSON.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { describeError, systemCode } from '../../src/errors.ts';
import { type Store, open } from '../../src/index.ts';
import type { Command, Opening, Reply } from './store-commands.ts';

async function carryOut(store: Store, command: Command): Promise<unknown> {
  switch (command.do) {
    case 'put': {
      const { texts, meta } = command;
      for (const [key, text] of Object.entries(texts)) {
        await store.put(key, text, meta === undefined ? {} : { meta });
      }
      return undefined;
    }
    case 'delete':
      for (const key of command.keys) store.delete(key);
      return undefined;
    case 'push': {
      const { tags = [], options = {}, delayMs = 0 } = command;
      await sleep(delayMs);
      await store.push(...tags, options);
      return undefined;
    }
    case 'pull':
      return store.pull({ discard: command.discard === true });
    case 'read': {
      const { prefix = '' } = command;
      const texts: Record<string, string> = {};
      for (const [name] of store.list(prefix)) {
        const key = prefix + name;
        texts[key] = (await store.get(key)).toString();
      }
      return texts;
    }
    case 'close':
      await store.close();
      return undefined;
  }
}

function reply(what: Reply): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

async function replyTo(work: () => Promise<unknown>): Promise<void> {
  try {
    reply({ done: (await work()) ?? null });
  } catch (error) {
    reply({ failed: { code: systemCode(error), message: describeError(error) } });
  }
}

const { namespace, ...options } = JSON.parse(process.argv[2] ?? '') as Opening;
const store = await open(namespace, options);
// For the processes that start later; without it, it is written at the end alone.
flushCompileCache();
reply({ done: null });
for await (const line of createInterface({ input: process.stdin })) {
  await replyTo(() => carryOut(store, JSON.parse(line) as Command));
}
