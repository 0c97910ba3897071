/*
 * Puts and syncs until its disk is full, and prints what it was told: every sync that went through,
 * and the error that ended it. Argument: the cache folder.
 */
import { systemCode } from '../../src/errors.ts';
import { open } from '../../src/sync/open.ts';

const [cacheDir = ''] = process.argv.slice(2);
const synced: string[] = [];
try {
  const store = await open('full', { cacheDir });
  for (let i = 0; i < 1000; i += 1) {
    await store.put(`new/${i}`, `content ${i}`.repeat(20));
    await store.sync();
    synced.push(`new/${i}`);
  }
} catch (error) {
  const { message, hint } = error as { readonly message: string; readonly hint?: string };
  console.log(JSON.stringify({ synced, code: systemCode(error), message, hint }));
}
