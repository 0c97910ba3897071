// Pulls blobs with undici and hashes what comes, and does nothing else: what the client could be at best
// on one thread. `undici-child.ts ORIGIN REPOSITORY CONCURRENCY BLOBS.json`
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import pMap from 'p-map';
import { Agent } from 'undici';

import type { BlobFile } from './blob-files.ts';

const [, , origin = '', repository = '', concurrency = '', list = ''] = process.argv;
const blobs = JSON.parse(readFileSync(list, 'utf8')) as readonly BlobFile[];
const agent = new Agent();

const started = performance.now();
await pMap(
  blobs,
  async ({ digest }) => {
    const path = `/v2/${repository}/blobs/${digest}`;
    const { body } = await agent.request({ origin, path, method: 'GET' });
    const hash = createHash('sha256');
    body.on('data', (chunk: Buffer) => hash.update(chunk));
    await new Promise((resolve, reject) => body.on('end', resolve).on('error', reject));
    if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`${digest} is damaged.`);
  },
  { concurrency: Number(concurrency) },
);
console.log((performance.now() - started) / 1000);
await agent.close();
