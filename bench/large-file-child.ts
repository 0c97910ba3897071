// Puts a file into a store and streams it out: `large-file-child.ts CACHE_DIR FILE`. It prints what
// it measured as JSON.
import { createHash } from 'node:crypto';

import { open } from '../src/sync/open.ts';

const [, , cacheDir = '', file = ''] = process.argv;

const store = await open('bench', { cacheDir });
const started = performance.now();
const { digest, size } = await store.put('large', { file });
await store.sync();
const put = performance.now();

const hash = createHash('sha256');
let length = 0;
for await (const chunk of await store.getStream('large')) {
  const bytes = chunk as Buffer;
  hash.update(bytes);
  length += bytes.byteLength;
}
const got = performance.now();
if (length !== size || `sha256:${hash.digest('hex')}` !== digest) {
  throw new Error('What came out is not what went in.');
}
await store.close();
console.log(
  JSON.stringify({
    put: (put - started) / 1000,
    get: (got - put) / 1000,
    peak: process.resourceUsage().maxRSS / 1000,
  }),
);
