import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Digest, digestOf } from '../../src/digest.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { openLayout } from '../../src/store/layout.ts';
import { WriterSession } from '../../src/store/writer-session.ts';
import { readIndex, writeIndex } from './line-index.ts';

// Writes one index after another, each of contents that other writers put, too, and fails as soon as
// one of them is missing: `node writer-process.ts FOLDER NAME SECONDS`.
const [folder, name, seconds] = process.argv.slice(2) as [string, string, string];

const POOL = 300;
const layout = openLayout(folder);
const blobs = new Blobs(layout);
const end = Date.now() + Number(seconds) * 1000;

const contentOf = (number: number): Buffer => Buffer.from(`content ${number}`);
const random = (below: number): number => Math.floor(Math.random() * below);

async function keep(content: Buffer): Promise<Digest> {
  if (random(2) === 0) return blobs.put(content);
  const digest = digestOf(content);
  if (blobs.touch(digest)) return digest;
  return (await blobs.putStream([content], { expected: digest })).digest;
}

function check(digests: readonly Digest[], when: string): void {
  for (const digest of digests) {
    const isThere = random(2) === 0 ? blobs.has(digest) : blobs.get(digest) !== undefined;
    if (!isThere) throw new Error(`${name} misses ${digest} ${when}`);
  }
}

const index = layout.index({ name, tag: 'latest' });
if (existsSync(index)) check(readIndex(index), 'after its predecessor was killed');
else writeIndex(layout, name, []);
console.log('ready');

let rounds = 0;
for (; Date.now() < end; rounds += 1) {
  await using session = await WriterSession.open(layout, {
    keeps: random(50) === 0 ? 'everything' : 'new',
  });
  const digests: Digest[] = [];
  for (let i = 0; i < 20; i += 1) {
    digests.push(await keep(contentOf(random(POOL))));
    if (random(5) === 0) await sleep(random(5));
  }
  check(digests, 'before it wrote its index');
  // A writer that gives up leaves garbage, and its old index.
  if (random(5) > 0) {
    writeIndex(layout, name, digests);
    await session.close();
  }
  await sleep(random(10));
  check(readIndex(index), 'in its index');
}
console.log(rounds);
