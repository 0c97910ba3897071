/*
 * A process that puts and syncs in a loop, to be killed at any moment: what it prints, it has been
 * promised. Arguments: cache folder, namespace, what its keys begin with.
 */
import { writeSync } from 'node:fs';
import { Readable } from 'node:stream';

import { open } from '../../src/sync/open.ts';

const [cacheDir = '', namespace = '', name = ''] = process.argv.slice(2);
const store = await open(namespace, { cacheDir });
for (let i = 0; ; i += 1) {
  const puts: [string, string][] = [];
  for (let j = 0; j <= i % 4; j += 1) puts.push([`${name}/${i}/${j}`, `${name} ${i} ${j}`]);
  // Some contents come again and again, so that a write meets what collection is about to remove.
  puts.push([`${name}/shared/${i}`, `shared ${i % 5}`]);
  for (const [key, text] of puts) {
    await store.put(key, i % 3 === 0 ? Readable.from([Buffer.from(text)]) : text);
  }
  const deleted = i > 0 && i % 3 === 0 ? `${name}/shared/${i - 1}` : undefined;
  if (deleted !== undefined) {
    // Said before it is done: killed after the sync and before its report, it may be gone.
    report({ deleted });
    store.delete(deleted);
  }
  await store.sync();
  report({ puts });
}

function report(what: unknown): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}
