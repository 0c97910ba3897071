// Gets everything that a tag holds, with nothing from before: `year-child.ts CACHE_DIR REPOSITORY`. It
// prints how many seconds that took.
import { open } from '../src/index.ts';

const [, , cacheDir = '', remote = ''] = process.argv;
const started = performance.now();
await using store = await open('demo:main', { cacheDir, remote });
await store.pull({ contents: true });
console.log((performance.now() - started) / 1000);
