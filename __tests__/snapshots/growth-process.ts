/*
 * Pushes or pulls many entries in a process of its own, and prints by how much more memory it had at its
 * peak than before. Argument: what to do, as JSON.
 */
import { open } from '../../src/index.ts';

/** What it is to do. */
export interface GrowthTask {
  readonly cacheDir: string;
  readonly remote: string;
  /** `fill`: makes the entries, and pushes nothing. `change`: another content for one in a hundred. */
  readonly act: 'fill' | 'change' | 'push' | 'pull';
  readonly entries: number;
}

/** What it prints, as JSON. */
export interface Growth {
  /** MiB. */
  readonly growth: number;
  /** How many entries the store has in the end. */
  readonly entries: number;
}

const MIB = 1024;

/** Different contents; the index is what counts here. */
const CONTENTS = 500;

const { cacheDir, remote, act, entries } = JSON.parse(process.argv[2] ?? '') as GrowthTask;
await using store = await open('demo:main', { cacheDir, remote });
const before = process.resourceUsage().maxRSS;
switch (act) {
  case 'fill':
  case 'change': {
    const step = act === 'fill' ? 1 : 100;
    const contents: { readonly digest: `sha256:${string}`; readonly size: number }[] = [];
    for (let i = 0; i < CONTENTS; i += 1) {
      contents.push(await store.put('content', `${act} ${i} `.repeat(i % 50)));
    }
    store.delete('content');
    for (let i = 0; i < entries; i += step) {
      const key = `package-${i % 100}/src/folder-${i % 1000}/module-${i}.js`;
      const meta = { mode: 0o644, mtimeMs: 1.7e12 + ((i * 7919) % 1e9) };
      const content = contents[(i * 31) % CONTENTS];
      if (content === undefined || !(await store.adopt(key, { ...content, meta }))) {
        throw new Error(`The content of ${key} is not there.`);
      }
    }
    break;
  }
  case 'push':
    await store.push({ soleWriter: true });
    break;
  case 'pull':
    await store.pull();
}
const growth = (process.resourceUsage().maxRSS - before) / MIB;
console.log(JSON.stringify({ growth, entries: store.len } satisfies Growth));
