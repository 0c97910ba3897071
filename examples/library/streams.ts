// Keeps large content and typed metadata: npm run example -- streams
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import * as v from 'valibot'; // or zod, or any library that knows Standard Schema

import { decodeMeta, hasCode, open } from 'cafs-action';

const Build = v.object({ commit: v.string(), seconds: v.number() });

const folder = await mkdtemp(join(tmpdir(), 'cafs-streams-'));
try {
  await using store = await open('demo/streams', { cacheDir: folder });

  // Streams and files go in and out piece by piece: memory does not grow with them.
  const lines = Readable.from(['line\n'.repeat(100_000), 'the last line\n']);
  await store.put('build.log', lines, { meta: { commit: 'f00ba4', seconds: 42 } });
  let bytes = 0;
  await pipeline(await store.getStream('build.log'), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) bytes += chunk.length;
  });
  console.log(`build.log has ${bytes} bytes`);

  // Metadata is checked when it is read.
  const info = store.stat('build.log');
  if (info !== undefined) console.log(`built in ${decodeMeta(info, Build).seconds} seconds`);

  // Errors have a code to branch on.
  await store.get('release.log').catch((error: unknown) => {
    if (!hasCode(error, 'NOT_FOUND')) throw error;
    console.log('there is no release.log');
  });

  // What no entry names any more goes; what the disk has damaged is found.
  store.delete('build.log');
  console.log(`${(await store.gc()).removed} content removed`);
  console.log(`${(await store.verify()).damaged.length} contents damaged`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
