// Brings a folder into a store and out again: `trees-child.ts CACHE_DIR SOURCE TARGET`. It prints
// what it measured as JSON, in seconds and MB.
import { setTimeout as sleep } from 'node:timers/promises';

import { exportTree } from '../src/sync/export-tree.ts';
import { importTree } from '../src/sync/import-tree.ts';
import { open } from '../src/sync/open.ts';
import { walk } from '../src/tree/walk.ts';

const [, , cacheDir = '', source = '', target = ''] = process.argv;
const everything = { enter: () => true, select: () => true };
const uncached = { statCache: false };

const measured: Record<string, number> = {};
async function measure<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  measured[name] = (performance.now() - started) / 1000;
  return result;
}

const store = await open('bench', { cacheDir });
await measure('walk', () => [...walk(source, everything)].length);
const { files } = await measure('import', () => importTree(store, source, 'p'));
await measure('importAgain', () => importTree(store, source, 'p'));
await measure('importUncached', () => importTree(store, source, 'p', uncached));
await measure('export', () => exportTree(store, 'p', target));
// What was written within the last tick of the clock is not trusted yet.
await sleep(100);
await exportTree(store, 'p', target);
await measure('exportAgain', () => exportTree(store, 'p', target));
await measure('exportUncached', () => exportTree(store, 'p', target, uncached));
await store.close();
const peak = process.resourceUsage().maxRSS / 1000;
console.log(JSON.stringify({ files, ...measured, peak }));
