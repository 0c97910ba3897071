// One process of the benchmark `store`: `store-child.ts write DIR COUNT` or `store-child.ts open DIR`.
// It prints what it measured as JSON.
import { statSync } from 'node:fs';

import { Index } from '../src/store/entry-index.ts';
import { IndexFile } from '../src/store/index-file.ts';
import { openLayout } from '../src/store/layout.ts';
import { parseNamespace } from '../src/store/namespace.ts';
import { Store } from '../src/store/store.ts';
import { sampleEntries } from './sample-index.ts';

const NAMESPACE = 'bench';

const [, , role, dir = '', count = ''] = process.argv;

/** Seconds that work takes. */
function time(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/** The next of some items. */
function take<T>(items: Iterator<T>, count = 1000): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = items.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

/** The most memory that this process had so far, in MB: all of it, Node's own included. */
function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1000;
}

function write(): Record<string, number> {
  const index = new Index();
  const file = new IndexFile(openLayout(dir), parseNamespace(NAMESPACE));
  const entries = sampleEntries(Number(count));
  let set = 0;
  // Made in batches, so that the time and the memory that they take themselves do not count.
  for (let batch = take(entries); batch.length > 0; batch = take(entries)) {
    set += time(() => {
      for (const [key, entry] of batch) index.set(key, entry);
    });
  }
  const save = time(() => {
    file.save(index);
  });
  return { set, save, bytes: statSync(file.path).size };
}

function open(): Record<string, number> {
  let store = Store.open('empty', { cacheDir: dir });
  const before = peakMegabytes();
  const opened = time(() => {
    store = Store.open(NAMESPACE, { cacheDir: dir });
  });
  const openPeak = peakMegabytes();
  let folders = 0;
  const hashes = time(() => {
    for (const [folder] of store.hashes()) folders += folder === '' ? 0 : 1;
  });
  const hashPeak = peakMegabytes();
  const keys: string[] = [];
  const list = time(() => {
    for (const [key] of store.list()) keys.push(key);
  });
  const chosen = Array.from({ length: 100_000 }, (_, i) => keys[(i * 7919) % keys.length] ?? '');
  const stat = time(() => {
    for (const key of chosen) store.stat(key);
  });
  return { opened, before, openPeak, folders, hashes, hashPeak, list, stat };
}

console.log(JSON.stringify(role === 'write' ? write() : open()));
