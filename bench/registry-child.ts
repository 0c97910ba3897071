// Pushes files as blobs to a repository, or pulls them: `registry-child.ts push|pull REPOSITORY
// CONCURRENCY BLOBS.json`. It prints what it measured as JSON. It runs what is published, compiled: to
// strip types takes memory, too.
import { createReadStream, readFileSync } from 'node:fs';

import pMap from 'p-map';

import type { BlobFile } from './blob-files.ts';

import { openRemote } from 'cafs-action';

const [, , direction = '', repository = '', concurrency = '', list = ''] = process.argv;
const blobs = JSON.parse(readFileSync(list, 'utf8')) as readonly BlobFile[];
const remote = openRemote(repository, { cwd: '.' });

async function push({ path, digest, size }: BlobFile): Promise<void> {
  await remote.putBlob(digest, {
    size,
    open: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
  });
}

async function pull(blob: BlobFile): Promise<void> {
  let size = 0;
  for await (const chunk of remote.getBlobStream(blob)) size += chunk.byteLength;
  if (size !== blob.size) throw new Error(`${blob.digest} came with ${String(size)} bytes.`);
}

const started = performance.now();
await pMap(blobs, direction === 'push' ? push : pull, { concurrency: Number(concurrency) });
const seconds = (performance.now() - started) / 1000;
const { requests } = remote.stats;
await remote.close();
console.log(JSON.stringify({ seconds, requests, peak: process.resourceUsage().maxRSS / 1000 }));
